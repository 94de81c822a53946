"""`/api/processes`: what the site's app and jobs run (Kudu.Services/Diagnostics/ProcessController.cs).

Found below `/proc`; where there is none, the app's own process is all that is known. The values of a process's
environment are never shown: secrets are among them.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from emulator.appservice.scm.view import SiteView, base_url

PROC = Path("/proc")
MARKS = ("WEBJOBS_NAME", "WEBSITE_SITE_NAME", "HOME")
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True)
class Found:
    """One process of the site."""

    id: int
    parent: int
    name: str
    threads: int
    cpu: timedelta
    memory: int
    """Bytes in main memory."""
    started: datetime | None
    command: str
    job: str | None
    """The WebJob it belongs to."""


def routes(site: SiteView) -> list[web.RouteDef]:
    """Routes of this module."""

    async def every(request: web.Request) -> web.Response:
        return web.json_response([_short(found, request) for found in await asyncio.to_thread(_processes, site)])

    async def one(request: web.Request) -> web.Response:
        everything = await asyncio.to_thread(_processes, site)
        found = _one(everything, request)
        if found is None:
            return _missing(request)
        children = [each for each in everything if each.parent == found.id]
        return web.json_response(_long(found, children, request))

    async def kill(request: web.Request) -> web.Response:
        found = _one(await asyncio.to_thread(_processes, site), request)
        if found is None:
            return _missing(request)
        with suppress(ProcessLookupError):
            os.kill(found.id, signal.SIGKILL)
        return web.Response()

    async def load(_request: web.Request) -> web.Response:
        return web.json_response(_load(await asyncio.to_thread(_processes, site)))

    return [
        web.get("/api/oneplan/load", load),
        web.get("/api/processes", every),
        web.get("/api/processes/{id}", one),
        web.delete("/api/processes/{id}", kill),
    ]


def _processes(site: SiteView) -> list[Found]:
    home = str(site.home.home)
    found = [each for number in _numbers() if (each := _read(number, home)) is not None]
    condition = site.supervisor.condition if site.supervisor else None
    if not found and condition is not None and condition.pid is not None:
        found = [Found(condition.pid, 0, site.spec.name, 1, timedelta(0), 0, condition.started, "", None)]
    return found


def _load(everything: list[Found]) -> list[dict[str, Any]]:
    """Seconds of processor and bytes of memory by job; the app's own processes have none."""
    jobs = sorted({found.job or "" for found in everything})
    return [
        {
            "job": job or None,
            "cpu_seconds": sum(found.cpu.total_seconds() for found in everything if (found.job or "") == job),
            "memory": sum(found.memory for found in everything if (found.job or "") == job),
        }
        for job in jobs
    ]


def _one(everything: list[Found], request: web.Request) -> Found | None:
    """The process asked for, if it is one of this site: no other can be seen or ended."""
    wanted = request.match_info["id"]
    return next((each for each in everything if str(each.id) == wanted), None)


def _numbers() -> Iterator[int]:
    for entry in PROC.iterdir() if PROC.is_dir() else ():
        if entry.name.isdigit():
            yield int(entry.name)


def _read(number: int, home: str) -> Found | None:
    """The process, if its environment says that it belongs to this home."""
    folder = PROC / str(number)
    try:
        variables = _variables((folder / "environ").read_bytes())
        if variables.get("HOME") != home:
            return None
        command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
        head, _, tail = (folder / "stat").read_text("utf-8", "replace").rpartition(")")
        fields = tail.split()
        uptime = float((PROC / "uptime").read_text().split()[0])
    except (OSError, ValueError, IndexError):  # it has ended, or is somebody else's
        return None
    age = timedelta(seconds=uptime - int(fields[19]) / _TICKS)
    return Found(
        id=number,
        parent=int(fields[1]),
        name=head.partition("(")[2],
        threads=int(fields[17]),
        cpu=timedelta(seconds=(int(fields[11]) + int(fields[12])) / _TICKS),
        memory=int(fields[21]) * _PAGE,
        started=datetime.now(UTC) - age,
        command=command,
        job=variables.get("WEBJOBS_NAME"),
    )


def _variables(content: bytes) -> dict[str, str]:
    pairs = (entry.partition(b"=") for entry in content.split(b"\0"))
    wanted = {name.encode() for name in MARKS}
    return {name.decode(): value.decode("utf-8", "replace") for name, _, value in pairs if name in wanted}


def _short(found: Found, request: web.Request) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "machineName": "localhost",
        "href": f"{base_url(request)}/api/processes/{found.id}",
        "user_name": None,
    }


def _long(found: Found, children: list[Found], request: web.Request) -> dict[str, Any]:
    url = f"{base_url(request)}/api/processes"
    return _short(found, request) | {
        "parent": f"{url}/{found.parent}",
        "children": [f"{url}/{child.id}" for child in children],
        "thread_count": found.threads,
        "start_time": found.started.isoformat() if found.started else None,
        "total_cpu_time": str(found.cpu),
        "working_set": found.memory,
        "command_line": found.command,
        "is_scm_site": False,
        "is_webjob": found.job is not None,
        "description": f"WebJob: {found.job}" if found.job else None,
    }


def _missing(request: web.Request) -> web.Response:
    return web.json_response(f"Process {request.match_info['id']} could not be found.", status=404)
