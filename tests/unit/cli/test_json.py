"""`--json` on commands that change something: what was done, on standard output alone."""

import json

import pytest

from oneplan.operate.messages import encode
from oneplan.operate.testing import FakeAzure, FakeQueue, FakeRun, FakeSite, triggered

CHANGES = [
    (("jobs", "stop", "thumbnails"), {"job": "thumbnails", "told": "stop"}),
    (("jobs", "start", "thumbnails"), {"job": "thumbnails", "told": "start"}),
    (("jobs", "disable", "stock-sync"), [{"job": "stock-sync", "enabled": False}]),
    (("jobs", "enable", "stock-sync"), [{"job": "stock-sync", "enabled": True}]),
    (("queues", "send", "thumbnails", "x"), {"queue": "thumbnails", "sent": 1}),
    (("queues", "requeue", "thumbnails"), {"queue": "thumbnails", "from": "thumbnails-poison", "moved": 2}),
    (("queues", "purge", "thumbnails-poison", "--yes"), {"queue": "thumbnails-poison", "deleted": 2}),
    (("apps", "restart", "worker"), {"app": "worker", "told": "restart"}),
]


@pytest.fixture
def stack(azure: FakeAzure, worker: FakeSite) -> FakeSite:
    azure.messages = {"thumbnails": FakeQueue(), "thumbnails-poison": FakeQueue()}
    for body in "ab":
        azure.messages["thumbnails-poison"].put(encode(body))
    return worker


@pytest.mark.parametrize(("arguments", "said"), CHANGES, ids=[" ".join(arguments) for arguments, _ in CHANGES])
def test_a_change_says_what_was_done(shell, stack, arguments: tuple[str, ...], said: object):
    result = shell(*arguments, "--json")

    assert (result.code, json.loads(result.out)) == (0, said)


@pytest.mark.parametrize("arguments", [arguments for arguments, _ in CHANGES], ids=" ".join)
def test_without_it_standard_output_stays_empty(shell, stack, arguments: tuple[str, ...]):
    assert shell(*arguments).out == ""


def test_a_run_tells_its_id(shell, stack):
    result = shell("jobs", "run", "catalogue-reindex", "--json")

    assert json.loads(result.out) == {"job": "catalogue-reindex", "run": stack.jobs["catalogue-reindex"].runs[0].id}


def test_a_run_that_was_waited_for_tells_how_it_ended_and_its_log_is_talk(shell, stack):
    result = shell("jobs", "run", "catalogue-reindex", "--wait", "--json")
    document = json.loads(result.out)

    assert (document["job"], document["status"]) == ("catalogue-reindex", "Success")
    assert "catalogue-reindex: Success" in result.err


def test_each_line_of_a_log_is_an_object(shell, stack):
    stack.jobs["stock-sync"] = triggered("stock-sync", runs=[FakeRun("202611240500000000", log='one "1"\r\ntwo')])

    assert [json.loads(line) for line in shell("jobs", "logs", "stock-sync", "--json").out.splitlines()] == [
        {"job": "stock-sync", "run": "202611240500000000", "line": 'one "1"'},
        {"job": "stock-sync", "run": "202611240500000000", "line": "two"},
    ]
