"""The files of the pages: style, script and sign. Each address holds a digest of the content, so a browser keeps it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files

from aiohttp import web

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_FOR_EVER = "private, max-age=31536000, immutable"


def address(name: str) -> str:
    """Returns where a file is, such as `/static/1f0c…/oneplan.css`; raises KeyError for one that is not there."""
    return f"/static/{_all()[name][0]}/{name}"


async def answer(request: web.Request) -> web.Response:
    """Sends a file that has the content its address names; raises HTTPNotFound for any other."""
    name = request.match_info["name"]
    digest, content = _all().get(name, ("", b""))
    if not digest or digest != request.match_info["digest"]:
        raise web.HTTPNotFound(text="there is no such file")
    kind = _TYPES[name.rpartition(".")[2]]
    return web.Response(body=content, content_type=kind, charset="utf-8", headers={"Cache-Control": _FOR_EVER})


@cache
def _all() -> dict[str, tuple[str, bytes]]:
    """Digest and content by name: nothing else can be asked for, whatever an address says."""
    folder = files("oneplan.dashboard").joinpath("static")
    contents = {file.name: file.read_bytes() for file in folder.iterdir() if file.name.rpartition(".")[2] in _TYPES}
    return {name: (sha256(content).hexdigest()[:16], content) for name, content in contents.items()}
