"""One owner for the storage folder."""

import os
import subprocess
import sys

import pytest

from emulator.errors import StartError
from emulator.storage.lock import FolderLock

HOLD = """
import fcntl, os, sys
handle = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(handle, fcntl.LOCK_EX)
os.pwrite(handle, sys.argv[2].encode(), 0)
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def hold(tmp_path):
    """A process that has the lock, and the file says somebody else took it."""
    held = []

    def hold(owner):
        process = subprocess.Popen(
            [sys.executable, "-S", "-c", HOLD, str(tmp_path / ".lock"), str(owner)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout.readline()
        held.append(process)
        return process

    yield hold
    for process in held:
        process.kill()
        process.wait()
        process.stdout.close()


def dead_pid():
    done = subprocess.Popen(["true"])
    done.wait()
    return done.pid


async def test_a_free_folder_is_locked_by_us(tmp_path):
    lock = FolderLock(tmp_path)

    await lock.acquire(0)

    assert (tmp_path / ".lock").read_text() == str(os.getpid())
    lock.release()


async def test_a_living_owner_is_not_waited_for(tmp_path, hold):
    hold(os.getpid())

    with pytest.raises(StartError, match=rf"in use by another emulator \(pid {os.getpid()}\)"):
        await FolderLock(tmp_path).acquire(60)


async def test_a_dead_owners_azurite_is_waited_for(tmp_path, hold):
    holder = hold(dead_pid())
    lock = FolderLock(tmp_path)
    holder.stdin.close()

    await lock.acquire(10)

    lock.release()


async def test_a_dead_owners_azurite_is_not_waited_for_forever(tmp_path, hold):
    hold(dead_pid())

    with pytest.raises(StartError, match="in use by another emulator"):
        await FolderLock(tmp_path).acquire(0)


async def test_a_released_folder_can_be_locked_again(tmp_path):
    lock = FolderLock(tmp_path)
    await lock.acquire(0)
    lock.release()

    await lock.acquire(0)

    lock.release()
    lock.release()
