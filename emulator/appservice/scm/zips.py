"""Folders as archives: `/api/zip`, `/api/dump` and `/api/logs/docker/zip`.

Kudu.Services/Zip/ZipController.cs and Kudu.Services/Diagnostics: a GET streams the folder, a PUT unpacks over it,
deleting nothing and leaving no record.
"""

from __future__ import annotations

import asyncio
import os
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from emulator import bodies
from emulator.appservice.deployment.archive import ArchiveError, Limits, extract, open_archive, read_entries
from emulator.appservice.scm.logs import docker_files
from emulator.appservice.scm.places import below
from emulator.appservice.scm.view import SiteView
from emulator.errors import EmulatorError
from emulator.http import parse_json


def routes(site: SiteView) -> list[web.RouteDef]:
    """Routes of this module."""
    zips = _Zips(site)
    return [
        web.get("/api/zip/{path:.*}", zips.get),
        web.put("/api/zip/{path:.*}", zips.put),
        web.get("/api/dump", zips.dump),
        web.get("/api/logs/docker/zip", zips.docker),
    ]


@dataclass(frozen=True)
class _Zips:
    site: SiteView

    async def get(self, request: web.Request) -> web.StreamResponse:
        """A folder below home as an archive; `fileName` names it."""
        folder = below(self.site.home.home, request.match_info["path"])
        if not folder.is_dir():
            return web.Response(status=404)
        name = request.query.get("fileName") or f"{folder.name}.zip"
        return await self._send(request, folder, _files(folder), name)

    async def put(self, request: web.Request) -> web.Response:
        """Unpacks an archive over a folder below home."""
        folder = below(self.site.home.home, request.match_info["path"])
        package = self.site.home.temp / f"{uuid.uuid4().hex}.zip"
        try:
            package.parent.mkdir(parents=True, exist_ok=True)
            if request.content_type == "application/json":
                folder = await self._fetch(request, folder, package)
            else:
                await bodies.receive(request, package)
            await asyncio.to_thread(_unpack, package, folder)
        except bodies.BodyError as error:
            return web.json_response(str(error), status=error.status)
        except EmulatorError as error:
            return web.json_response(str(error), status=400)
        except OSError as error:
            return web.json_response(f"{folder.name}: {error.strerror or error}", status=400)
        finally:
            package.unlink(missing_ok=True)
        return web.Response()

    async def dump(self, request: web.Request) -> web.StreamResponse:
        """All log files."""
        logs = self.site.home.logs
        return await self._send(request, logs, _files(logs), f"dump-{self.site.spec.name}.zip")

    async def docker(self, request: web.Request) -> web.StreamResponse:
        """The container's log files."""
        logs = self.site.home.logs
        return await self._send(request, logs, docker_files(logs), f"docker-{self.site.spec.name}.zip")

    async def _fetch(self, request: web.Request, folder: Path, package: Path) -> Path:
        """Gets the package from its address; a `path` beside that names another folder."""
        try:
            body = parse_json(await request.read())
            uri, path = str(body["packageUri"]), body.get("path")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ArchiveError("body: expected JSON with a packageUri, or the archive itself") from error
        await self.site.deployer.fetch(uri, package)
        return below(self.site.home.home, str(path)) if path else folder

    async def _send(self, request: web.Request, folder: Path, files: Iterable[Path], name: str) -> web.StreamResponse:
        package = self.site.home.temp / f"{uuid.uuid4().hex}.zip"
        package.parent.mkdir(parents=True, exist_ok=True)
        plain = "".join(character for character in name if character.isprintable() and character not in '"\\/')
        headers = {"Content-Type": "application/zip", "Content-Disposition": f'attachment; filename="{plain}"'}
        response = web.StreamResponse(headers=headers)
        try:
            await asyncio.to_thread(_pack, package, folder, files)
            response.content_length = package.stat().st_size
            with package.open("rb") as source:
                package.unlink()  # gone with the handle, whatever the reader does
                await response.prepare(request)
                while chunk := await asyncio.to_thread(source.read, bodies.CHUNK_BYTES):
                    await response.write(chunk)
        except OSError as error:
            if response.prepared:
                raise
            return web.json_response(f"{folder.name}: {error.strerror or error}", status=500)
        finally:
            package.unlink(missing_ok=True)
        return response


def _files(folder: Path) -> Iterator[Path]:
    """Every real file below; links are not followed."""
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        yield from (Path(parent, name) for name in sorted(names))


def _pack(package: Path, folder: Path, files: Iterable[Path]) -> None:
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for file in files:
            if file.is_symlink() or not file.is_file():
                continue
            try:
                archive.write(file, _text(file.relative_to(folder).as_posix()))
            except FileNotFoundError:  # gone meanwhile
                continue


def _text(name: str) -> str:
    """The name with what is no text in it replaced: an archive takes nothing else."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _unpack(package: Path, folder: Path) -> None:
    """Raises ArchiveError before anything is written when the archive is not to be trusted."""
    with open_archive(package) as archive:
        entries, _ = read_entries(package, archive, Limits())
        for entry in entries:
            _require_no_links(folder, entry.name)
        folder.mkdir(parents=True, exist_ok=True)
        extract(archive, entries, folder)


def _require_no_links(folder: Path, name: str) -> None:
    """Raises ArchiveError when a link on the way could lead the entry elsewhere."""
    place = folder
    for part in Path(name).parts:
        place /= part
        if place.is_symlink():
            raise ArchiveError(f"package: {name!r} would be written through a link; remove {part!r} first")
