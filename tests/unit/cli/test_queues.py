"""`oneplan queues …`."""

import io
import json

import pytest

from oneplan.operate.messages import encode
from oneplan.operate.testing import FakeAzure, FakeQueue


@pytest.fixture
def queues(azure: FakeAzure, worker) -> dict[str, FakeQueue]:
    azure.messages = {"thumbnails": FakeQueue(), "thumbnails-poison": FakeQueue()}
    return azure.messages


def test_list_as_json(shell, queues):
    queues["thumbnails"].put("x")

    assert json.loads(shell("queues", "list", "--json").out) == [
        {"name": "thumbnails", "messages": 1, "oldest": "2026-11-24T05:00:00+00:00"},
        {"name": "thumbnails-poison", "messages": 0, "oldest": None},
    ]


def test_peek_shows_the_body_without_its_control_characters(shell, queues):
    queues["thumbnails"].put(encode("a\x1b[31mred [bold]b"))

    result = shell("queues", "peek", "thumbnails")

    assert result.out.splitlines()[1].endswith("a\\x1b[31mred [bold]b")


def test_peek_of_an_empty_queue_says_so(shell, queues):
    assert shell("queues", "peek", "thumbnails").out == "thumbnails holds no visible message\n"


def test_peek_as_json_has_the_whole_body(shell, queues):
    queues["thumbnails"].put(encode("b" * 1000))

    [message] = json.loads(shell("queues", "peek", "thumbnails", "--json").out)

    assert message["body"] == "b" * 1000


def test_send_stores_base64_that_lives_as_long_as_the_manifest_says(shell, queues):
    result = shell("queues", "send", "thumbnails", '{"blob": "a.png"}')

    assert (result.code, result.err) == (0, "✓ thumbnails: one message sent\n")
    assert [(one.text, one.ttl) for one in queues["thumbnails"].messages] == [(encode('{"blob": "a.png"}'), "604800")]


def test_send_reads_standard_input(shell, queues, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("from a pipe"))
    shell("queues", "send", "thumbnails", "-", "--raw")

    assert [one.text for one in queues["thumbnails"].messages] == ["from a pipe"]


@pytest.mark.parametrize("name", ["thumbnails", "thumbnails-poison"])
def test_requeue_moves_poison_back_whichever_name_is_given(shell, queues, name):
    queues["thumbnails-poison"].put(encode("a"))
    queues["thumbnails-poison"].put(encode("b"))

    result = shell("queues", "requeue", name, "--match", "b")

    assert result.err == "✓ thumbnails: 1 message moved back from thumbnails-poison\n"
    assert [one.text for one in queues["thumbnails"].messages] == [encode("b")]


def test_purge_deletes_after_yes(shell, queues):
    queues["thumbnails"].put("x")
    result = shell("queues", "purge", "thumbnails", "--yes")

    assert result.err == "✓ thumbnails: is empty, 1 message deleted\n"
    assert queues["thumbnails"].messages == []


def test_an_unknown_queue_gets_a_suggestion(shell, queues):
    result = shell("queues", "peek", "thumbnail")

    assert (result.code, result.err) == (2, "error queue thumbnail: there is no such queue; did you mean thumbnails?\n")


def test_queues_that_are_not_deployed_are_told(shell, azure):
    result = shell("queues", "list")

    assert (result.code, result.err) == (1, "error queues of dev: are not deployed; run `oneplan up`\n")
