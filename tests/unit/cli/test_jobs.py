"""`oneplan jobs …`."""

import json
import threading
import time

import pytest


def test_list_as_json(shell, worker):
    result = shell("jobs", "list", "--json")

    assert [(job["name"], job["state"]) for job in json.loads(result.out)] == [
        ("catalogue-reindex", "Ready"),
        ("stock-sync", "Ready"),
        ("thumbnails", "Running"),
    ]


def test_run_sends_checked_arguments_as_one_quoted_string(shell, worker):
    result = shell("jobs", "run", "catalogue-reindex", "--brand", "patek philippe", "--no-dry-run")

    assert (result.code, result.err) == (0, "✓ catalogue-reindex runs (202611240700000000)\n")
    assert worker.jobs["catalogue-reindex"].arguments == ['--brand "patek philippe" --no-dry-run']


def test_run_takes_any_argument_after_two_dashes(shell, worker):
    shell("jobs", "run", "stock-sync", "--", "--stack", "a b")

    assert worker.jobs["stock-sync"].arguments == ['--stack "a b"']


def test_a_wrong_argument_is_refused_before_anything_runs(shell, worker):
    result = shell("jobs", "run", "catalogue-reindex", "--since", "yesterday")

    assert (result.code, result.err) == (
        2,
        "error job catalogue-reindex: --since: 'yesterday' is wrong; a date such as 2026-08-01 is expected\n",
    )
    assert worker.jobs["catalogue-reindex"].runs == []


def test_run_and_wait_shows_the_log_and_the_end(shell, worker):
    result = shell("jobs", "run", "catalogue-reindex", "--wait")

    assert (result.code, result.out) == (0, "[INFO] hello\n")
    assert result.err.splitlines()[-1] == "✓ catalogue-reindex: Success after 2.4 s"


def test_run_and_wait_lets_a_run_that_is_going_on_end_first(shell, worker):
    present = worker.jobs["stock-sync"].runs[0]
    present.status = "Running"

    def end_once_waited_for() -> None:
        while not any(request.path.endswith(f"/history/{present.id}") for request in list(worker.server.seen)):
            time.sleep(0.01)
        present.status = "Success"

    end = threading.Thread(target=end_once_waited_for, daemon=True)
    end.start()

    result = shell("jobs", "run", "stock-sync", "--wait")

    assert result.code == 0
    assert result.err.splitlines()[0] == f"stock-sync is running ({present.id}); waiting for its end …"
    assert len(worker.jobs["stock-sync"].runs) == 2


def test_logs_show_the_newest_run(shell, worker):
    assert shell("jobs", "logs", "stock-sync").out == "one\ntwo\n"


def test_logs_of_a_continuous_job_are_its_log(shell, worker):
    assert shell("jobs", "logs", "thumbnails").out == "waiting\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ("logs", "catalogue-reindex"),
            1,
            "job catalogue-reindex: has not run yet; `oneplan jobs run catalogue-reindex` runs it",
        ),
        (
            ("logs", "thumbnails", "--run", "1"),
            2,
            "job thumbnails: is continuous and has no runs; leave --run out",
        ),
        (
            ("logs", "stock-sync", "--run", "1"),
            1,
            "job stock-sync: no run '1'; `oneplan jobs history stock-sync` lists them",
        ),
        (("run", "stok-sync"), 1, "job stok-sync: there is no such job; did you mean stock-sync?"),
    ],
)
def test_what_cannot_be_shown_is_said(shell, worker, arguments, code, message):
    result = shell("jobs", *arguments)

    assert (result.code, result.err) == (code, f"error {message}\n")


def test_history_names_status_and_trigger(shell, worker):
    result = shell("jobs", "history", "stock-sync", "--json")

    assert json.loads(result.out) == [
        {
            "id": "202611240500000000",
            "status": "Success",
            "start": "2026-11-24T06:00:00.123456+01:00",
            "end": "2026-11-24T06:00:02.500000+01:00",
            "trigger": "Schedule - 0 */15 * * * *",
        }
    ]


def test_stop_and_start_a_continuous_job(shell, worker):
    stopped = shell("jobs", "stop", "thumbnails")

    assert (stopped.code, worker.jobs["thumbnails"].status) == (0, "Stopped")
    assert shell("jobs", "start", "thumbnails").code == 0
    assert worker.jobs["thumbnails"].status == "Running"


def test_show_tells_how_a_job_does_and_where_it_was_declared(shell, azure, worker):
    result = shell("jobs", "show", "stock-sync")

    lines = result.out.splitlines()
    assert (result.code, lines[0]) == (0, "job       stock-sync, triggered, on worker")
    assert "schedule  every 15 minutes  0 */15 * * * *" in lines
    assert "declared  jobs/stock_sync/job.yaml" in lines
    assert any(line.startswith("202611240500000000") for line in lines)


def test_show_has_a_json_form(shell, azure, worker):
    worker.jobs["thumbnails"].status = "Stopped"

    document = json.loads(shell("jobs", "show", "thumbnails", "--json").out)

    assert document == {
        "name": "thumbnails",
        "app": "worker",
        "type": "continuous",
        "state": "Stopped",
        "last_run": None,
        "next_run": None,
        "health": "stopped",
        "reason": "stopped by hand",
        "schedule": None,
        "folder": "jobs/thumbnails",
        "runs": [],
    }


def test_a_schedule_is_taken_away_and_given_back(shell, azure, worker):
    away = shell("jobs", "disable", "stock-sync")
    schedule = worker.jobs["stock-sync"].schedule
    back = shell("jobs", "enable", "stock-sync")

    assert (away.code, away.err) == (0, "✓ stock-sync has no schedule until it is enabled, or deployed anew\n")
    assert (back.code, back.err) == (0, "✓ stock-sync runs every 15 minutes\n")
    assert (schedule, worker.jobs["stock-sync"].schedule) == (None, "0 */15 * * * *")


def test_all_jobs_are_disabled_and_enabled(shell, azure, worker):
    off = shell("jobs", "disable", "--all")
    states = (worker.jobs["stock-sync"].schedule, worker.jobs["thumbnails"].status)
    again = shell("jobs", "disable", "--all")
    on = shell("jobs", "enable", "--all")

    assert off.err.splitlines() == [
        "✓ stock-sync has no schedule until it is enabled, or deployed anew",
        "✓ thumbnails is stopped",
    ]
    assert states == (None, "Stopped")
    assert again.err == "✓ there is nothing to change\n"
    assert on.err.splitlines() == ["✓ stock-sync runs every 15 minutes", "✓ thumbnails runs"]


def test_one_job_or_all_must_be_said(shell, azure, worker):
    for arguments in (["disable"], ["enable", "stock-sync", "--all"]):
        result = shell("jobs", *arguments)
        assert (result.code, result.err) == (2, "error jobs: which one? name a job, or give --all\n")
