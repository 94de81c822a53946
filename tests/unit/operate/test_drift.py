"""What runs compared with what was declared."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from oneplan.manifest import App, Job, Manifest, Plan, Runtime, Trigger
from oneplan.operate import Job as Seen
from oneplan.operate import Site, Status
from oneplan.operate.drift import Drift, drift

PYTHON = Runtime("python", "3.13")
MANIFEST = Manifest(
    root=Path(),
    stack="dev",
    target="local",
    name="tempus",
    location="switzerlandnorth",
    time_zone="Europe/Zurich",
    plan=Plan("linux", "B2"),
    apps={"api": App("api", "api", PYTHON), "worker": App("worker", "worker", PYTHON)},
    jobs={
        "summary": Job("summary", Path(), "worker", Trigger("schedule", "0 0 6 * * *")),
        "reindex": Job("reindex", Path(), "worker", Trigger("manual")),
        "thumbs": Job("thumbs", Path(), "worker", Trigger("queue", queue="thumbs")),
    },
)


def site(app: str, state: str = "Running") -> Site:
    return Site(f"/{app}", f"tempus-{app}", app, "http://x", "http://x", state)


def seen(name: str, *, app: str = "worker", state: str = "Ready", schedule: str | None = None) -> Seen:
    kind = "continuous" if state in {"Running", "Stopped", "Disabled"} else "triggered"
    return Seen(name, app, kind, state, schedule, None, None, None)


SUMMARY, REINDEX, THUMBS = seen("summary", schedule="0 0 6 * * *"), seen("reindex"), seen("thumbs", state="Running")


def found(*jobs: Seen, sites: tuple[Site, ...] = (site("api"), site("worker")), untold: tuple[str, ...] = ()):
    return drift(MANIFEST, Status(sites, jobs, (), (), untold))


def test_what_runs_as_declared_has_no_drift():
    assert found(SUMMARY, REINDEX, THUMBS) == ()


def test_nothing_deployed_is_no_drift():
    assert found(sites=()) == ()


def test_a_missing_job_is_told():
    assert found(REINDEX, THUMBS) == (
        Drift("job", "summary", "missing", "is declared and not there; run `oneplan up`"),
    )


def test_jobs_of_a_site_that_does_not_answer_are_not_called_missing():
    assert found(untold=("worker",)) == ()


def test_a_job_that_nobody_declared_is_told():
    assert found(SUMMARY, REINDEX, THUMBS, seen("miner", app="api")) == (
        Drift("job", "miner", "extra", "is there, on api, and not declared; somebody else put it there"),
    )


def test_another_schedule_is_told_in_words_and_as_text():
    assert found(replace(SUMMARY, schedule="0 0 7 * * *"), REINDEX, THUMBS) == (
        Drift(
            "job",
            "summary",
            "schedule",
            "runs at 07:00 every day (0 0 7 * * *) and was declared to run at 06:00 every day (0 0 6 * * *);"
            " run `oneplan up`",
        ),
    )


def test_a_schedule_that_somebody_added_is_told():
    (one,) = found(SUMMARY, seen("reindex", schedule="not a schedule"), THUMBS)

    assert str(one) == (
        "job reindex: runs not a schedule (not a schedule) and was declared to run by hand only; run `oneplan up`"
    )


def test_a_schedule_that_was_taken_away_is_told_with_the_way_back():
    (one,) = found(seen("summary"), REINDEX, THUMBS)

    assert (one.kind, one.message) == (
        "stopped",
        (
            "has no schedule and was declared to run at 06:00 every day (0 0 6 * * *);"
            " `oneplan jobs enable summary` gives it back"
        ),
    )


def test_another_type_and_another_app_are_told():
    (moved,) = found(SUMMARY, seen("reindex", app="api"), THUMBS)
    (kind,) = found(SUMMARY, REINDEX, seen("thumbs"))

    assert str(moved) == "job reindex: runs on api and belongs on worker; run `oneplan up`"
    assert str(kind) == "job thumbs: is triggered and was declared continuous; run `oneplan up`"


def test_a_stopped_job_is_told_with_the_way_back():
    (one,) = found(SUMMARY, REINDEX, seen("thumbs", state="Stopped"))

    assert str(one) == "job thumbs: is stopped and was declared to run; `oneplan jobs start thumbs` starts it"


def test_a_job_that_was_switched_off_and_runs_is_told():
    off = {name: replace(job, enabled=False) for name, job in MANIFEST.jobs.items()}
    status = Status((site("api"), site("worker")), (SUMMARY, REINDEX, THUMBS), ())

    assert [str(one) for one in drift(replace(MANIFEST, jobs=off), status)] == [
        (
            "job summary: runs at 06:00 every day (0 0 6 * * *) though `enabled: false`;"
            " `oneplan jobs disable summary` takes it away"
        ),
        "job thumbs: runs and was declared `enabled: false`; `oneplan jobs stop thumbs` stops it",
    ]


def test_apps_are_compared_too():
    assert [str(one) for one in found(SUMMARY, REINDEX, THUMBS, sites=(site("worker", "Stopped"), site("shop")))] == [
        "app api: is declared and not there; run `oneplan up`",
        "app shop: is there and not declared; run `oneplan up` to remove it",
        "app worker: is stopped, and its jobs with it; start it in the portal",
    ]


def test_guarded_job_is_expected_with_the_schedule_it_was_deployed_with():
    trigger = Trigger("schedule", "0 0 6 * * *", time_zone="Asia/Tokyo", zone_guard=True)
    manifest = replace(MANIFEST, jobs={"mail": Job("mail", Path("jobs/mail"), "worker", trigger)})
    there = Status((site("api"), site("worker")), (seen("mail", schedule="0 0 22,23 * * *"),), (), (), ())

    assert drift(manifest, there) == ()


OTHER_PACKAGE = Drift(
    "app",
    "worker",
    "package",
    "runs another package than its files and jobs make now; run `oneplan up`, or `oneplan preview` to see what changes",
)


def test_an_old_package_is_told():
    status = replace(Status((site("api"), site("worker")), (SUMMARY, REINDEX, THUMBS), ()), packages={"worker": "old"})

    assert drift(MANIFEST, status, {"worker": "new", "api": "new"}) == (OTHER_PACKAGE,)


def test_a_package_that_somebody_put_over_ours_is_told():
    at = datetime(2026, 11, 24, 5, 20, tzinfo=UTC)
    status = Status((site("api"), site("worker")), (SUMMARY, REINDEX, THUMBS), (), packages={"worker": "same"})
    covered = replace(status, by_hand={"worker": at})

    assert drift(MANIFEST, covered, {"worker": "same"}) == (
        Drift(
            "app",
            "worker",
            "package",
            "was deployed by hand on 2026-11-24 06:20, over what `oneplan up` did;"
            " `oneplan up --replace '**::worker-deployment'` deploys ours again",
        ),
    )
    assert drift(MANIFEST, covered, {"worker": "new"}) == (OTHER_PACKAGE,)


def test_a_package_is_not_compared_with_what_nobody_knows():
    status = replace(Status((site("api"), site("worker")), (SUMMARY, REINDEX, THUMBS), ()), packages={"worker": "old"})

    assert (drift(MANIFEST, status, {}), drift(MANIFEST, status)) == ((), ())
    assert drift(MANIFEST, status, {"worker": "old"}) == ()
