"""`/api/logstream` and `/api/logs/docker`: what is written below LogFiles, as it is written."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from emulator.appservice.scm.places import below
from emulator.appservice.scm.view import SiteView, base_url
from emulator.webjobs.site import SiteSettings

POLL_SECONDS = 0.25
CHUNK_BYTES = 1024 * 1024
"""Most that is read of a file at a time: a reader that is slow must not cost memory."""
HEARTBEAT_SECONDS = 60.0
TIMEOUT_SECONDS = 7200
"""Unless SCM_LOGSTREAM_TIMEOUT says otherwise."""
_SUFFIXES = (".txt", ".log", ".htm")
_DOCKER = re.compile(r"\d{4}_\d\d_\d\d_.+_docker(\.\d+)?\.log")
log = logging.getLogger(__name__)


def routes(site: SiteView, closing: asyncio.Event) -> list[web.RouteDef]:
    """Routes of this module; `closing` is set when the server goes down, which ends the streams."""
    logs = _Logs(site, closing)
    streams = [
        web.get(path, logs.stream) for root in ("/api/logstream", "/logstream") for path in (root, root + "/{path:.*}")
    ]
    return [*streams, web.get("/api/logs/docker", logs.docker)]


def docker_files(folder: Path) -> list[Path]:
    """The container's log files, newest first."""
    found = [file for file in folder.iterdir() if _DOCKER.fullmatch(file.name)] if folder.is_dir() else []
    return sorted(found, key=lambda file: file.stat().st_mtime, reverse=True)


@dataclass
class _Follower:
    """Reads what is appended to the log files of a folder after the follower was made."""

    folder: Path
    places: dict[Path, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = {file: file.stat().st_size for file in self._files()}

    def new_lines(self) -> list[str]:
        """Whole lines written since the last call."""
        lines: list[str] = []
        for file in self._files():
            place = self.places.get(file, 0)
            size = file.stat().st_size
            if size < place:
                place = 0  # rolled
            if size > place:
                lines += self._read(file, place)
        return lines

    def _read(self, file: Path, place: int) -> list[str]:
        with file.open("rb") as source:
            source.seek(place)
            chunk = source.read(CHUNK_BYTES)
        end = chunk.rfind(b"\n") + 1
        if not end and len(chunk) == CHUNK_BYTES:
            end = CHUNK_BYTES  # a line without end goes out in parts
        self.places[file] = place + end
        return chunk[:end].decode("utf-8", "replace").splitlines()

    def _files(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return [file for file in sorted(self.folder.rglob("*")) if file.suffix.lower() in _SUFFIXES and file.is_file()]


class _Reader:
    """Who reads along: lines of text or, for a browser's EventSource, an event a line."""

    def __init__(self, *, is_event_stream: bool) -> None:
        kind = "text/event-stream" if is_event_stream else "text/plain"
        self._form = "data: {}\n\n" if is_event_stream else "{}\n"
        self.response = web.StreamResponse(
            headers={"Content-Type": f"{kind}; charset=utf-8", "Cache-Control": "no-store"}
        )

    async def write(self, lines: Iterable[str]) -> None:
        """Passes lines on."""
        await self.response.write("".join(self._form.format(line) for line in lines).encode())

    async def say(self, text: str) -> None:
        """Says something of the stream's own."""
        await self.write([f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}  {text}"])


@dataclass(frozen=True)
class _Logs:
    site: SiteView
    closing: asyncio.Event

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """New lines below LogFiles, or a folder of it, until the client goes away; `filter` keeps lines with a text."""
        folder = self._folder(request.match_info.get("path", ""))
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        wanted = request.query.get("filter", "").lower()
        follower = await asyncio.to_thread(_Follower, folder)
        reader = _Reader(is_event_stream="text/event-stream" in request.headers.get("Accept", ""))
        await reader.response.prepare(request)
        try:
            await reader.say("Welcome, you are now connected to log-streaming service.")
            await _follow(follower, reader, wanted, self.closing, self._limit())
        except ConnectionError:
            log.debug("%s: the reader of the log stream has gone", self.site.spec.name)
        return reader.response

    async def docker(self, request: web.Request) -> web.Response:
        """The site's container logs, newest first."""
        newest = docker_files(self.site.home.logs)
        return web.json_response(
            [
                {
                    "machineName": file.name.split("_")[3],
                    "lastUpdated": datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat(),
                    "size": file.stat().st_size,
                    "href": f"{base_url(request)}/api/vfs/LogFiles/{file.name}",
                    "path": f"/home/LogFiles/{file.name}",
                }
                for file in newest
            ]
        )

    def _limit(self) -> timedelta:
        settings = SiteSettings(self.site.spec.settings, self.site.engine.live_settings)
        return settings.seconds("SCM_LOGSTREAM_TIMEOUT", TIMEOUT_SECONDS)

    def _folder(self, name: str) -> Path:
        return below(self.site.home.logs, name)


async def _follow(follower: _Follower, reader: _Reader, wanted: str, closing: asyncio.Event, limit: timedelta) -> None:
    """Passes new lines on; the last one says why there are no more."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + limit.total_seconds()
    spoke = loop.time()
    while loop.time() < ends and not closing.is_set():
        lines = [line for line in await asyncio.to_thread(follower.new_lines) if wanted in line.lower()]
        if lines:
            await reader.write(lines)
            spoke = loop.time()
        elif loop.time() - spoke > HEARTBEAT_SECONDS:
            await reader.say("No new trace in the past 1 min(s).")
            spoke = loop.time()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(closing.wait(), POLL_SECONDS)
    timeout = f"Stream terminated due to timeout {int(limit.total_seconds() // 60)} min(s)."
    await reader.say("The application was terminated." if closing.is_set() else timeout)
