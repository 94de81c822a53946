"""`/api/vfs`: the site's files, read and written (Kudu.Services/Infrastructure/VfsControllerBase.cs)."""

from __future__ import annotations

import asyncio
import mimetypes
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.helpers import ETag
from aiohttp.web_request import BaseRequest
from multidict import CIMultiDict

from emulator import bodies
from emulator.appservice.scm.places import below
from emulator.appservice.scm.view import SiteView, base_url, truth

PREFIX = "/api/vfs/"
CHUNK_BYTES = 256 * 1024
_TICKS_AT_EPOCH = 621_355_968_000_000_000
_FOLDER = "inode/directory"


def routes(site: SiteView) -> list[web.RouteDef]:
    """Routes of this module."""
    vfs = _Vfs(site)
    path = PREFIX + "{path:.*}"
    return [
        web.get(path, vfs.get),
        web.get(PREFIX.rstrip("/"), vfs.get),
        web.put(path, vfs.put),
        web.delete(path, vfs.delete),
    ]


def etag_of(path: Path) -> str:
    """Kudu's tag: the last write in .NET ticks, its eight bytes little-endian in hexadecimal."""
    ticks = _TICKS_AT_EPOCH + path.stat().st_mtime_ns // 100
    return f'"{ticks.to_bytes(8, "little").hex()}"'


class _File(web.FileResponse):
    """A file that keeps its tag, and knows it in If-Range: aiohttp would put one of its own in its place."""

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Answers with the part asked for, unless that was of an older version."""
        condition = request.headers.get("If-Range", "")
        if condition.startswith(('"', "W/")) and condition != self.headers["ETag"]:
            kept = CIMultiDict((name, value) for name, value in request.headers.items() if name.lower() != "range")
            request = request.clone(headers=kept)
        return await super().prepare(request)

    @property
    def etag(self) -> ETag | None:
        """As in the headers."""
        return super().etag

    @etag.setter
    def etag(self, value: ETag | str | None) -> None:
        """Ignored."""


@dataclass(frozen=True)
class _Vfs:
    site: SiteView

    async def get(self, request: web.Request) -> web.StreamResponse:
        """A file, or a folder's listing."""
        path = self._path(request)
        is_slashed = request.path.endswith("/")
        if path.is_dir():
            if not is_slashed:
                return _moved(request, f"{request.rel_url.raw_path}/")
            return web.json_response(await asyncio.to_thread(self._listing, path, base_url(request)))
        if not path.is_file():
            return web.Response(status=404)
        if is_slashed:
            return _moved(request, request.rel_url.raw_path.rstrip("/"))
        etag = etag_of(path)
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return _File(path, headers={"ETag": etag, "Content-Type": kind}, chunk_size=CHUNK_BYTES)

    async def put(self, request: web.Request) -> web.Response:
        """Writes a file; replacing one needs its tag in If-Match. A path with a slash at its end makes a folder."""
        path = self._path(request)
        try:
            if request.path.endswith("/"):
                path.mkdir(parents=True)
                return web.Response(status=201)
            if path.is_dir():
                return web.Response(status=409, text=f"{path.name}: is a folder")
            if (refusal := _stale(request, path)) is not None:
                return refusal
            status = 204 if path.exists() else 201
            path.parent.mkdir(parents=True, exist_ok=True)
            await bodies.receive(request, path)
        except bodies.BodyError as error:
            return web.Response(status=error.status, text=str(error))
        except OSError as error:
            return web.Response(status=409, text=f"{path.name}: {error.strerror or error}")
        return web.Response(status=status, headers={"ETag": etag_of(path)})

    async def delete(self, request: web.Request) -> web.Response:
        """Removes a file (tag needed) or a folder (`recursive=true` when it holds something)."""
        path = self._path(request)
        if path == self.site.home.home:
            return web.Response(status=409, text="the site's home cannot be removed")
        try:
            if path.is_dir() and not path.is_symlink():
                if truth(request.query, "recursive"):
                    await asyncio.to_thread(shutil.rmtree, path)
                else:
                    path.rmdir()
                return web.Response()
            if not path.exists():
                return web.Response(status=404)
            if (refusal := _stale(request, path)) is not None:
                return refusal
            path.unlink()
        except OSError as error:
            return web.Response(status=409, text=f"{path.name}: {error.strerror or error}")
        return web.Response()

    def _path(self, request: web.Request) -> Path:
        """The file meant, which must be below home also when links are followed."""
        return below(self.site.home.home, request.match_info.get("path", ""))

    def _listing(self, folder: Path, base: str) -> list[dict[str, Any]]:
        found = sorted(folder.iterdir(), key=lambda entry: (not entry.is_dir(), entry.name))
        return [self._entry(entry, base) for entry in found if entry.exists()]

    def _entry(self, entry: Path, base: str) -> dict[str, Any]:
        stat = entry.stat()
        is_folder = entry.is_dir()
        relative = entry.relative_to(self.site.home.home).as_posix()
        return {
            "name": entry.name,
            "size": 0 if is_folder else stat.st_size,
            "mtime": datetime.fromtimestamp(stat.st_mtime, UTC).isoformat(),
            "crtime": datetime.fromtimestamp(stat.st_ctime, UTC).isoformat(),
            "mime": _FOLDER if is_folder else mimetypes.guess_type(entry.name)[0] or "application/octet-stream",
            "href": f"{base}{PREFIX}{quote(relative, errors='surrogateescape')}{'/' if is_folder else ''}",
            "path": f"/home/{relative}",
        }


def _moved(request: web.Request, path: str) -> web.Response:
    """The same question at another path."""
    query = request.rel_url.raw_query_string
    return web.Response(status=307, headers={"Location": f"{base_url(request)}{path}{f'?{query}' if query else ''}"})


def _stale(request: web.Request, path: Path) -> web.Response | None:
    """412 unless the request names the present version of an existing file."""
    if not path.exists():
        return None
    etag, given = etag_of(path), request.headers.get("If-Match")
    if given is None:
        return web.Response(status=412, text="If-Match: missing; send the file's ETag or *")
    if not {"*", etag}.intersection(tag.strip() for tag in given.split(",")):
        return web.Response(status=412, headers={"ETag": etag}, text="If-Match: the file has changed since")
    return None
