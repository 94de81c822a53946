"""Records docs/first-day.md: the ten commands of a first day, run in a project that is up.

venv/bin/python tools/first_day.py FOLDER
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    ("Is everything as it should be?", "oneplan doctor"),
    ("What runs?", "oneplan status"),
    ("When do jobs run next?", "oneplan next"),
    ("Run a job now and read along.", "oneplan jobs run stock-sync --wait"),
    ("Run one with arguments; they are checked.", "oneplan jobs run catalogue-reindex --wait --brand Sorell"),
    ("How does a job do?", "oneplan jobs show catalogue-reindex"),
    ("What did a job that never ends write?", "oneplan jobs logs thumbnails"),
    ("What waits on the queues?", "oneplan queues list"),
    ("Keep a job from running, see that it is told, and let it run again.", "oneplan jobs disable daily-summary"),
    ("", "oneplan jobs enable daily-summary"),
)
LINES = 18
FEW_LINES = {"oneplan jobs logs thumbnails": 3}
"""Of what says the same each minute."""
HEAD = """\
# The first day, in ten commands

Recorded in the example by `tools/first_day.py`. `oneplan dashboard` shows and does the same in the browser; with
`--stack prod` each of them is about Azure.
"""


def record(folder: Path) -> str:
    """Returns the page; raises CalledProcessError when a command fails."""
    parts = [HEAD]
    for title, command in COMMANDS:
        program = ROOT / "venv" / "bin" / "oneplan"
        done = subprocess.run(
            [str(program), *command.split()[1:]],
            cwd=folder,
            env=os.environ | {"NO_COLOR": "1", "COLUMNS": "100"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, command, done.stdout)
        lines = [
            line.rstrip().replace(str(folder), "…").replace(str(ROOT), "…")
            for line in done.stdout.strip("\n").splitlines()
        ]
        most = FEW_LINES.get(command, LINES)
        shown = lines if len(lines) <= most else ["…", *lines[-most:]]
        heading = f"## {title}\n\n" if title else ""
        parts.append(f"{heading}```\n$ {command}\n" + "\n".join(shown) + "\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    (ROOT / "docs" / "first-day.md").write_text(record(Path(sys.argv[1]).resolve()))
