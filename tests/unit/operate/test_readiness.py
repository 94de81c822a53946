"""The wait for sites that start."""

from oneplan.operate import Plane, wait_until_ready
from oneplan.operate.testing import FakeAzure, FakeSite


def test_a_site_that_runs_is_ready_at_once(plane: Plane, worker: FakeSite, time):
    seen = wait_until_ready(plane, clock=time.clock, sleep=time.sleep)

    assert [(each.site.app, each.outcome, each.reason) for each in seen] == [("worker", "ready", "")]
    assert time.now == 0


def test_a_site_that_starts_is_waited_for(plane: Plane, worker: FakeSite, time):
    worker.process = {"state": "Starting"}
    time.while_asleep = [lambda: worker.process.update(state="Running")]
    progress = []

    seen = wait_until_ready(
        plane, on_change=lambda now: progress.append(now[0].outcome), clock=time.clock, sleep=time.sleep
    )

    assert progress == ["starting", "ready"]
    assert seen[0].outcome == "ready"


def test_an_app_that_died_is_told_with_its_exit_code_and_last_lines(plane: Plane, worker: FakeSite, time):
    worker.process = {"state": "Blocked", "last_exit": 3, "restarts": 3, "log_tail": ["Traceback", "boom"]}

    (seen,) = wait_until_ready(plane, clock=time.clock, sleep=time.sleep)

    assert (seen.outcome, seen.reason) == ("failed", "ended with exit code 3")
    assert seen.state is not None
    assert seen.state.log_tail == ("Traceback", "boom")


def test_patience_ends(plane: Plane, worker: FakeSite, time):
    worker.process = {"state": "Starting"}

    (seen,) = wait_until_ready(plane, limit=1.0, clock=time.clock, sleep=time.sleep)

    assert (seen.outcome, seen.reason) == ("starting", "is still Starting")


def test_an_app_that_runs_and_never_listens_is_told_so_whatever_the_one_before_it_ended_with(
    plane: Plane, worker: FakeSite, time
):
    worker.process = {"state": "Starting", "pid": 7, "last_exit": 0}

    (seen,) = wait_until_ready(plane, limit=1.0, clock=time.clock, sleep=time.sleep)

    assert (seen.outcome, seen.reason) == ("starting", "does not answer; it must listen on $PORT")


def test_a_site_that_was_switched_off_is_not_waited_for(plane: Plane, worker: FakeSite, time):
    worker.state, worker.process = "Stopped", {"state": "Stopped"}

    (seen,) = wait_until_ready(plane, clock=time.clock, sleep=time.sleep)

    assert seen.outcome == "ready"


def test_where_the_platform_does_not_tell_the_health_path_is_asked(plane: Plane, azure: FakeAzure, time):
    storefront = azure.add_site("storefront", "tempus-dev-storefront-abcde")
    storefront.process = None

    (seen,) = wait_until_ready(plane, clock=time.clock, sleep=time.sleep)

    assert seen.outcome == "ready"
    assert storefront.server.seen[-1].path == "/healthz"
