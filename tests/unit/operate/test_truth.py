"""A deployment is true when every job is there as declared; what somebody did by hand is not its fault."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oneplan.errors import OperateError
from oneplan.manifest import App, Job, Manifest, Plan, Runtime, Trigger
from oneplan.operate import Job as Seen
from oneplan.operate import Site, Status
from oneplan.operate.truth import verdict, wait_until_true

MANIFEST = Manifest(
    root=Path(),
    stack="dev",
    target="local",
    name="tempus",
    location="switzerlandnorth",
    time_zone="Europe/Zurich",
    plan=Plan("linux", "B2"),
    apps={"worker": App("worker", "worker", Runtime("python", "3.13"))},
    jobs={
        "summary": Job("summary", Path(), "worker", Trigger("schedule", "0 0 6 * * *")),
        "thumbs": Job("thumbs", Path(), "worker", Trigger("queue", queue="thumbs")),
    },
)
WORKER = Site("/worker", "tempus-worker", "worker", "http://x", "http://x", "Running")
SUMMARY = Seen("summary", "worker", "triggered", "Ready", "0 0 6 * * *", None, None, None)


def thumbs(state: str = "Running") -> Seen:
    return Seen("thumbs", "worker", "continuous", state, None, None, None, None)


def status(*jobs: Seen, untold: tuple[str, ...] = ()) -> Status:
    return Status((WORKER,), jobs, (), (), untold)


@dataclass
class Told:
    """A plane whose status is told by turns, and a clock that moves when somebody waits."""

    answers: list[Status | OperateError]
    manifest: Manifest = MANIFEST
    waited: list[float] = field(default_factory=list)

    def status(self) -> Status:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OperateError):
            raise answer
        return answer

    def wait(self, limit: float | None = None):
        return wait_until_true(self, limit=limit, clock=lambda: sum(self.waited), sleep=self.waited.append)


def test_what_is_as_declared_is_true_at_once():
    plane = Told([status(SUMMARY, thumbs())])

    assert plane.wait().faults == ()
    assert plane.waited == []


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        (status(thumbs()), "job summary: is declared and not there; run `oneplan up`"),
        (
            status(SUMMARY, thumbs("PendingRestart")),
            "job thumbs: is PendingRestart, not Running; `oneplan jobs logs thumbs` tells why",
        ),
        (status(untold=("worker",)), "app worker: does not tell its jobs; look at its SCM site's log"),
    ],
)
def test_what_is_not_is_named(seen, fault):
    assert verdict(Told([seen]), seen).faults == (fault,)


def test_a_job_that_somebody_stopped_is_no_fault():
    seen = status(SUMMARY, thumbs("Stopped"))

    assert verdict(Told([seen]), seen).faults == ()


def test_a_package_that_somebody_deployed_by_hand_is_no_fault():
    seen = replace(
        status(SUMMARY, thumbs()), packages={"worker": "ours"}, by_hand={"worker": datetime(2026, 11, 24, tzinfo=UTC)}
    )

    assert verdict(Told([seen]), seen).faults == ()


def test_a_job_that_is_found_later_is_waited_for_through_failures():
    plane = Told([OperateError("no answer"), status(SUMMARY), status(SUMMARY, thumbs())])

    assert plane.wait().faults == ()
    assert len(plane.waited) == 2


def test_after_the_limit_what_is_wrong_is_told():
    plane = Told([status(SUMMARY)])

    assert plane.wait(limit=1).faults == ("job thumbs: is declared and not there; run `oneplan up`",)


def test_a_stack_that_does_not_answer_is_an_error():
    with pytest.raises(OperateError, match="no answer"):
        Told([OperateError("no answer")]).wait(limit=1)
