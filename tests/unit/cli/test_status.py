"""`oneplan status`."""

import json


def test_without_the_local_azure_it_says_what_to_do(shell):
    result = shell("status", "--json")

    assert (result.code, result.out) == (1, "")
    assert result.err == "error local Azure: is not running; run `oneplan up`, or `oneplan local start`\n"


def test_nothing_deployed_is_empty_lists(shell, azure):
    result = shell("status", "--json")

    assert (result.code, json.loads(result.out)) == (0, {"apps": [], "jobs": [], "queues": [], "drift": []})


def test_nothing_deployed_is_said_in_words(shell, azure):
    result = shell("status")

    assert (result.code, result.out) == (0, "nothing is deployed of dev; run `oneplan up`\n")


def test_json_has_exactly_the_documented_form(shell, azure, worker):
    result = shell("status", "--json")

    document = json.loads(result.out)
    next_run = document["jobs"][1].pop("next_run")
    host = f"http://{worker.server.host}"
    account = document["queues"][0]["url"].split("/")[3]
    assert result.code == 0
    assert document == {
        "apps": [{"name": "worker", "url": host, "scm_url": host, "state": "Running"}],
        "jobs": [
            {
                "name": "catalogue-reindex",
                "app": "worker",
                "type": "triggered",
                "state": "Ready",
                "last_run": None,
                "next_run": None,
            },
            {
                "name": "stock-sync",
                "app": "worker",
                "type": "triggered",
                "state": "Ready",
                "last_run": {
                    "id": "202611240500000000",
                    "status": "Success",
                    "start": "2026-11-24T06:00:00.123456+01:00",
                    "end": "2026-11-24T06:00:02.500000+01:00",
                },
            },
            {
                "name": "thumbnails",
                "app": "worker",
                "type": "continuous",
                "state": "Running",
                "last_run": None,
                "next_run": None,
            },
        ],
        "queues": [
            {"name": "thumbnails", "url": f"{azure.url}/{account}/thumbnails", "messages": 3, "oldest": None},
            {
                "name": "thumbnails-poison",
                "url": f"{azure.url}/{account}/thumbnails-poison",
                "messages": 0,
                "oldest": None,
            },
        ],
        "drift": [],
    }
    assert next_run.endswith(("+01:00", "+02:00"))


def test_the_table_names_everything(shell, azure, worker):
    result = shell("status")

    assert result.code == 0
    for word in ("worker", "Running", "stock-sync", "Success", "thumbnails-poison", "NEXT RUN"):
        assert word in result.out


def test_a_queue_that_cannot_be_counted_is_noted(shell, azure, worker):
    del azure.queues["thumbnails-poison"]

    result = shell("status", "--json")

    assert json.loads(result.out)["queues"][1]["messages"] is None
    assert result.err == f"note queue thumbnails-poison: {azure.server.host} answered 404\n"


def test_what_is_otherwise_than_declared_is_told(shell, azure, worker):
    worker.jobs["stock-sync"].schedule = "0 0 * * * *"
    del worker.jobs["catalogue-reindex"]

    told, document = shell("status"), json.loads(shell("status", "--json").out)

    assert told.err.splitlines() == [
        "note job catalogue-reindex: is declared and not there; run `oneplan up`",
        (
            "note job stock-sync: runs every hour (0 0 * * * *) and was declared to run every 15 minutes"
            " (0 */15 * * * *); run `oneplan up`"
        ),
    ]
    assert [(one["name"], one["kind"]) for one in document["drift"]] == [
        ("catalogue-reindex", "missing"),
        ("stock-sync", "schedule"),
    ]


def test_what_runs_is_shown_though_a_jobs_code_is_gone(shell, azure, worker):
    (shell.root / "jobs/stock_sync/stock_sync.py").unlink()

    result = shell("status", "--json")

    assert (result.code, result.err) == (0, "")
    assert [job["name"] for job in json.loads(result.out)["jobs"]] == ["catalogue-reindex", "stock-sync", "thumbnails"]


def test_watch_prints_a_line_of_json_each_time(shell, azure, worker, monkeypatch):
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("oneplan.cli.status.watch.__kwdefaults__", {"sleep": stop})

    result = shell("status", "--watch", "--json")

    assert (result.code, result.err) == (130, "error interrupted\n")
    assert len(result.out.splitlines()) == 1
    assert json.loads(result.out)["drift"] == []
