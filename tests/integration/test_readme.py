"""The README's commands are run as they stand, top to bottom."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


@pytest.mark.integration
def test_the_first_ten_minutes_are_true_to_the_letter(project):
    shutil.copy2(ROOT / "Makefile", project.folder / "Makefile")
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 4

    for command in "".join(blocks).splitlines():
        done = subprocess.run(
            command,
            shell=True,
            cwd=project.folder,
            env=os.environ | {"NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def test_the_readme_is_short():
    assert len(README.splitlines()) < 150
