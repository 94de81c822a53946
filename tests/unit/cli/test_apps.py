"""`oneplan apps …`."""

import json


def test_list_as_json(shell, worker):
    host = worker.server.host

    assert json.loads(shell("apps", "list", "--json").out) == [
        {"name": "worker", "url": f"http://{host}", "scm_url": f"http://{host}", "state": "Running"}
    ]


def test_logs_shows_what_the_process_wrote(shell, worker):
    worker.console = "listening\n"

    assert shell("apps", "logs", "worker").out == "listening\n"


def test_an_app_without_a_log_is_told(shell, worker):
    result = shell("apps", "logs", "worker")

    assert (result.code, result.err) == (
        1,
        "error app worker: has no log yet; `oneplan status` shows whether it runs\n",
    )


def test_restart_restarts_the_site(shell, worker):
    result = shell("apps", "restart", "worker")

    assert (result.code, result.err, worker.restarts) == (0, "✓ worker restarts\n", 1)


def test_an_app_that_is_not_deployed_is_told(shell, azure):
    result = shell("apps", "restart", "worker")

    assert (result.code, result.err) == (1, "error app worker: is declared but not deployed; run `oneplan up`\n")


def test_an_unknown_app_gets_a_suggestion(shell, worker):
    result = shell("apps", "logs", "workers")

    assert (result.code, result.err) == (1, "error app workers: there is no such app; did you mean worker?\n")
