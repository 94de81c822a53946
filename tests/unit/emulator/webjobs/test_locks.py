"""Lock files; X3 of kudu-test-facts."""

import json

from emulator.webjobs.locks import FileLock, is_locked
from emulator.webjobs.testing import ManualClock


def lock(path, instance="one"):
    return FileLock(path, instance_id=instance, clock=ManualClock())


def test_held_lock_refuses_its_own_and_other_objects_until_released(tmp_path):
    """X3.1: twice in a row."""
    first, second = lock(tmp_path / "a.lock"), lock(tmp_path / "a.lock")

    for _ in range(2):
        assert not first.is_held
        assert first.acquire("work")
        assert (first.is_held, second.is_held) == (True, True)
        assert not first.acquire("work")
        assert not second.acquire("work")
        first.release()
        assert (first.is_held, second.is_held) == (False, False)


def test_body_tells_who_holds_it(tmp_path):
    """X3.2: with the stack of the holder."""
    path = tmp_path / "deep" / "a.lock"

    lock(path, "two").acquire("work")

    body = json.loads(path.read_text())
    assert list(body) == ["OperationName", "AcquiredDateTime", "StackTrace", "InstanceId"]
    assert (body["OperationName"], body["InstanceId"]) == ("work", "two")
    assert "test_body_tells_who_holds_it" in body["StackTrace"]


def test_looking_at_a_lock_does_not_take_it(tmp_path):
    path = tmp_path / "a.lock"
    path.touch()

    assert not is_locked(path)
    assert lock(path).acquire("work")


def test_lock_that_cannot_be_written_is_not_taken(tmp_path):
    (tmp_path / "file").touch()

    assert not lock(tmp_path / "file" / "a.lock").acquire("work")


def test_releasing_what_is_not_held_does_nothing(tmp_path):
    first, second = lock(tmp_path / "a.lock"), lock(tmp_path / "a.lock")
    first.acquire("work")

    second.release()

    assert first.is_held
