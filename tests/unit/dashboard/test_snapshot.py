"""What a snapshot holds, and what is asked for it."""

import pytest

from oneplan.dashboard.declared import Declared
from oneplan.dashboard.load import Load, Meter, rates
from oneplan.dashboard.snapshot import AppView, Collector
from oneplan.errors import OperateError
from oneplan.operate import Plane, Use
from oneplan.operate.health import Health
from oneplan.operate.testing import FakeAzure, FakeRun, FakeSite, triggered
from tests.unit.dashboard.conftest import NOW

EVERY = "0 */15 * * * *"


def collector(plane: Plane) -> Collector:
    return Collector(plane, lambda: NOW)


def histories(site: FakeSite) -> int:
    return sum(request.path.endswith("/history") for request in site.server.seen)


def test_it_holds_jobs_with_their_runs_and_health(plane: Plane, worker: FakeSite):
    snapshot = collector(plane).take()

    assert snapshot.at == NOW
    assert {view.name: (len(view.runs), view.health) for view in snapshot.jobs} == {
        "reindex": (0, Health("idle", "has not run yet")),
        "stock-sync": (1, Health("ok", "in time")),
        "thumbnails": (0, Health("running", "runs")),
    }
    assert [(view.site.app, view.jobs, view.troubled) for view in snapshot.apps] == [("worker", 3, 0)]
    assert isinstance(snapshot.apps[0], AppView)
    assert (snapshot.drift, snapshot.problems, snapshot.load) == ((), (), ())


def test_a_history_is_asked_for_again_only_when_there_is_a_new_run_or_status(plane: Plane, worker: FakeSite):
    takes = collector(plane)
    takes.take()
    takes.take()
    before = histories(worker)
    worker.jobs["stock-sync"].runs.insert(0, FakeRun("202611240515000000", status="Running"))
    takes.take()
    worker.jobs["stock-sync"].runs[0].status = "Failed"
    failed = takes.take()

    assert (before, histories(worker)) == (1, 3)
    assert [view.name for view in failed.trouble] == ["stock-sync"]


def many(azure: FakeAzure, count: int) -> FakeSite:
    runs = [FakeRun("202611240500000000"), FakeRun("202611240445000000", status="Failed")]
    return azure.add_site("many", "m", [triggered(f"job-{n:03}", schedule=EVERY, runs=runs) for n in range(count)])


def test_the_first_look_asks_for_some_histories_and_the_next_ones_for_the_others(plane: Plane, azure: FakeAzure):
    site, takes = many(azure, 350), collector(plane)

    looks = [takes.take() for _ in range(4)]

    assert [look.is_whole for look in looks] == [False, False, True, True]
    assert [sum(len(view.runs) == 2 for view in look.jobs) for look in looks] == [64, 320, 350, 350]
    assert histories(site) == 350


def test_a_job_whose_history_is_not_there_yet_has_its_last_run_and_is_judged_by_it(plane: Plane, azure: FakeAzure):
    many(azure, 100)

    last = collector(plane).take().jobs[-1]

    assert ([run.id for run in last.runs], last.health) == (["202611240500000000"], Health("ok", "in time"))


def test_while_a_history_is_waited_for_older_runs_stay(plane: Plane, azure: FakeAzure):
    site, takes = many(azure, 300), collector(plane)
    for _ in range(3):
        takes.take()
    for job in site.jobs.values():
        job.runs = [FakeRun("202611240515000000"), *job.runs]

    first, second = takes.take(), takes.take()

    assert [[run.id[8:12] for run in look.jobs[-1].runs] for look in (first, second)] == [["0515", "0500", "0445"]] * 2
    assert (first.is_whole, second.is_whole) == (False, True)


def test_histories_that_cannot_be_had_keep_nobody_waiting(plane: Plane, azure: FakeAzure):
    site, takes = many(azure, 400), collector(plane)
    site.refuses_history = True

    looks = [takes.take() for _ in range(3)]

    assert [look.is_whole for look in looks] == [False, False, True]
    assert looks[-1].problems


def test_what_cannot_be_asked_is_a_problem_beside_the_rest(plane: Plane, azure: FakeAzure, worker: FakeSite):
    other = azure.add_site("api", "b")
    other.server.close()

    snapshot = collector(plane).take()

    assert len(snapshot.jobs) == 3
    assert snapshot.problems == (f"http://{other.server.host}/api/webjobs: does not answer (connection refused)",)


