"""Status files of continuous jobs: one an instance, read together (Kudu.Core/Jobs/ContinuousJobLogger.cs)."""

import contextlib
import fcntl
import json
import logging
import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from emulator.files import write_atomically
from emulator.webjobs.logs import JobLog

log = logging.getLogger(__name__)

PREFIX = "status_"


class ContinuousStatus(StrEnum):
    """What a continuous job can be; there is no Failed."""

    INITIALIZING = "Initializing"
    STARTING = "Starting"
    RUNNING = "Running"
    SUCCESS = "Success"
    PENDING_RESTART = "PendingRestart"
    INACTIVE_INSTANCE = "InactiveInstance"
    DISABLING = "Disabling"
    STOPPING = "Stopping"
    STOPPED = "Stopped"


class StatusFile:
    """This instance's status of one job.

    The file is kept locked as long as the instance lives: so others see which of the status files are stale.
    """

    def __init__(self, data: Path, *, instance: str, log: JobLog, on_report: Callable[[], None]) -> None:
        self._on_report = on_report
        self._path = data / f"{PREFIX}{instance}"
        self._log = log
        self._descriptor: int | None = None

    def report(self, status: ContinuousStatus) -> None:
        """Write the status to its file and to the log."""
        self._write(status)
        self._log.status(status)
        self._on_report()

    def report_if_changed(self, status: ContinuousStatus) -> None:
        """Write the status unless the file says it already."""
        if _read(self._path) == status:
            self._hold()
        else:
            self.report(status)

    def close(self) -> None:
        """Let others take the file for stale."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write(self, status: ContinuousStatus) -> None:
        """A status that cannot be written must not end the job, as on App Service."""
        try:
            write_atomically(self._path, json.dumps({"Status": status}, separators=(",", ":")).encode())
        except OSError as error:
            log.warning("%s: cannot be written: %s", self._path, error)
        self._hold()

    def _hold(self) -> None:
        self.close()
        with contextlib.suppress(OSError):
            self._descriptor = os.open(self._path, os.O_RDONLY)
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)  # who looks whether it is stale has it for a moment only


def summary(data: Path, *, instance: str) -> tuple[str, str]:
    """The job's status over all instances, and one line an instance.

    The status is the last one that is not InactiveInstance, else the first
    (Kudu.Core/Jobs/ContinuousJobsManager.cs, UpdateDetailedStatus).
    """
    found: list[tuple[str, str]] = []
    for path in sorted(data.glob(f"{PREFIX}*")):
        name = path.name.removeprefix(PREFIX)
        status = _own(path) if name == instance else _others(path)
        if status is not None:
            found.append((name, status))
    if not found:
        return ContinuousStatus.INITIALIZING, f"{instance} - {ContinuousStatus.INITIALIZING}"
    active = [status for _, status in found if status != ContinuousStatus.INACTIVE_INSTANCE]
    return active[-1] if active else found[0][1], "".join(f"{name} - {status}\r\n" for name, status in found)


def _read(path: Path) -> str | None:
    try:
        status = json.loads(path.read_text(encoding="utf-8"))["Status"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return status if isinstance(status, str) else None


def _own(path: Path) -> str | None:
    """This instance's status; what an engine that was killed left counts only when nothing was to run."""
    status = _read(path)
    return status if status == ContinuousStatus.STOPPED or _is_held(path) else None


def _is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _others(path: Path) -> str | None:
    return None if _delete_if_stale(path) else _read(path)


def _delete_if_stale(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
