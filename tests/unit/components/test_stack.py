"""What a runtime and a kind of app are called in App Service, by operating system."""

import pytest

from components.stack import settings, site_config, site_kind


@pytest.mark.parametrize(
    ("system", "kind", "language", "version", "config"),
    [
        ("linux", "web", "python", "3.13", {"linux_fx_version": "PYTHON|3.13"}),
        ("linux", "web", "dotnet", "9.0", {"linux_fx_version": "DOTNETCORE|9.0"}),
        ("linux", "functions", "dotnet", "9.0", {"linux_fx_version": "DOTNET-ISOLATED|9.0"}),
        ("linux", "worker", "image", "registry.example/jobs:1", {"linux_fx_version": "DOCKER|registry.example/jobs:1"}),
        ("windows", "web", "image", "registry.example/a:1", {"windows_fx_version": "DOCKER|registry.example/a:1"}),
        (
            "windows",
            "web",
            "dotnet",
            "9.0",
            {"net_framework_version": "v9.0", "metadata": [{"name": "CURRENT_STACK", "value": "dotnet"}]},
        ),
        (
            "windows",
            "web",
            "dotnet",
            "4.8",
            {"net_framework_version": "v4.0", "metadata": [{"name": "CURRENT_STACK", "value": "dotnet"}]},
        ),
        (
            "windows",
            "api",
            "java",
            "21-java21",
            {
                "java_version": "21",
                "java_container": "JAVA",
                "java_container_version": "SE",
                "metadata": [{"name": "CURRENT_STACK", "value": "java"}],
            },
        ),
    ],
)
def test_the_configuration_chooses_the_runtime(system, kind, language, version, config):
    assert site_config(system, kind, language, version) == config


@pytest.mark.parametrize(
    ("system", "kind", "language", "word"),
    [
        ("linux", "web", "python", "app,linux"),
        ("linux", "worker", "python", "app,linux"),
        ("linux", "api", "python", "app,linux,api"),
        ("linux", "mobile", "node", "mobileapp,linux"),
        ("linux", "functions", "python", "functionapp,linux"),
        ("linux", "functions", "image", "functionapp,linux,container"),
        ("linux", "web", "image", "app,linux,container"),
        ("windows", "web", "dotnet", "app"),
        ("windows", "api", "dotnet", "api"),
        ("windows", "mobile", "dotnet", "mobileapp"),
        ("windows", "functions", "dotnet", "functionapp"),
        ("windows", "web", "image", "app,container,windows"),
    ],
)
def test_the_kind_says_what_the_portal_shows(system, kind, language, word):
    assert site_kind(system, kind, language) == word


def test_settings_choose_what_the_configuration_does_not():
    assert settings("windows", "web", "node", "22-lts") == {"WEBSITE_NODE_DEFAULT_VERSION": "~22"}
    assert settings("linux", "web", "node", "22-lts") == {}
    assert settings("windows", "functions", "dotnet", "9.0") == {
        "FUNCTIONS_EXTENSION_VERSION": "~4",
        "FUNCTIONS_WORKER_RUNTIME": "dotnet-isolated",
    }
