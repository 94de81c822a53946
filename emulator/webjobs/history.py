"""The run history of a triggered job: one folder a run.

As Kudu.Core/Jobs/TriggeredJobsManager.cs and TriggeredJobRunLogger.cs do it.
"""

import json
import os
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from emulator.files import write_atomically
from emulator.webjobs.moment import from_json, to_json

OUTPUT_FILE = "output_log.txt"
ERROR_FILE = "error_log.txt"
LOCK_FILE = "triggeredJob.lock"
SCHEDULER_LOG = "job_scheduler.log"
UNFINISHED = ".new-"


class RunStatus(StrEnum):
    """What a run can be. Aborted is never stored: it is how a run reads whose engine died."""

    INITIALIZING = "Initializing"
    RUNNING = "Running"
    SUCCESS = "Success"
    FAILED = "Failed"
    STOPPED = "Stopped"
    ABORTED = "Aborted"


@dataclass(frozen=True)
class Run:
    """One run of a triggered job."""

    id: str
    """UTC time down to 0.1 ms; also the folder's name."""

    folder: Path
    """Where its status and output are."""

    trigger: str
    """``External - <user agent>`` or ``Schedule - <cron>``."""

    status: str
    """A RunStatus, or whatever else the file says."""

    start: datetime
    """When it was asked for."""

    end: datetime | None = None
    """When it ended."""

    @property
    def job_name(self) -> str:
        """Whose run it is, as its folder is spelled."""
        return self.folder.parent.name

    @property
    def output(self) -> Path:
        """What it printed, and the engine's own lines."""
        return self.folder / OUTPUT_FILE

    @property
    def error(self) -> Path:
        """A file that nobody has written since 2014 but that old histories may hold."""
        return self.folder / ERROR_FILE

    def judged(self, *, is_newest: bool, is_locked: bool) -> "Run":
        """The run as a reader sees it: a stored Running that nobody can be running any more is Aborted."""
        if self.status == RunStatus.RUNNING and not (is_newest and is_locked):
            return replace(self, status=RunStatus.ABORTED)
        return self


class RunHistory:
    """The runs of one job, newest first."""

    def __init__(self, data: Path) -> None:
        self._data = data

    @property
    def exists(self) -> bool:
        """Whether the job has any data at all."""
        return self._data.is_dir()

    def ids(self) -> list[str]:
        """All folders' names, descending. Every folder counts, also one that the job itself made."""
        try:
            with os.scandir(self._data) as entries:
                names = [entry.name for entry in entries if entry.is_dir()]
            return sorted((name for name in names if not name.startswith(UNFINISHED)), reverse=True)
        except OSError:
            return []

    def runs(self, *, is_locked: bool) -> list[Run]:
        """All runs that can be read."""
        found = ((number, self.read(name)) for number, name in enumerate(self.ids()))
        return [run.judged(is_newest=number == 0, is_locked=is_locked) for number, run in found if run is not None]

    def newest(self, *, is_locked: bool) -> Run | None:
        """The run in the folder that sorts last; none when that holds no status."""
        ids = self.ids()
        run = self.read(ids[0]) if ids else None
        return run.judged(is_newest=True, is_locked=is_locked) if run else None

    def find(self, id: str, *, is_locked: bool) -> Run | None:
        """One run, judged as if it were the newest."""
        run = self.read(id) if id in self.ids() else None
        return run.judged(is_newest=True, is_locked=is_locked) if run else None

    def create(self, trigger: str, now: datetime) -> Run:
        """A new run; its id is later than every other, even when the clock was set back."""
        taken = set(self.ids())
        newest = max((name for name in taken if name.isdigit() and len(name) == 18), default="")
        at = now
        while run_id(at) <= newest or run_id(at) in taken:
            at = max(at, id_time(newest) if newest else at) + timedelta(microseconds=100)
        run = Run(run_id(at), self._data / run_id(at), trigger, RunStatus.INITIALIZING, now)
        draft = self._data / f"{UNFINISHED}{run.id}"
        draft.mkdir(parents=True, exist_ok=True)
        (draft / "status").write_bytes(_stored(run))
        draft.rename(run.folder)  # a run without a status would hide those before it
        return run

    def write(self, run: Run) -> None:
        """Store the run's status."""
        write_atomically(run.folder / "status", _stored(run))

    def read(self, id: str) -> Run | None:
        """The run in a folder, as stored; none when there is no readable status."""
        try:
            fields = json.loads((self._data / id / "status").read_text(encoding="utf-8"))
            start, end = from_json(fields["StartTime"]), fields.get("EndTime")
            return Run(
                id,
                self._data / id,
                str(fields.get("Trigger") or ""),
                str(fields.get("Status") or ""),
                start,
                from_json(end) if end else None,
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def trim(self, keep: int) -> None:
        """Delete all but the newest folders, and what a killed engine was just making. Only who has the lock may."""
        try:
            unfinished = [name for name in os.listdir(self._data) if name.startswith(UNFINISHED)]  # noqa: PTH208 - names alone
        except OSError:
            unfinished = []
        for name in (*self.ids()[max(0, keep) :], *unfinished):
            shutil.rmtree(self._data / name, ignore_errors=True)


def _stored(run: Run) -> bytes:
    """The content of a status file; nulls are left out."""
    fields = {
        "Trigger": run.trigger,
        "Status": run.status,
        "StartTime": to_json(run.start),
        "EndTime": to_json(run.end) if run.end else None,
    }
    return json.dumps({key: value for key, value in fields.items() if value}, separators=(",", ":")).encode()


def run_id(at: datetime) -> str:
    """The id of a run that starts then: ``yyyyMMddHHmmssffff``."""
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S}{at.microsecond // 100:04}"


def id_time(id: str) -> datetime:
    """The time in an id; the beginning of time when it is none."""
    try:
        return datetime.strptime(f"{id}00", "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
