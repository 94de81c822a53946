"""Working copies and change detection: webjobs-semantics section 6.3, kudu-test-facts U1."""

import shutil

import pytest

from emulator.webjobs.errors import WorkingCopyError
from emulator.webjobs.testing import settle
from emulator.webjobs.working_copy import has_changed, scan

FILES = ["test1.txt", "test2.txt", "test3.txt", "job.exe", "job.exe.config"]
PREFIX = "Job directory change detected: Job file"


@pytest.fixture
def trees(tmp_path):
    """A source folder with eight files, and a copy with the same times."""
    source = tmp_path / "source"
    for name in [*FILES, "subdir/test1.txt", "subdir/test2.txt", "subdir/test3.txt"]:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)
    shutil.copytree(source, tmp_path / "working")
    return source, tmp_path / "working"


def touch(path):
    path.write_text("changed")
    import os

    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize(
    ("change", "cached", "reason"),
    [
        (lambda source, working: None, "working", None),
        (
            lambda source, working: touch(source / "subdir/test2.txt"),
            "working",
            "'subdir/test2.txt' timestamp differs between source and working directories.",
        ),
        (
            lambda source, working: touch(source / "test2.txt"),
            "working",
            "'test2.txt' timestamp differs between source and working directories.",
        ),
        (
            lambda source, working: touch(source / "test4.txt"),
            "working",
            "'test4.txt' exists in source directory but not in working directory.",
        ),
        (lambda source, working: (source / "test2.txt").unlink(), "working", "'test2.txt' has been deleted."),
        (lambda source, working: touch(working / "test4.txt"), "source", None),
        (
            lambda source, working: touch(working / "test2.txt"),
            "source",
            "'test2.txt' timestamp differs between source and working directories.",
        ),
        (
            lambda source, working: (working / "test2.txt").unlink(),
            "source",
            "'test2.txt' exists in source directory but not in working directory.",
        ),
        (
            lambda source, working: (working / "test1.txt").rename(working / "TEST1.TXT"),
            "source",
            None,
        ),
    ],
    ids=[f"U1.{number}" for number in range(1, 10)],
)
def test_change_detection(trees, change, cached, reason):
    """U1.1 to U1.9: with the separator of this platform."""
    source, working = trees
    known = scan(working if cached == "working" else source)
    change(source, working)
    logged: list[str] = []

    changed = has_changed(scan(source), scan(working), known, logged.append)

    assert (changed, logged) == (reason is not None, [f"{PREFIX} {reason}"] if reason else [])


def test_names_that_differ_in_case_alone_cannot_be_told_apart(tmp_path):
    """6.3: creating the map throws on a case-sensitive file system."""
    (tmp_path / "data.txt").touch()
    (tmp_path / "DATA.txt").touch()

    with pytest.raises(WorkingCopyError):
        scan(tmp_path)


async def test_such_a_job_says_so_in_its_log(world):
    """6.3: Failed to copy job files."""
    folder = world.job("triggered/twins", run_sh="x", data_txt="x", DATA_txt="x")
    engine = await world.start()

    run = await engine.run("twins")
    await settle()

    assert folder.exists()
    assert world.run_log("twins", run)[1].startswith("SYS ERR ] Failed to copy job files: ")
    assert engine.run_info("twins", run).status == "Failed"


async def test_files_a_job_made_in_its_copy_survive_until_the_next_change(world):
    """6.3: extra files in the copy do not count."""
    folder = world.job("triggered/once")
    engine = await world.start()

    kept = []
    for number in range(3):
        await engine.run("once")
        await settle()
        copy = world.launcher.last.cwd
        kept.append((copy / "mine.txt").exists())
        (copy / "mine.txt").touch()
        await world.finish(0)
        if number == 1:
            touch(folder / "run.sh")

    assert kept == [False, True, False]


async def test_recopy_kills_leftovers_first(world):
    """6.3."""
    world.job("triggered/once")
    engine = await world.start()
    await engine.run("once")
    await settle()

    assert world.launcher.swept[-1] == world.data / "triggered/once"


async def test_copies_keep_times_and_links(world):
    """6.3: last write times are preserved."""
    folder = world.job("triggered/once")
    touch(folder / "run.sh")
    (folder / "link.sh").symlink_to("run.sh")
    (folder / "dangling").symlink_to("nowhere")
    engine = await world.start()

    await engine.run("once")
    await settle()

    copy = world.launcher.last.cwd
    assert (copy / "run.sh").stat().st_mtime_ns == 1
    assert (copy / "link.sh").readlink().name == "run.sh"


async def test_working_copy_is_named_like_kudus(world):
    """1.1: TEMP/jobs/type/NAME/xxxxxxxx.xxx, and only one at a time."""
    folder = world.job("triggered/once")
    engine = await world.start()

    for _ in range(2):
        await engine.run("once")
        await settle()
        await world.finish(0)
        touch(folder / f"{_}.txt")

    copies = list((world.temp / "jobs/triggered/once").iterdir())
    assert [(len(path.stem), len(path.suffix)) for path in copies] == [(8, 4)]
