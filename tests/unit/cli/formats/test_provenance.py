"""Effective values with their places, and differences."""

import pytest

from oneplan.cli.formats.provenance import (
    difference_document,
    differing,
    dotted,
    explained,
    owner,
    shown,
    value_document,
)
from oneplan.cli.formats.schedules import words_of
from oneplan.cli.styled import paint
from oneplan.manifest import Difference, Effective

EVERY = Effective(("trigger", "every"), "15m", "15m", "jobs/sync/job.yaml", 2, "file")
GRACE = Effective(("stop_grace",), "30s", "30s", "", 0, "built-in")
APP = Effective(("app",), "worker", "worker", "oneplan.yaml", 11, "defaults")
SUMMARY = Effective(("summary",), "x", "one two three four five", "jobs/sync/job.yaml", 1, "file")


def test_values_are_a_table_and_defaults_are_dim():
    lines = paint(explained([APP, EVERY, GRACE], words_of, None), colour=True).splitlines()

    assert [line.replace("\x1b[2m", "<").replace("\x1b[0m", ">") for line in lines] == [
        "<KEY>            <VALUE>                    <FROM>                  <LAYER>",
        "app            worker                   oneplan.yaml:11       defaults",
        "trigger.every  15m  (every 15 minutes)  jobs/sync/job.yaml:2  file",
        "<stop_grace>     <30s>                      <->                     <built-in>",
    ]


def test_on_a_narrow_terminal_the_values_come_last_and_are_folded():
    lines = paint(explained([APP, SUMMARY, GRACE], words_of, 45), colour=False).splitlines()

    assert lines == [
        "KEY         FROM                      VALUE",
        "app         oneplan.yaml:11 defaults  worker",
        "summary     jobs/sync/job.yaml:1      one two",
        "                                      three",
        "                                      four",
        "                                      five",
        "stop_grace  built-in                  30s",
    ]


def test_what_differs_is_told_by_thing_with_both_places():
    differences = [
        Difference(("jobs", "sync", "trigger", "every"), EVERY, Effective(EVERY.path, "5m", "5m", "P.yaml", 9, "file")),
        Difference(("jobs", "sync", "app"), None, APP),
        Difference(("plan", "instances"), Effective(("instances",), 1, "1", "", 0, "built-in"), None),
        Difference(("tags", "team"), Effective(("tags", "team"), "", "", "oneplan.yaml", 3, "file"), None),
    ]

    assert paint(differing(differences, words_of), colour=False) == (
        "job sync\n"
        "  trigger.every\n"
        "    - 15m  (every 15 minutes)  jobs/sync/job.yaml:2\n"
        "    + 5m  (every 5 minutes)    P.yaml:9\n"
        "  app\n"
        "    - not set\n"
        "    + worker  oneplan.yaml:11\n"
        "\n"
        "plan\n"
        "  instances\n"
        "    - 1  built-in\n"
        "    + not set\n"
        "\n"
        "project\n"
        "  tags.team\n"
        '    - ""  oneplan.yaml:3\n'
        "    + not set\n"
    )


@pytest.mark.parametrize(
    ("path", "text", "seen"),
    [
        (("env", "API_TOKEN"), "hunter2", "••••"),
        (("env", "API_TOKEN"), "${stack}", "${stack}"),
        (("secrets", "A"), "hunter2", "••••"),
        (("secrets", "A"), "vault:a", "vault:a"),
        (("env", "URL"), "https://bob:hunter2@x.example", "https://••••@x.example"),
        (("env", "LEVEL"), "debug", "debug"),
        (("command",), "python -m x\x1b[2J\nrm", "python -m x\\x1b[2J\\nrm"),
        (("azure", "siteConfig", "password"), "x", "••••"),
    ],
)
def test_values_that_may_be_secret_are_hidden(path: tuple[str, ...], text: str, seen: str):
    assert shown(path, text) == seen


def test_paths_and_their_owners_read_as_messages_write_them():
    assert dotted(("arguments", 0, "name")) == "arguments[0].name"
    assert owner(("apps", "shop", "env", "X")) == "app shop"
    assert owner(("plan", "sku")) == "plan"
    assert owner(("time_zone",)) == "project"
    assert owner(("jobs",)) == "project"


def test_a_value_is_json_without_its_secret():
    token = Effective(("env", "API_TOKEN"), "hunter2", "hunter2", "oneplan.yaml", 4, "file")

    assert value_document(token, words_of) == {
        "path": ["env", "API_TOKEN"],
        "value": "••••",
        "text": "••••",
        "words": None,
        "file": "oneplan.yaml",
        "line": 4,
        "layer": "file",
    }


def test_a_difference_is_json_with_null_for_what_is_not_set():
    assert difference_document(Difference(("jobs", "sync", "trigger", "every"), None, EVERY), words_of) == {
        "path": ["jobs", "sync", "trigger", "every"],
        "left": None,
        "right": {
            "path": ["trigger", "every"],
            "value": "15m",
            "text": "15m",
            "words": "every 15 minutes",
            "file": "jobs/sync/job.yaml",
            "line": 2,
            "layer": "file",
        },
    }
