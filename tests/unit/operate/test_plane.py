"""What the operator sees of a running stack, and can do to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from oneplan.errors import JobBusyError, OperateError
from oneplan.manifest import Manifest
from oneplan.operate import Job, Plane, Queue, Run, Status
from oneplan.operate.testing import FakeAzure, FakeRun, FakeSite, triggered
from tests.unit.operate.conftest import NOW


def test_nothing_deployed_is_an_empty_status(plane: Plane):
    assert plane.status() == Status((), (), ())


def test_a_missing_resource_group_is_an_empty_status(plane: Plane, manifest):
    elsewhere = Plane(replace(manifest, stack="test"), plane._connection)

    assert elsewhere.status() == Status((), (), ())


def test_status_shows_jobs_with_last_and_next_run(plane: Plane, worker: FakeSite):
    log_url = f"http://{worker.server.host}/vfs/data/jobs"

    jobs = {job.name: job for job in plane.status().jobs}

    assert jobs["stock-sync"] == Job(
        name="stock-sync",
        app="worker",
        type="triggered",
        state="Ready",
        schedule="0 */15 * * * *",
        last_run=Run(
            id="202611240500000000",
            status="Success",
            start=datetime(2026, 11, 24, 5, 0, 0, 123456, tzinfo=UTC),
            end=datetime(2026, 11, 24, 5, 0, 2, 500000, tzinfo=UTC),
            trigger="Schedule - 0 */15 * * * *",
            output_url=f"{log_url}/triggered/stock-sync/202611240500000000/output_log.txt",
            error_url=None,
        ),
        next_run=datetime(2026, 11, 24, 5, 15, tzinfo=UTC),
        log_url=None,
    )
    assert jobs["thumbnails"] == Job(
        name="thumbnails",
        app="worker",
        type="continuous",
        state="Running",
        schedule=None,
        last_run=None,
        next_run=None,
        log_url=f"{log_url}/continuous/thumbnails/job_log.txt",
    )


def test_next_run_is_in_the_owners_zone(plane: Plane, worker: FakeSite):
    job = next(job for job in plane.jobs() if job.name == "stock-sync")

    assert job.next_run is not None
    assert job.next_run.isoformat() == "2026-11-24T06:15:00+01:00"
    assert job.next_run.utcoffset() == timedelta(hours=1)


def test_a_schedule_that_app_service_refuses_never_fires(plane: Plane, worker: FakeSite):
    worker.jobs["stock-sync"].schedule = "*/15 * * * *"

    _, job = plane.find("stock-sync")

    assert (job.schedule, job.next_run) == ("*/15 * * * *", None)


def test_a_triggered_job_is_running_while_a_run_goes_on(plane: Plane, worker: FakeSite):
    worker.jobs["stock-sync"].runs[0].status = "Running"

    _, job = plane.find("stock-sync")

    assert job.state == "Running"
    assert job.last_run is not None
    assert job.last_run.end is None


def test_a_triggered_job_that_is_switched_off_is_disabled(manifest: Manifest, plane: Plane, azure: FakeAzure):
    azure.add_site("worker", "tempus-dev-worker-off", [triggered("stock-sync")])
    off = replace(manifest.jobs["stock-sync"], enabled=False)
    asked = Plane(replace(manifest, jobs={"stock-sync": off}), plane._connection)

    _, job = asked.find("stock-sync")

    assert (job.state, job.next_run) == ("Disabled", None)


def test_a_job_that_is_switched_off_but_still_deployed_with_its_schedule_is_shown_as_it_runs(
    manifest: Manifest, plane: Plane, worker: FakeSite
):
    off = replace(manifest.jobs["stock-sync"], enabled=False)
    asked = Plane(replace(manifest, jobs={"stock-sync": off}), plane._connection)

    _, job = asked.find("stock-sync")

    assert job.state == "Ready"
    assert job.next_run is not None


def test_a_triggered_job_of_a_stopped_site_is_disabled_and_has_no_next_run(plane: Plane, worker: FakeSite):
    worker.state = "Stopped"

    _, job = plane.find("stock-sync")

    assert (job.state, job.next_run) == ("Disabled", None)


def test_queues_are_counted_with_their_poison_queues(plane: Plane, azure: FakeAzure):
    azure.queues = {"thumbnails": 3, "thumbnails-poison": 1}

    queues = plane.status().queues

    account = queues[0].url.removeprefix(azure.url).removesuffix("/thumbnails")
    assert queues == (
        Queue("thumbnails", f"{azure.url}{account}/thumbnails", 3),
        Queue("thumbnails-poison", f"{azure.url}{account}/thumbnails-poison", 1),
    )


def test_a_queue_that_cannot_be_counted_is_a_problem_not_an_error(plane: Plane, azure: FakeAzure):
    azure.queues = {"thumbnails": 3}

    seen = plane.status()

    assert [queue.messages for queue in seen.queues] == [3, None]
    assert seen.problems == (f"queue thumbnails-poison: {azure.server.host} answered 404",)


def test_a_site_that_does_not_answer_is_a_problem_and_the_others_are_listed(
    plane: Plane, azure: FakeAzure, worker: FakeSite
):
    azure.add_site("api", "tempus-dev-api-abcde").server.close()

    seen = plane.status()

    assert [app.app for app in seen.apps] == ["api", "worker"]
    assert [job.name for job in seen.jobs] == ["catalogue-reindex", "stock-sync", "thumbnails"]
    assert len(seen.problems) == 1
    assert seen.problems[0].endswith("/api/webjobs: does not answer (connection refused)")


def test_sites_without_our_tag_are_not_ours(plane: Plane, azure: FakeAzure):
    azure.add_site("", "foreign").app = None

    assert plane.sites() == ()


def test_a_run_is_started_with_its_arguments(plane: Plane, worker: FakeSite):
    site, job = plane.find("catalogue-reindex")

    run = plane.run(site, job, "--brand 'patek philippe'")

    assert run == "202611240700000000"
    assert worker.jobs["catalogue-reindex"].arguments == ["--brand 'patek philippe'"]


def test_a_job_is_found_by_its_folders_name(plane: Plane, worker: FakeSite):
    _, job = plane.find("stock_sync")

    assert job.name == "stock-sync"


def test_a_second_run_is_refused_with_what_to_do(plane: Plane, worker: FakeSite):
    worker.jobs["stock-sync"].runs[0].status = "Running"
    site, job = plane.find("stock-sync")

    with pytest.raises(JobBusyError) as refused:
        plane.run(site, job)

    assert str(refused.value) == (
        "job stock-sync: is running already, and App Service runs one at a time;"
        " try again when it has ended, or add --wait"
    )


def test_a_continuous_job_stops_and_starts(plane: Plane, worker: FakeSite):
    site, job = plane.find("thumbnails")

    plane.switch(site, job, "stop")
    stopped = plane.find("thumbnails")[1].state
    plane.switch(site, job, "start")

    assert (stopped, plane.find("thumbnails")[1].state) == ("Stopped", "Running")


@pytest.mark.parametrize(
    ("action", "job", "message"),
    [
        (
            "run",
            "thumbnails",
            "job thumbnails: is continuous, it is kept running; try `oneplan jobs start thumbnails`",
        ),
        (
            "stop",
            "stock-sync",
            (
                "job stock-sync: is triggered, App Service cannot stop it;"
                " `oneplan jobs run stock-sync` runs it, `enabled: false` in its job.yaml switches it off"
            ),
        ),
        (
            "history",
            "thumbnails",
            "job thumbnails: is continuous and has no runs; `oneplan jobs logs thumbnails` shows its log",
        ),
    ],
)
def test_what_a_type_of_job_cannot_do_is_said(plane: Plane, worker: FakeSite, action: str, job: str, message: str):
    site, found = plane.find(job)
    actions = {
        "run": lambda: plane.run(site, found),
        "stop": lambda: plane.switch(site, found, "stop"),
        "history": lambda: plane.history(site, found),
    }

    with pytest.raises(OperateError) as refused:
        actions[action]()

    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "stok-sync",
            "job stok-sync: there is no such job; did you mean stock-sync?",
        ),
        ("xyz", "job xyz: there is no such job; there are: catalogue-reindex, stock-sync, thumbnails"),
        ("daily-summary", "job daily-summary: is declared but not deployed; run `oneplan up`"),
    ],
)
def test_a_job_that_is_not_there_is_said_with_what_there_is(plane: Plane, worker: FakeSite, name: str, message: str):
    with pytest.raises(OperateError) as missing:
        plane.find(name)

    assert str(missing.value) == message


def test_history_is_newest_first_and_empty_before_the_first_run(plane: Plane, worker: FakeSite):
    worker.jobs["stock-sync"].runs.insert(0, FakeRun("202611240515000000", status="Failed"))

    told = [(run.id, run.status) for run in plane.history(*plane.find("stock-sync"))]

    assert told == [("202611240515000000", "Failed"), ("202611240500000000", "Success")]
    assert plane.history(*plane.find("catalogue-reindex")) == ()


def test_changes_carry_the_token_and_a_wrong_one_is_refused(plane: Plane, worker: FakeSite, tmp_path):
    (tmp_path / "token").write_text("wrong")
    site, job = plane.find("catalogue-reindex")

    with pytest.raises(OperateError) as refused:
        plane.run(site, job)

    assert str(refused.value) == (
        "job catalogue-reindex: not signed in; run `az login`, or `oneplan local start` for this machine"
    )


def test_a_scheduled_job_is_disabled_by_taking_its_schedule_away(plane: Plane, worker: FakeSite):
    worker.jobs["stock-sync"].settings = {"is_in_place": True}

    said = plane.disable(*plane.find("stock-sync"))

    job = worker.jobs["stock-sync"]
    assert (said, job.schedule, job.settings) == (
        "has no schedule until it is enabled, or deployed anew",
        None,
        {"is_in_place": True},
    )


def test_a_disabled_job_gets_the_declared_schedule_back(plane: Plane, worker: FakeSite):
    worker.jobs["stock-sync"].schedule = None

    said = plane.enable(*plane.find("stock-sync"))

    assert (said, worker.jobs["stock-sync"].schedule) == ("runs every 15 minutes", "0 */15 * * * *")


def test_a_continuous_job_is_disabled_by_stopping_it(plane: Plane, worker: FakeSite):
    assert plane.disable(*plane.find("thumbnails")) == "is stopped"
    assert worker.jobs["thumbnails"].status == "Stopped"
    assert plane.enable(*plane.find("thumbnails")) == "runs"
    assert worker.jobs["thumbnails"].status == "Running"


def test_a_job_that_runs_by_hand_cannot_be_disabled(plane: Plane, worker: FakeSite):
    with pytest.raises(OperateError) as refused:
        plane.disable(*plane.find("catalogue-reindex"))
    with pytest.raises(OperateError) as nothing:
        plane.enable(*plane.find("catalogue-reindex"))

    assert str(refused.value) == "job catalogue-reindex: has no schedule; it runs by hand only"
    assert str(nothing.value) == (
        "job catalogue-reindex: has no schedule; `oneplan jobs run catalogue-reindex` runs it"
    )


def test_a_site_whose_jobs_cannot_be_asked_is_named(plane: Plane, azure: FakeAzure, worker: FakeSite):
    worker.server.close()

    status = plane.status()

    assert (status.jobs, status.untold) == ((), ("worker",))


def test_the_newest_package_of_each_app_is_told(plane: Plane, azure: FakeAzure, worker: FakeSite):
    azure.deploy_keys = {worker.name: "abc", "of-another-stack": "def"}

    assert plane.status().packages == {"worker": "abc"}


def kudu_record(received: str, status: int = 4) -> dict[str, object]:
    return {"id": "abc", "status": status, "received_time": received, "deployer": "OneDeploy", "complete": True}


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (kudu_record("2026-11-24T04:59:00.5Z"), {}),
        (kudu_record("2026-11-24T05:00:40.0Z"), {}),
        (kudu_record("2026-11-24T05:20:00.5Z"), {"worker": datetime(2026, 11, 24, 5, 20, 0, 500_000, tzinfo=UTC)}),
        (kudu_record("2026-11-24T05:20:00.5Z", status=3), {}),
        (None, {}),
    ],
)
def test_what_somebody_deployed_after_us_is_told(plane: Plane, azure: FakeAzure, worker: FakeSite, record, told):
    azure.deploy_keys = {worker.name: "abc"}
    worker.deployment = record

    assert plane.status().by_hand == told


def test_without_a_package_of_ours_nobody_is_asked_what_was_deployed(plane: Plane, worker: FakeSite):
    worker.deployment = kudu_record("2026-11-24T05:20:00.5Z")

    assert plane.status().by_hand == {}
    assert not [one for one in worker.server.seen if one.path == "/api/deployments/latest"]


def test_jobs_are_read_anew_when_their_site_tells_something_else(plane: Plane, worker: FakeSite):
    first, again = plane.status().jobs, plane.status().jobs
    worker.jobs["thumbnails"].status = "Stopped"

    assert [one is two for one, two in zip(first, again, strict=True)] == [True, True, True]
    assert [job.state for job in plane.status().jobs] == ["Ready", "Ready", "Stopped"]


def test_a_job_that_is_due_has_another_next_run_though_its_site_tells_the_same(
    azure: FakeAzure, plane: Plane, worker: FakeSite
):
    moments = [NOW, NOW + timedelta(minutes=30)]
    plane._now = lambda: moments[0]
    before = {job.name: job.next_run for job in plane.jobs()}["stock-sync"]
    del moments[0]
    after = {job.name: job.next_run for job in plane.jobs()}["stock-sync"]

    assert before is not None
    assert before != after
