"""What a site runs: its startup command, or what Oryx's start script would find in the content.

Order and file names: microsoft/Oryx, src/startupscriptgenerator/src/{python,node}.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

_DJANGO_IGNORED = {"antenv", "venv", ".python_packages", "App_Data", "__oryx_packages__", "node_modules"}
_FASTAPI_MODULES = ("main", "app", "application", "server", "asgi", "api", "index", "run")
_PYTHON_MODULES = ("application", "app", "run", "index", "server", "wsgi")
_NODE_FILES = ("bin/www", "server.js", "app.js", "index.js", "hostingstart.js")
_GUNICORN = "gunicorn --timeout 600 --access-logfile - --error-logfile -"


def find_command(custom: str | None, *, runtime: str, wwwroot: Path, settings: Mapping[str, str]) -> str | None:
    """The shell command line of the site, or None when nothing is found and the default page answers."""
    if custom and custom.strip():
        return _custom(custom.strip(), wwwroot)
    stack, _, version = runtime.partition("|")
    match stack.upper():
        case "PYTHON":
            return _python(wwwroot, version, settings)
        case "NODE":
            return _node(wwwroot)
        case _:
            return None


def _custom(command: str, wwwroot: Path) -> str:
    """One word that names a file: a `.sh` is run, of any other file the first line is the command."""
    words = command.split()
    file = wwwroot / words[0]
    if len(words) > 1 or not file.is_file():
        return command
    if file.suffix == ".sh":
        return f"/bin/sh {shlex.quote(str(file))}"
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[0].strip() if lines and lines[0].strip() else command


def _python(wwwroot: Path, version: str, settings: Mapping[str, str]) -> str | None:
    workers = _workers(settings)
    if django := _django_folder(wwwroot):
        return f"{_GUNICORN}{workers} {django}.wsgi"
    if _detects_fastapi(version, settings) and (module := _fastapi_module(wwwroot)):
        return f"{_GUNICORN}{workers} -k uvicorn.workers.UvicornWorker {module}:app"
    for module in _PYTHON_MODULES:
        if (wwwroot / f"{module}.py").is_file():
            return f"{_GUNICORN}{workers} {module}:app"
    return None


def _workers(settings: Mapping[str, str]) -> str:
    if settings.get("PYTHON_ENABLE_GUNICORN_MULTIWORKERS", "").lower() not in ("1", "true"):
        return ""
    return f" --workers {settings.get('PYTHON_GUNICORN_CUSTOM_WORKER_NUM') or '$(( 2 * $(nproc) + 1 ))'}"


def _django_folder(wwwroot: Path) -> str | None:
    for folder in sorted(wwwroot.iterdir()) if wwwroot.is_dir() else ():
        if folder.is_dir() and folder.name not in _DJANGO_IGNORED and (folder / "wsgi.py").is_file():
            return folder.name
    return None


def _detects_fastapi(version: str, settings: Mapping[str, str]) -> bool:
    if settings.get("DISABLE_FASTAPI_DETECTION", "").lower() in ("1", "true"):
        return False
    numbers = re.findall(r"\d+", version)[:2]
    return tuple(int(number) for number in numbers) >= (3, 14)


def _fastapi_module(wwwroot: Path) -> str | None:
    for module in _FASTAPI_MODULES:
        file = wwwroot / f"{module}.py"
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        if re.search(r"^\s*(import|from)\s+fastapi\b", text, re.MULTILINE) and not re.search(
            r"^\s*(import|from)\s+flask\b", text, re.MULTILINE
        ):
            return module
    return None


def _node(wwwroot: Path) -> str | None:
    package = _package_json(wwwroot)
    scripts = package.get("scripts")
    if isinstance(scripts, dict) and scripts.get("start"):
        return "yarn run start" if (wwwroot / "yarn.lock").is_file() else "npm start"
    main = package.get("main")
    if isinstance(main, str) and (wwwroot / main).is_file():
        return f"node {shlex.quote(main)}"
    for name in _NODE_FILES:
        if (wwwroot / name).is_file():
            return f"node {name}"
    return None


def _package_json(wwwroot: Path) -> Mapping[str, object]:
    try:
        content = json.loads((wwwroot / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # as Oryx: unreadable counts as absent
        return {}
    return content if isinstance(content, dict) else {}
