"""`oneplan doctor`."""

import json
import os
import socket
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from oneplan.cli import checkup
from oneplan.cli.checkup import Finding, machine
from oneplan.manifest import Runtime, load
from oneplan.operate.testing import FakeRun

NODE = "install Node 20 or later, or run `make setup`"
CLOCK = "set it: `timedatectl set-ntp true`, or your system's way"


def findings(result) -> list[tuple[str, str, str]]:
    return [(one["outcome"], one["what"], one["fix"]) for one in json.loads(result.out)]


def test_a_sound_stack_is_all_good(shell, azure, worker):
    shell.pulumi("")
    worker.jobs["stock-sync"].runs.clear()

    result = shell("doctor", "--json")

    assert (
        result.code,
        [one for one in findings(result) if one[0] != "good" and "declared for Python" not in one[1]],
    ) == (
        0,
        [],
    )
    assert ("good", "the clock is right", "") in findings(result)
    assert ("good", "what runs is what was declared", "") in findings(result)
    assert ("good", "3 jobs do what they should", "") in findings(result)


def test_what_is_wrong_comes_with_what_helps(shell, azure, worker):
    shell.pulumi("")
    azure.queues["thumbnails-poison"] = 2
    worker.jobs["thumbnails"].status = "Stopped"
    worker.jobs["stock-sync"].runs = [FakeRun("1", status="Failed")]

    result = shell("doctor", "--json")

    assert (result.code, [one for one in findings(result) if one[0] == "bad"]) == (
        1,
        [
            (
                "bad",
                "job thumbnails: is stopped and was declared to run",
                "`oneplan jobs start thumbnails` starts it",
            ),
            ("bad", "job stock-sync: the last run failed", "read its log: `oneplan jobs logs stock-sync`"),
            (
                "bad",
                "queue thumbnails-poison: holds 2 that no job could handle",
                (
                    "`oneplan queues peek thumbnails-poison` shows them,"
                    " `oneplan queues requeue thumbnails-poison` tries again"
                ),
            ),
        ],
    )


def test_a_manifest_with_problems_is_where_to_begin(shell, azure, worker):
    shell.pulumi("")
    shell.write({"jobs/thumbnails/job.yaml": "timout: 3\n"})

    result = shell("doctor", "--json")

    assert result.code == 1
    assert findings(result)[-1][2] == "run `oneplan validate`"


def test_without_the_local_azure_it_says_how_to_start_it(shell):
    shell.pulumi("")

    result = shell("doctor", "--json")

    assert findings(result)[-1] == ("bad", "local Azure: is not running", "run `oneplan up`, or `oneplan local start`")


def test_nothing_deployed_is_noted(shell, azure):
    shell.pulumi("")

    result = shell("doctor", "--json")

    assert (result.code, findings(result)[-1]) == (0, ("note", "nothing is deployed of dev", "run `oneplan up`"))


def test_the_words_are_for_people(shell, azure):
    shell.pulumi("")

    result = shell("doctor")

    assert result.out.splitlines()[-2:] == ["! nothing is deployed of dev", "  run `oneplan up`"]


def test_a_full_disk_is_bad(tmp_path: Path):
    *_, last = machine(tmp_path, free=lambda _: 20 * 1024**2)

    assert last == Finding("bad", "the disk has 20 MB left", "make room: packages and logs need some")


@pytest.mark.parametrize(
    ("version", "finding"),
    [
        ("v22.3.0", Finding("good", "Node 22.3.0")),
        (None, Finding("bad", "node: not found; the local storage needs it", NODE)),
        ("v18.20.1", Finding("bad", "node: v18.20.1, which is too old", NODE)),
        ("", Finding("bad", "node: does not say its version, which is too old", NODE)),
    ],
)
def test_node_is_looked_for(shell, version: str | None, finding: Finding):
    assert next(iter(checkup.local(shell.root, load(shell.root, "dev"), lambda: version))) == finding


def test_a_port_that_another_program_took_is_named(shell):
    (shell.root / ".oneplan").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        (shell.root / ".oneplan" / "ports.json").write_text(json.dumps({"site:shop": port}))

        assert _local(shell) == [
            Finding(
                "bad",
                f"port {port}, of site:shop, is taken by another program",
                "end that program, or delete .oneplan/ports.json: then other ports are chosen",
            )
        ]


def test_ports_that_are_free_or_cannot_be_read_are_no_finding(shell):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    (shell.root / ".oneplan").mkdir()
    (shell.root / ".oneplan" / "ports.json").write_text(json.dumps({"site:shop": port}))

    assert _local(shell) == []
    (shell.root / ".oneplan" / "ports.json").write_text("{")
    assert _local(shell) == []


def test_what_killed_programs_left_behind_is_noted(shell):
    dead = os.spawnlp(os.P_NOWAIT, "true", "true")
    os.waitpid(dead, 0)
    locks = shell.root / ".oneplan/pulumi/.pulumi/locks/organization/oneplan/dev"
    locks.mkdir(parents=True)
    (locks / "a.json").write_text(json.dumps({"pid": dead}))
    (shell.root / ".oneplan" / "daemon.json").write_text("{}")

    assert _local(shell) == [
        Finding("note", "the local Azure was killed", "`oneplan up` or `oneplan local start` starts it again"),
        Finding("note", f"an earlier pulumi (pid {dead}) was killed and left its lock", "`oneplan up` removes it"),
    ]


def test_another_python_than_declared_is_noted(shell):
    manifest = load(shell.root, "dev")
    app = replace(manifest.apps["worker"], runtime=Runtime("python", "3.9"))
    *_, note = checkup.local(shell.root, replace(manifest, apps={"worker": app}), lambda: "v22.0.0")

    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert note.what == f"apps are declared for Python 3.9 and run with {here} on this machine"


@pytest.mark.parametrize(
    ("ahead", "findings"),
    [
        (timedelta(seconds=2), [Finding("good", "the clock is right")]),
        (timedelta(minutes=-7), [Finding("bad", "this machine's clock is 420 s ahead of Azure's", CLOCK)]),
        (timedelta(minutes=7), [Finding("bad", "this machine's clock is 420 s behind Azure's", CLOCK)]),
        (None, []),
    ],
)
def test_the_clock_is_compared_with_azures(ahead: timedelta | None, findings: list[Finding]):
    assert list(checkup.clock(ahead)) == findings


def _local(shell) -> list[Finding]:
    found = checkup.local(shell.root, load(shell.root, "dev"), lambda: "v22.0.0")
    return [one for one in found if one.outcome != "good" and "declared for Python" not in one.what]
