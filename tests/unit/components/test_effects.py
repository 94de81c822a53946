"""A field is never ignored: what the platform has no place for is refused."""

from pathlib import Path

import pytest

from components.effects import NoEffectError, require_effects
from oneplan.manifest import App, Manifest, Plan, Runtime


def manifest(os: str, *apps: App) -> Manifest:
    return Manifest(
        root=Path("/project"),
        stack="dev",
        target="local",
        name="tempus",
        location="westeurope",
        time_zone="Europe/Zurich",
        plan=Plan(os, "P1v3"),
        apps={app.name: app for app in apps},
    )


DOTNET, IMAGE, PYTHON = Runtime("dotnet", "9.0"), Runtime("image", "registry.example/a:1"), Runtime("python", "3.13")


def test_every_field_without_effect_is_named():
    made = manifest(
        "windows",
        App("shop", "web", DOTNET, command="dotnet shop.dll"),
        App("maps", "web", IMAGE, package="mount"),
    )

    with pytest.raises(NoEffectError) as caught:
        require_effects(made)

    assert str(caught.value).splitlines() == [
        "apps.shop.command: a Windows site is started by its web.config; remove it",
        "apps.maps.package: a container has its files in its image; write zip",
    ]


def test_the_functions_host_needs_no_command():
    with pytest.raises(NoEffectError, match="the Functions host starts the app"):
        require_effects(manifest("linux", App("f", "functions", PYTHON, command="python f.py")))


def test_what_has_an_effect_passes():
    require_effects(manifest("linux", App("shop", "web", PYTHON, command="gunicorn shop:app")))
    require_effects(manifest("windows", App("maps", "web", IMAGE, command="serve")))
