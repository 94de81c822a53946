"""What counts as a change of a job's files."""

import os

import pytest

from emulator.webjobs.watcher import _changed, snapshot


@pytest.fixture
def folder(tmp_path):
    for name in ("one/run.sh", "one/lib/x.py", "two/run.sh"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (lambda folder: None, set()),
        (lambda folder: os.utime(folder / "one"), set()),
        (lambda folder: (folder / "one/lib/x.py").write_text("longer"), {"one"}),
        (lambda folder: os.utime(folder / "one/run.sh", ns=(1, 1)), {"one"}),
        (lambda folder: (folder / "two/disable.job").touch(), {"two"}),
        (lambda folder: (folder / "two/run.sh").unlink(), {"two"}),
        (lambda folder: (folder / "two/empty").mkdir(), {"two"}),
        (lambda folder: (folder / "two").rename(folder / "three"), {"two", "three"}),
        (lambda folder: (folder / "loose.txt").touch(), set()),
    ],
)
def test_changes_mark_the_job_they_belong_to(folder, change, names):
    before = snapshot(folder)

    change(folder)

    assert _changed(before, snapshot(folder)) == names


def test_missing_folder_has_no_snapshot(tmp_path):
    assert snapshot(tmp_path / "nothing") is None


def test_folder_that_vanished_marks_all_its_jobs(folder):
    assert _changed(snapshot(folder), None) == {"one", "two"}


def test_links_are_not_followed(folder):
    (folder / "one/loop").symlink_to(folder)

    assert "loop" in snapshot(folder)["one"]
