"""Small files on two processors."""

import subprocess
import sys
import zlib
from hashlib import sha256
from pathlib import Path

import pytest

from oneplan.packaging.squeeze import DEFLATED, STORED, Squeezed, squeeze
from oneplan.packaging.squeezer import WORTH_A_HELPER, Process, Squeezer, launch_helper


def files(folder: Path, count: int = WORTH_A_HELPER) -> list[tuple[str, int, bool]]:
    made = []
    for number in range(count):
        content = f"{number} ".encode() * (number % 90)
        (folder / str(number)).write_bytes(content)
        made.append((str(folder / str(number)), len(content), number % 5 > 0))
    return made


def helper(code: str) -> Process:
    """A helper that does something else."""
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_small_file_becomes_digest_checksum_method_and_data(tmp_path: Path):
    content = b"word " * 50
    (tmp_path / "a").write_bytes(content)

    answer = squeeze((str(tmp_path / "a"), len(content), True))

    assert answer is not None
    digest, crc, method, data = answer
    assert (digest, crc, method) == (sha256(content).digest(), zlib.crc32(content), DEFLATED)
    assert zlib.decompress(data, -15) == content


@pytest.mark.parametrize(("content", "deflates"), [(b"word " * 50, False), (b"", True), (b"ab", True)])
def test_what_would_not_shrink_is_stored(content: bytes, deflates: bool, tmp_path: Path):
    (tmp_path / "a").write_bytes(content)

    assert squeeze((str(tmp_path / "a"), len(content), deflates)) == (
        sha256(content).digest(),
        zlib.crc32(content),
        STORED,
        content,
    )


@pytest.mark.parametrize("content", [b"longer", b"ab", b"#!/"])
def test_changed_file_and_script_want_a_closer_look(content: bytes, tmp_path: Path):
    (tmp_path / "a").write_bytes(content)

    assert squeeze((str(tmp_path / "a"), 3, True)) is None
    assert squeeze((str(tmp_path / "gone"), 3, True)) is None


def test_two_processes_answer_as_one_does(tmp_path: Path):
    given = files(tmp_path)
    started: list[Process] = []

    def launch() -> Process | None:
        process = launch_helper()
        if process:
            started.append(process)
        return process

    with Squeezer(launch) as squeezer:
        first, again = squeezer.all(given), squeezer.all(given)

    assert first == again == [squeeze(file) for file in given]
    assert [process.returncode is not None for process in started] in ([], [True])


def test_few_files_start_nothing(tmp_path: Path):
    started: list[str] = []

    with Squeezer(lambda: started.append("helper")) as squeezer:
        squeezer.all(files(tmp_path, WORTH_A_HELPER - 1))

    assert started == []


@pytest.mark.parametrize(
    "code",
    [
        "pass",
        "import os, sys; sys.stdin.buffer.read(1); os.abort()",
        "import marshal, sys; marshal.load(sys.stdin.buffer); marshal.dump(('another', []), sys.stdout.buffer)",
        "import marshal, sys; marshal.load(sys.stdin.buffer); print('no answer', flush=True)",
        "import marshal, sys; marshal.load(sys.stdin.buffer); marshal.dump(7, sys.stdout.buffer)",
        "import marshal, sys; marshal.load(sys.stdin.buffer); marshal.dump(('deflate', [None]), sys.stdout.buffer)",
        "import time; time.sleep(60)",
    ],
)
def test_helper_that_ends_or_talks_nonsense_loses_nothing(code: str, tmp_path: Path):
    given = files(tmp_path)

    with Squeezer(lambda: helper(code), patience=0.5) as squeezer:
        answers = squeezer.all(given)

    assert answers == [squeeze(file) for file in given]


def test_helper_that_cannot_start_loses_nothing(tmp_path: Path):
    given = files(tmp_path)

    def launch() -> Process:
        raise FileNotFoundError("python")

    with Squeezer(launch) as squeezer:
        answers: list[Squeezed | None] = squeezer.all(given)

    assert answers == [squeeze(file) for file in given]
