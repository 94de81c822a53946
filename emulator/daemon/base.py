"""What everything else stands on: certificate, ports, store, token, identity, storage."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from emulator import tls
from emulator.constants import LOOPBACK
from emulator.daemon.loading import load
from emulator.identity import IdentityService
from emulator.ports import Ports
from emulator.storage import StorageService
from emulator.storage.roles import Access
from emulator.store import Store
from emulator.tls import Certificate


@dataclass(frozen=True)
class Base:
    """The lower half of the local Azure."""

    root: Path
    """The state folder."""
    python: Path | None
    """The interpreter sites and jobs get; None: the one below this program's virtual environment."""
    token: str
    """The administrator's token."""
    certificate: Certificate
    ports: Ports
    store: Store
    identity: IdentityService
    storage: StorageService
    control_port: int
    arm_port: int

    @property
    def control_url(self) -> str:
        """Address of the control server."""
        return f"http://{LOOPBACK}:{self.control_port}"

    @property
    def arm_url(self) -> str:
        """Address of the management API."""
        return f"https://{LOOPBACK}:{self.arm_port}"


def prepare(root: Path, python: Path | None, token: str, stack: AsyncExitStack, *, storage_roles: bool = True) -> Base:
    """Makes the base; nothing runs yet. What ends it is put on the stack.

    Raises:
        EmulatorError: a port is taken, a file cannot be read, there is no Node.
    """
    certificate = tls.ensure(root / "tls", datetime.now(UTC))
    ports = Ports(root / "ports.json")
    store = Store(root / "state.db")
    stack.callback(store.close)
    control_port, arm_port = ports.take("control"), ports.take("arm")
    identity = IdentityService(
        f"http://{LOOPBACK}:{control_port}/msi/token",
        admin_token=token,
        management=[f"https://{LOOPBACK}:{arm_port}"],
    )
    storage = StorageService(
        root / "storage", ports, certificate, token=identity.storage_token, public_key=identity.public_key
    )
    if storage_roles:
        storage.go_by(partial(_access, store))
    return Base(root, python, token, certificate, ports, store, identity, storage, control_port, arm_port)


def _access(store: Store) -> Access:
    load("emulator.resources.authorization")  # it may be asked for while the services start
    from emulator.resources.authorization import access

    return access(store)


def start_storage(base: Base, stack: AsyncExitStack) -> asyncio.Task[None]:
    """Begins to start storage; await the task to know that it is up."""
    stack.push_async_callback(base.storage.stop)
    starting = asyncio.create_task(base.storage.start())
    stack.push_async_callback(_given_up, starting)
    return starting


async def _given_up(task: asyncio.Task[None]) -> None:
    """A start that did not end is given up before what it started is stopped."""
    task.cancel()
    await asyncio.wait({task})