def test_a_local_azure_that_was_killed_is_told_with_what_helps(plane: Plane, azure: FakeAzure, worker: FakeSite):
    azure.server.close()

    with pytest.raises(OperateError) as told:
        collector(plane).take()

    assert str(told.value) == "local Azure: does not answer; `oneplan local start` starts it again"


def test_the_manifest_is_read_again_when_a_file_changes(manifest, root):
    seconds = iter([0.0, 1.0, 3.0, 3.0])
    files = Declared(manifest, lambda: next(seconds))
    job = root / "jobs/stock_sync/job.yaml"
    job.write_text(job.read_text().replace("15m", "30m"))

    early, late = files.current(), files.current()

    assert early.jobs["stock-sync"].trigger.schedule == "0 */15 * * * *"
    assert late.jobs["stock-sync"].trigger.schedule == "0 */30 * * * *"


def test_files_that_take_long_to_look_at_are_looked_at_less_often(manifest, root):
    seconds = iter([0.0, 3.0, 3.04, 11.0, 11.1, 11.1])
    files = Declared(manifest, lambda: next(seconds))
    files.current()  # takes 40 ms: the next look is 8 s later
    job = root / "jobs/stock_sync/job.yaml"
    job.write_text(job.read_text().replace("15m", "30m"))

    schedules = [files.current().jobs["stock-sync"].trigger.schedule for _ in range(2)]

    assert schedules == ["0 */15 * * * *", "0 */30 * * * *"]


def test_a_manifest_with_problems_leaves_the_one_before_and_is_told(manifest, root):
    seconds = iter(float(n * 5) for n in range(9))
    files = Declared(manifest, lambda: next(seconds))
    (root / "jobs/stock_sync/job.yaml").write_text("timout: 3\n")

    kept = files.current()

    assert kept is manifest
    assert files.problem.startswith("the manifest has problems, what is compared is the one before: jobs/stock_sync/")


def test_a_job_file_that_is_deleted_is_a_change(manifest, root):
    seconds = iter(float(n * 5) for n in range(9))
    files = Declared(manifest, lambda: next(seconds))
    (root / "jobs/reindex/job.yaml").unlink()

    assert set(files.current().jobs) == {"stock-sync", "thumbnails"}


def test_load_is_the_difference_between_two_looks():
    before = {("worker", ""): Use(None, 10.0, 1), ("worker", "sync"): Use("sync", 5.0, 1)}
    now = {("worker", ""): Use(None, 10.5, 2), ("worker", "sync"): Use("sync", 1.0, 3), ("api", ""): Use(None, 7.0, 4)}

    assert rates(before, now, 2.0) == (
        Load("api", "", None, 4),
        Load("worker", "", 25.0, 2),
        Load("worker", "sync", 0.0, 3),
    )


def test_the_meter_looks_now_and_then(plane: Plane, worker: FakeSite):
    seconds = iter([0.0, 1.0, 4.0])
    meter = Meter(plane, lambda: next(seconds))
    worker.load = [{"job": None, "cpu_seconds": 1.0, "memory": 100}]
    first = meter.read(plane.sites())
    worker.load = [{"job": None, "cpu_seconds": 3.0, "memory": 200}]
    second, third = meter.read(plane.sites()), meter.read(plane.sites())

    assert first == second == (Load("worker", "", None, 100),)
    assert third == (Load("worker", "", 50.0, 200),)


def test_in_azure_nobody_tells_the_load_and_it_is_not_asked_for_again(plane: Plane, worker: FakeSite):
    worker.process = None
    seconds = iter([0.0, 10.0])
    meter = Meter(plane, lambda: next(seconds))

    assert (meter.read(plane.sites()), meter.read(plane.sites())) == (None, None)
    assert sum(request.path == "/api/oneplan/load" for request in worker.server.seen) == 1


def test_a_site_that_does_not_answer_has_no_load(plane: Plane, worker: FakeSite):
    sites = plane.sites()
    worker.server.close()
    plane._connection.http.close()

    assert Meter(plane, lambda: 0.0).read(sites) == ()
