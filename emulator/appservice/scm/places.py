"""Where paths in addresses lead: below the site's home, also when links are followed."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

LONGEST = 4096


def below(root: Path, name: str) -> Path:
    """The file or folder of that name below `root`.

    Raises:
        HTTPNotFound: it is elsewhere, or no file can be called so.
    """
    if "\0" in name or len(name) > LONGEST:
        raise web.HTTPNotFound(text="not a path")
    path = root / name.strip("/")
    try:
        is_inside = path.resolve().is_relative_to(root.resolve())
        path.is_dir()  # some names are too long for this disk
    except (OSError, RuntimeError, UnicodeEncodeError) as error:
        raise web.HTTPNotFound(text="not a path") from error
    if not is_inside:
        raise web.HTTPNotFound(text="outside the site's home")
    return path
