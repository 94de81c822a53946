"""What the shell offers for Tab, asked as bash asks it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ONEPLAN = Path(sys.executable).with_name("oneplan")


def offered(folder: Path, words: str) -> list[str]:
    """What bash would offer after these words; the last one is being written."""
    asked = {"_ONEPLAN_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    done = subprocess.run(
        [str(ONEPLAN)],
        cwd=folder,
        env=dict(os.environ) | asked,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("oneplan jobs show ", ["catalogue-reindex", "stock-sync", "thumbnails"]),
        ("oneplan jobs run st", ["stock-sync"]),
        ("oneplan jobs disable th", ["thumbnails"]),
        ("oneplan apps restart ", ["worker"]),
        ("oneplan queues peek thumbnails-", ["thumbnails-poison"]),
        ("oneplan status --stack ", ["dev"]),
        ("oneplan jobs pu", []),
        ("oneplan queues pu", ["purge"]),
    ],
)
def test_names_are_completed(shell, words: str, found: list[str]):
    assert offered(shell.root, words) == found


def test_a_manifest_that_cannot_be_read_offers_nothing_and_says_nothing(shell):
    (shell.root / "oneplan.yaml").write_text("]")

    assert offered(shell.root, "oneplan jobs show ") == []


def test_outside_of_a_project_nothing_is_offered(tmp_path: Path):
    assert offered(tmp_path, "oneplan jobs show ") == []


def test_the_script_for_bash_is_printed():
    done = subprocess.run(
        [str(ONEPLAN), "--show-completion", "bash"], capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, "complete -o default -F _oneplan_completion oneplan" in done.stdout) == (0, True)
