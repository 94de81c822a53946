"""Finds out whether a site's jobs use `jobhost`, and where its code is, without importing anything."""

import ast
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from oneplan.errors import PackagingError
from oneplan.packaging.ignore import rules_for
from oneplan.packaging.layout import SITE_PACKAGES
from oneplan.packaging.tree import FoundFile, Source, unreadable

JOBHOST = "jobhost"
LIBRARIES = (JOBHOST, "ncrontab")
_JOBS = "App_Data/jobs/"


def uses_jobhost(files: Iterable[FoundFile]) -> bool:
    """True if a Python file of a job, or one at the site's root, imports jobhost."""
    return any(_imports(Path(file.path), JOBHOST) for file in files if _is_candidate(file.name))


def library_sources() -> tuple[Source, ...]:
    """Returns the folders of jobhost and what it stands on, as part of a site's Python packages.

    Raises:
        PackagingError: if one of them is not installed.
    """
    return tuple(_library_source(name) for name in LIBRARIES)


def _library_source(name: str) -> Source:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise PackagingError(f"{name}: a job imports jobhost, but {name} is not installed here; run `make setup`")
    folder = Path(spec.origin).parent
    return Source(folder, f"{SITE_PACKAGES}{name}/", rules_for(folder))


def _is_candidate(name: str) -> bool:
    return name.endswith(".py") and (name.startswith(_JOBS) or "/" not in name)


def _imports(path: Path, package: str) -> bool:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(error, path) from error
    if package.encode() not in content:
        return False
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return False  # the job itself will say so, with the line
    return any(_names(node, package) for node in ast.walk(tree))


def _names(node: ast.AST, package: str) -> bool:
    match node:
        case ast.Import(names=names):
            return any(alias.name.split(".")[0] == package for alias in names)
        case ast.ImportFrom(module=str(module), level=0):
            return module.split(".")[0] == package
        case _:
            return False
