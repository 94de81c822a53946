"""Sites share what Python compiles of the packages they carry: each version of a package is compiled once, not at
the first start after every deployment of every site.

Each folder's `__pycache__` is a link to one folder for these very sources, so Python itself fills and reads it. It is
no difference that a program sees: Python compares time and size of a source, and writes whole files.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

PACKAGES = Path(".python_packages", "lib", "site-packages")
CACHE = "__pycache__"
KEPT_SECONDS = 30 * 24 * 3600
"""Bytecode that no deployment has used for so long is removed."""


def share(wwwroot: Path, store: Path) -> None:
    """Links the bytecode folders of a site's packages into `store`. A folder that the package brought is left alone.

    Raises:
        OSError: the store cannot be written; the site runs all the same.
    """
    for folder, sources in _folders(wwwroot / PACKAGES):
        link = folder / CACHE
        if os.path.lexists(link):
            continue
        place = store / _key(folder, sources)
        place.mkdir(parents=True, exist_ok=True)
        os.utime(place)
        link.symlink_to(place, target_is_directory=True)


def forget_unused(store: Path, *, now: float | None = None) -> None:
    """Removes what no deployment has used for long."""
    oldest = (time.time() if now is None else now) - KEPT_SECONDS
    for place in store.iterdir() if store.is_dir() else ():
        if place.stat().st_mtime < oldest:
            shutil.rmtree(place, ignore_errors=True)


def _folders(root: Path) -> Iterator[tuple[Path, list[str]]]:
    """Folders that hold sources, with their names."""
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = [name for name in folders if name != CACHE]
        sources = sorted(name for name in names if name.endswith(".py"))
        if sources:
            yield Path(folder), sources


def _key(folder: Path, sources: list[str]) -> str:
    """Names the sources by content; by time too, since that is what Python compares."""
    total = sha256()
    for name in sources:
        file = folder / name
        digest = sha256(file.read_bytes()).hexdigest()
        total.update(f"{name}\0{file.stat().st_mtime_ns}\0{digest}\n".encode())
    return total.hexdigest()
