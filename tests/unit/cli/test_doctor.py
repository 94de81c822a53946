"""`oneplan doctor`."""

import json
from pathlib import Path

from oneplan.cli.doctor import Finding, machine
from oneplan.operate.testing import FakeRun


def findings(result) -> list[tuple[str, str, str]]:
    return [(one["outcome"], one["what"], one["fix"]) for one in json.loads(result.out)]


def test_a_sound_stack_is_all_good(shell, azure, worker):
    shell.pulumi("")
    worker.jobs["stock-sync"].runs.clear()

    result = shell("doctor", "--json")

    assert (result.code, {outcome for outcome, _, _ in findings(result)}) == (0, {"good"})
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
