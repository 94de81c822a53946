"""One deployment from request to restarted site; one at a time a site.

Life of the records: Kudu.Core/Deployment/FetchDeploymentManager.cs. A temporary record stands while the package is
fetched; then a record with a GUID goes 0 -> 1 -> 4. Until the package is unpacked and checked nothing of the site has
changed; from then on a journal makes sure the rest is done, at the next start if need be.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import secrets
import shutil
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from emulator.appservice.deployment import bytecode
from emulator.appservice.deployment.archive import Limits
from emulator.appservice.deployment.fetch import Fetch, shown
from emulator.appservice.deployment.records import Records
from emulator.appservice.deployment.request import Destination, check
from emulator.appservice.deployment.staging import stage_file, stage_zip
from emulator.appservice.deployment.sync import Changes, Journal, sync
from emulator.appservice.home import SiteHome
from emulator.appservice.spec import DeployError, Deployment, DeployStatus, OneDeploy, SiteSpec
from emulator.errors import EmulatorError

log = logging.getLogger(__name__)

BUSY = "There is a deployment currently in progress. Please try again when it completes."


@dataclass(frozen=True)
class Means:
    """What a deployment needs of its surroundings."""

    fetch: Fetch
    restart: Callable[[], Awaitable[None]]
    """Called when the content has changed and the request wants a restart."""
    changed: Callable[[], Awaitable[None]]
    """Called when the content has changed: the jobs engine looks again."""
    clock: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    bytecode: Path | None = None
    """Where the sites share what Python compiles of their packages; None: each keeps its own."""


class Deployer:
    """Deploys packages to one site."""

    def __init__(self, home: SiteHome, means: Means) -> None:
        self._home, self._means = home, means
        self.records = Records(home.deployments)
        self._lock = asyncio.Lock()

    @property
    def is_busy(self) -> bool:
        """True while a deployment runs."""
        return self._lock.locked()

    async def idle_within(self, seconds: float) -> bool:
        """Whether no deployment runs, at once or before so much time has passed."""
        try:
            async with asyncio.timeout(seconds), self._lock:
                return True
        except TimeoutError:
            return False

    def check(self, request: OneDeploy, spec: SiteSpec, *, has_package: bool) -> Destination:
        """Where the package would go.

        Raises:
            DeployError: 400 or 409, as Kudu answers before it starts.
        """
        destination = check(request, spec, self._home, has_package=has_package)
        if self.is_busy:
            raise DeployError(BUSY, status=409)
        return destination

    async def deploy(self, request: OneDeploy, spec: SiteSpec, package: Path | None = None) -> Deployment:
        """Puts a package in place and returns its record.

        Args:
            package: the package itself, when it was sent instead of its address; it is used up.

        Raises:
            DeployError: refused (400), another one runs (409), or failed (500, with the record).
        """
        destination = self.check(request, spec, has_package=package is not None)
        async with self._lock:
            fetched = await self._fetch(request, package)
            try:
                return await self._install(request, destination, fetched)
            finally:
                fetched.unlink(missing_ok=True)

    def note(self, record: Deployment, details: str) -> None:
        """Keeps the record of a deployment that something else did.

        Raises:
            OSError: it cannot be written.
        """
        failed = record.status is DeployStatus.FAILED
        self.records.put(record)
        lines = ["Deployment failed." if failed else "Deployment successful.", *([details] if details else [])]
        for line in lines:
            self.records.log(record.id, self._means.clock(), line, 2 if failed else 0)
        if record.active:
            self.records.activate(record.id)

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self._means.clock()

    async def fetch(self, uri: str, target: Path) -> None:
        """Gets a package from its address.

        Raises:
            EmulatorError: it does not arrive.
        """
        await self._means.fetch(uri, target)

    async def recover(self) -> None:
        """Ends what a killed daemon left: an unpacked package is put in place, anything else has failed."""
        for record in self.records.all():
            if record.complete:
                continue
            folder = self.records.folder_of(record.id)
            journal = Journal.load(folder / "journal.json")
            if journal is None:
                self._end(record, DeployStatus.FAILED, "interrupted before it was unpacked; deploy again")
            else:
                changes = await asyncio.to_thread(self._put_in_place, folder / "staged", journal)
                self._succeed(record, changes)
            await asyncio.to_thread(_forget_staged, folder)

    async def _fetch(self, request: OneDeploy, package: Path | None) -> Path:
        """The package on this disk; its temporary record is kept only when it did not arrive."""
        if package is not None:
            return package
        now = self._means.clock()
        text = "Receiving changes."
        record = _record(f"temp-{secrets.token_hex(4)}", DeployStatus.PENDING, text, request, now)
        uri = request.package_uri or ""
        target = self._home.zipdeploy / f"{record.id}.zip"
        try:
            self.records.put(record)
            self.records.log(record.id, now, f"Fetching {shown(uri)}")
            await self._means.fetch(uri, target)
        except (EmulatorError, OSError) as error:
            target.unlink(missing_ok=True)
            raise self._failed(record, error) from error
        self.records.delete(record.id)
        return target

    async def _install(self, request: OneDeploy, destination: Destination, package: Path) -> Deployment:
        record = self._new_record(request)
        folder = self.records.folder_of(record.id)
        staged = folder / "staged"
        stage = stage_file if request.type.lower() == "static" else stage_zip
        try:
            self.records.put(record)
            journal, warnings = await asyncio.to_thread(stage, package, staged, destination, self._means.limits)
            for warning in warnings:
                self.records.log(record.id, self._means.clock(), warning, 1)
            journal.save(folder / "journal.json")
            self.records.put(replace(record, progress="Copying"))
            changes = await asyncio.to_thread(self._put_in_place, staged, journal)
        except (EmulatorError, OSError) as error:
            await asyncio.to_thread(_forget_staged, folder)
            raise self._failed(record, error) from error
        done = self._succeed(record, changes)
        await asyncio.to_thread(_forget_staged, folder)
        self.records.purge()
        await asyncio.gather(self._means.changed(), *([self._means.restart()] if request.restart else []))
        return done

    def _put_in_place(self, staged: Path, journal: Journal) -> Changes:
        changes = sync(staged, journal)
        if self._means.bytecode is not None:
            try:
                bytecode.share(self._home.wwwroot, self._means.bytecode)
            except OSError as error:  # the site runs all the same, only its first start takes longer
                log.warning("%s: compiled packages are not shared: %s", self._home.folder.name, error)
        return changes

    def _new_record(self, request: OneDeploy) -> Deployment:
        id_ = str(uuid.uuid4())
        text = f"Building and Deploying '{id_}'."
        return replace(_record(id_, DeployStatus.BUILDING, text, request, self._means.clock()), progress="Unpacking")

    def _succeed(self, record: Deployment, changes: Changes) -> Deployment:
        message = f"Deployment successful: {changes.written} files written, {changes.removed} removed."
        self.records.activate(record.id)
        return replace(self._end(record, DeployStatus.SUCCESS, message), active=True)

    def _end(self, record: Deployment, status: DeployStatus, message: str) -> Deployment:
        now = self._means.clock()
        failed = status is DeployStatus.FAILED
        ended = replace(record, status=status, status_text=message if failed else "", ended=now, progress="")
        self.records.put(ended)
        self.records.log(record.id, now, message, 2 if failed else 0)
        return ended

    def _failed(self, record: Deployment, error: EmulatorError | OSError) -> DeployError:
        message = _reason(error)
        with suppress(OSError):  # the disk may be too full for the record too; the caller is told anyway
            record = self._end(record, DeployStatus.FAILED, message)
        return DeployError(f"{self._home.folder.name}: deployment failed: {message}", deployment=record)


def _record(id: str, status: DeployStatus, text: str, request: OneDeploy, now: datetime) -> Deployment:
    return Deployment(
        id,
        status,
        text,
        request.deployer,
        now,
        now,
        author=request.author,
        author_email=request.author_email,
        message=request.message,
    )


def _reason(error: EmulatorError | OSError) -> str:
    if isinstance(error, EmulatorError):
        return str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disk: no space left for the package; free some space and deploy again"
    return f"{error.filename or 'disk'}: {error.strerror or error}; put it right and deploy again"


def _forget_staged(folder: Path) -> None:
    (folder / "journal.json").unlink(missing_ok=True)
    shutil.rmtree(folder / "staged", ignore_errors=True)
