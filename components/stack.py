"""What a language runtime and a kind of app are called in App Service, by operating system. Pure.

Sources: Azure/app-service-linux-docs `Things_You_Should_Know/kind_property.md`; Azure CLI
`appservice/custom.py`, `_StackRuntimeHelper`, for what a Windows site's configuration says of its stack.
"""

import re
from typing import Any, Literal

OperatingSystem = Literal["linux", "windows"]
AppKind = Literal["web", "api", "mobile", "functions", "worker"]

_LINUX = {"python": "PYTHON", "node": "NODE", "dotnet": "DOTNETCORE", "php": "PHP", "java": "JAVA"}
_FUNCTIONS = {"dotnet": "DOTNET-ISOLATED"}
_PREFIXES = {"api": "api", "mobile": "mobileapp", "functions": "functionapp"}


def site_config(system: OperatingSystem, kind: AppKind, language: str, version: str) -> dict[str, Any]:
    """Returns the part of `siteConfig` that chooses the runtime; language `image` means a container."""
    if language == "image":
        return {"linux_fx_version" if system == "linux" else "windows_fx_version": f"DOCKER|{version}"}
    if system == "linux":
        family = _FUNCTIONS.get(language, _LINUX[language]) if kind == "functions" else _LINUX[language]
        return {"linux_fx_version": f"{family}|{version}"}
    return _windows(language, version)


def _windows(language: str, version: str) -> dict[str, Any]:
    stack = {"metadata": [{"name": "CURRENT_STACK", "value": language}]}
    match language:
        case "dotnet":
            # .NET Framework is one runtime under the name v4.0, whatever its minor version.
            return {"net_framework_version": "v4.0" if version.startswith("4") else f"v{version}", **stack}
        case "java":
            return {"java_version": _number(version), "java_container": "JAVA", "java_container_version": "SE", **stack}
        case _:
            return stack


def settings(system: OperatingSystem, kind: AppKind, language: str, version: str) -> dict[str, str]:
    """Returns the app settings that choose the runtime where `siteConfig` does not, and the Functions host."""
    found: dict[str, str] = {}
    if kind == "functions":
        found |= {
            "FUNCTIONS_EXTENSION_VERSION": "~4",
            "FUNCTIONS_WORKER_RUNTIME": "dotnet-isolated" if language == "dotnet" else language,
        }
    if system == "windows" and language == "node":
        found["WEBSITE_NODE_DEFAULT_VERSION"] = f"~{_number(version)}"
    return found


def site_kind(system: OperatingSystem, kind: AppKind, language: str) -> str:
    """Returns App Service's `kind`, which steers what the portal shows; a worker is a plain app."""
    container = language == "image"
    if system == "windows":
        return "app,container,windows" if container else _PREFIXES.get(kind, "app")
    if container:
        return "functionapp,linux,container" if kind == "functions" else "app,linux,container"
    return {"api": "app,linux,api", "mobile": "mobileapp,linux", "functions": "functionapp,linux"}.get(
        kind, "app,linux"
    )


def _number(version: str) -> str:
    """The leading number of a version: `22-lts` is `22`."""
    found = re.match(r"\d+", version)
    return found.group() if found else version
