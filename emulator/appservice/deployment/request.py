"""Checking what a deployment asks for, with the texts and numbers of Kudu's PushDeploymentController.

`az webapp deploy` recognises parts of these texts (its `_deployment_failure_patterns.py`); they are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from emulator.appservice.home import SiteHome
from emulator.appservice.spec import DeployError, OneDeploy, SiteSpec

_JAVA = frozenset({"war", "jar", "ear"})
_TYPES = frozenset({"zip", "static", "lib", "startup", "script"}) | _JAVA
_HOMES = ("%home%", "$home", "/home", "home")


@dataclass(frozen=True)
class Destination:
    """Where a package goes."""

    folder: Path
    """The folder that is brought in line."""
    prefix: str
    """Put before each of the package's names; empty or ending with a slash."""
    clean: bool


def check(request: OneDeploy, spec: SiteSpec, home: SiteHome, *, has_package: bool) -> Destination:
    """Where the package goes.

    Raises:
        DeployError: 400 or 409, as Kudu answers.
    """
    kind = request.type.lower()
    _check_type(kind, spec)
    if not has_package:
        _check_uri(request.package_uri)
    if spec.settings.get("WEBSITE_RUN_FROM_PACKAGE", "0") not in ("", "0"):
        raise DeployError(
            "WEBSITE_RUN_FROM_PACKAGE: this machine's App Service does not mount packages; remove the setting",
            status=409,
        )
    path = request.path or ""
    _check_path(kind, path)
    absolute = _absolute(path, home)
    if kind == "static":
        target = absolute or home.wwwroot / path
        return Destination(target, "", clean=False)
    clean = True if request.clean is None else request.clean
    if clean and absolute in (home.home, home.home / "site"):
        raise DeployError("clean deployments cannot be performed in /home or /home/site; name a folder", status=400)
    if absolute is not None:
        return Destination(absolute, "", clean=clean)
    return Destination(home.wwwroot, f"{path.strip('/')}/" if path.strip("/") else "", clean=clean)


def _check_type(kind: str, spec: SiteSpec) -> None:
    if kind not in _TYPES:
        raise DeployError(f"type={kind} not recognized; expected zip or static", status=400)
    if kind in _JAVA:
        raise DeployError(
            f"Artifact type='{kind}' cannot be deployed to stack='{spec.stack or 'unknown'}'; expected zip", status=400
        )
    if kind not in ("zip", "static"):
        raise DeployError(f"Artifact type='{kind}' not supported on this machine; put it in a zip", status=400)


def _check_uri(uri: str | None) -> None:
    try:
        parts = urlsplit(uri or "")
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:  # Kudu's text repeats the address, with its SAS; ours does not
        raise DeployError("packageUri: not an absolute address; expected https://…", status=400)


def _check_path(kind: str, path: str) -> None:
    if kind == "static" and not path:
        raise DeployError("path must be defined for type=static", status=400)
    if ".." in path or "\\" in path or "\0" in path:
        raise DeployError("path cannot contain '..' or a backslash; expected a path below the site's home", status=400)
    if kind == "static" and path.endswith("/"):
        raise DeployError("path cannot end with '/' for type=static; name the file", status=400)


def _absolute(path: str, home: SiteHome) -> Path | None:
    """The folder an absolute path names, which must be below home; None for a relative one."""
    real = str(home.home)
    for name in (real, *_HOMES):
        if path.lower() == name.lower() or path.lower().startswith(f"{name.lower()}/"):
            return _below_home(home.home, path[len(name) :].strip("/"))
    if path.startswith("/"):
        raise DeployError(f"path: {path!r} is outside the site's home; expected /home/… or a relative path", status=400)
    return None


def _below_home(home: Path, rest: str) -> Path:
    """The folder, refused when a link on the way leads out of the home."""
    folder = home / rest if rest else home
    if not folder.resolve().is_relative_to(home.resolve()):
        raise DeployError(f"path: {rest!r} leads outside the site's home by a link; name a real folder", status=400)
    return folder
