"""WebJobs through ARM: envelopes around Kudu's answers."""

import pytest

from emulator.webjobs import JobType


async def test_all_jobs_in_one_list(call, site):
    body = await call.get(f"{site}/webjobs")

    assert [(job["name"], job["type"], job["properties"]["web_job_type"]) for job in body["value"]] == [
        ("shop/stock-sync", "Microsoft.Web/sites/webJobs", "triggered"),
        ("shop/thumbnails", "Microsoft.Web/sites/webJobs", "continuous"),
    ]


async def test_a_continuous_job(call, site):
    assert await call.get(f"{site}/continuouswebjobs/thumbnails") == {
        "id": f"{site}/continuouswebjobs/thumbnails",
        "name": "shop/thumbnails",
        "type": "Microsoft.Web/sites/continuouswebjobs",
        "location": "switzerlandnorth",
        "properties": {
            "status": "Running",
            "detailed_status": "1234 - Running\r\n",
            "log_url": "http://127.0.0.1:2002/vfs/data/jobs/continuous/thumbnails/job_log.txt",
            "name": "thumbnails",
            "run_command": "run.sh",
            "url": "http://127.0.0.1:2002/api/continuouswebjobs/thumbnails",
            "extra_info_url": "http://127.0.0.1:2002/azurejobs/#/jobs/continuous/thumbnails",
            "type": "continuous",
            "error": None,
            "using_sdk": False,
            "settings": {},
            "web_job_type": "continuous",
        },
    }


async def test_a_triggered_job_has_its_latest_run(call, site):
    job = await call.get(f"{site}/triggeredwebjobs/stock-sync")

    run = job["properties"]["latest_run"]
    assert (run["status"], run["web_job_id"], run["web_job_name"]) == (
        "Success",
        "202912311200000000",
        "202912311200000000",
    )


async def test_lists_hold_one_type(call, site):
    lists = [await call.get(f"{site}/{kind}webjobs") for kind in ("triggered", "continuous")]

    assert [[job["name"] for job in answer["value"]] for answer in lists] == [
        ["shop/stock-sync"],
        ["shop/thumbnails"],
    ]


async def test_the_history_is_one_envelope_of_runs(call, site):
    body = await call.get(f"{site}/triggeredwebjobs/stock-sync/history")

    [envelope] = body["value"]
    assert envelope["type"] == "Microsoft.Web/sites/triggeredwebjobs/history"
    assert [run["id"] for run in envelope["properties"]["runs"]] == ["202912311200000000"]


async def test_one_run(call, site):
    run = await call.get(f"{site}/triggeredwebjobs/stock-sync/history/202912311200000000")

    assert run["name"] == "shop/stock-sync/202912311200000000"
    assert run["id"] == f"{site}/triggeredwebjobs/stock-sync/history/202912311200000000"
    assert (run["properties"]["status"], run["properties"]["duration"]) == ("Success", "00:00:02")


async def test_run_starts_with_arguments_and_says_where_the_run_is(call, site, engine):
    answer, body = await call("POST", f"{site}/triggeredwebjobs/stock-sync/run", arguments="--full x")

    assert (answer.status, body) == (200, None)
    assert answer.headers["Location"] == f"{site}/triggeredwebjobs/stock-sync/history/203001011200000000"
    assert engine.calls == [("run", "stock-sync", "--full x", "External - test")]


@pytest.mark.parametrize("action", ["start", "stop", "STOP"])
async def test_continuous_jobs_are_started_and_stopped(call, site, engine, action):
    answer, _ = await call("POST", f"{site}/continuousWebJobs/thumbnails/{action}")

    assert answer.status == 200
    assert engine.calls == [(action.lower(), "thumbnails")]


async def test_a_job_is_deleted(call, site, engine):
    answer, _ = await call("DELETE", f"{site}/triggeredwebjobs/stock-sync")

    assert answer.status == 200
    assert engine.calls == [("delete", "stock-sync", JobType.TRIGGERED)]


async def test_what_the_job_cannot_do_now_is_a_conflict(call, site):
    answer, body = await call("POST", f"{site}/triggeredwebjobs/stock-sync/run", arguments="busy")

    assert answer.status == 409
    assert body["error"] == {
        "code": "Conflict",
        "message": "Cannot start a new run since job is already running.",
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "triggeredwebjobs/none", 404),
        ("GET", "continuouswebjobs/stock-sync", 404),
        ("GET", "webjobs/none", 404),
        ("GET", "triggeredwebjobs/stock-sync/history/1", 404),
        ("GET", "triggeredwebjobs/stock-sync/other", 404),
        ("POST", "triggeredwebjobs/none/run", 404),
        ("POST", "continuouswebjobs/none/stop", 404),
        ("POST", "triggeredwebjobs/stock-sync", 405),
        ("PUT", "triggeredwebjobs/stock-sync", 405),
        ("POST", "continuouswebjobs/thumbnails/run", 405),
        ("DELETE", "webjobs/thumbnails", 405),
        ("DELETE", "continuouswebjobs", 405),
    ],
)
async def test_other_jobs_and_methods_are_refused(call, site, engine, method, path, status):
    answer, body = await call(method, f"{site}/{path}")

    assert (answer.status, engine.calls) == (status, []), body


async def test_jobs_of_a_site_that_does_not_exist(call, site):
    answer, body = await call("GET", f"{site}x/webjobs")

    assert (answer.status, body["error"]["code"]) == (404, "ResourceNotFound")


async def test_jobs_of_a_site_that_does_not_run(call, site, sites):
    sites.engines.clear()

    answer, body = await call("GET", f"{site}/webjobs")

    assert (answer.status, body["error"]["code"]) == (409, "Conflict")


async def test_a_site_is_asked_for_in_its_own_group(call, site):
    answer, _ = await call("POST", f"{site.replace('shop-dev', 'other')}/continuouswebjobs/thumbnails/stop")

    assert answer.status == 404
