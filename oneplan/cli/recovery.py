"""What an earlier run that was killed, or ran out of disk, left behind, and how the next one gets over it."""

from __future__ import annotations

from oneplan.cli.backend import FileBackend
from oneplan.cli.engine import Engine
from oneplan.cli.screen import warn
from oneplan.errors import OperateError
from oneplan.operate.control import Health


def clear_locks(backend: FileBackend, stack: str, engine: Engine) -> None:
    """Removes Pulumi's locks that nobody holds any more; Pulumi would refuse to work while they are there."""
    for path in backend.damaged_locks(stack):
        path.unlink(missing_ok=True)
        warn(f"{path.name}: a lock of pulumi's that was never written to its end; it is removed")
    dead = backend.lock_left_behind(stack)
    if dead is not None:
        warn(f"an earlier pulumi (pid {dead}) was killed and left its lock; it is removed")
        engine("cancel", "--yes")


def clear_interrupted(backend: FileBackend, stack: str, engine: Engine) -> None:
    """Lets Pulumi forget what it was at when it was killed; it would warn of that at every run from then on.

    That is safe here: the local Azure takes a resource made twice by the same program for the same one.
    """
    count = backend.interrupted(stack)
    if not count:
        return
    warn(f"an earlier pulumi was killed while it worked on {count} of its resources; they are looked at")
    code = engine("refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--suppress-outputs")
    if code:
        raise OperateError(f"pulumi refresh: exit code {code}; its messages are above")


def refresh_options(backend: FileBackend, health: Health) -> list[str]:
    """`--refresh` when Pulumi believes in resources that the local Azure lost; it would not make them again."""
    if health.resources >= backend.azure_resources():
        return []
    warn("the local Azure has fewer resources than pulumi made in it; what is missing is made again")
    return ["--refresh"]
