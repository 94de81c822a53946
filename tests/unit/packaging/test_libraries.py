"""Finding out whether jobhost is needed."""

from pathlib import Path

import pytest

from oneplan.packaging.libraries import uses_jobhost
from oneplan.packaging.tree import FoundFile, Stamp


def found(folder: Path, name: str, text: str) -> list[FoundFile]:
    path = folder / "code.py"
    path.write_text(text)
    return [FoundFile(name, str(path), Stamp(0, 0, 0, 0))]


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("from jobhost import JobHost\n", True),
        ("import jobhost.queues as q\n", True),
        ("def f():\n    import os, jobhost\n", True),
        ("import jobhosting\n", False),
        ("from . import jobhost\n", False),
        ("# import jobhost\n'from jobhost import x'\n", False),
        ("import jobhost (\n", False),
    ],
)
def test_only_a_real_import_counts(text: str, used: bool, tmp_path: Path):
    assert uses_jobhost(found(tmp_path, "App_Data/jobs/continuous/thumbs/code.py", text)) is used


@pytest.mark.parametrize(
    ("name", "looked_at"),
    [
        ("App_Data/jobs/continuous/thumbs/thumbs/__main__.py", True),
        ("app.py", True),
        ("lib/deep/app.py", False),
        ("App_Data/jobs/continuous/thumbs/notes.txt", False),
    ],
)
def test_jobs_and_the_sites_root_are_looked_at(name: str, looked_at: bool, tmp_path: Path):
    assert uses_jobhost(found(tmp_path, name, "import jobhost\n")) is looked_at
