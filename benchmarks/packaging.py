"""Packages: unchanged, small, large and many files, beside zip(1); and a site's request rate beside low-priority jobs.

`python -m benchmarks.packaging` alone. Takes two minutes and 500 MB of the temporary folder.
"""

import hashlib
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import priority
from benchmarks.measure import Comparison, compare
from oneplan.manifest.values import App, Manifest, Plan, Runtime
from oneplan.packaging import build

SMALL_FILES, LARGE_MB, SAME = 10_000, 200, 20


def cases() -> Iterator[Comparison | str]:
    """Each figure as it is measured."""
    with tempfile.TemporaryDirectory() as folder:
        yield from many_files(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        yield large(Path(folder))
    yield from priority.cases()


def many_files(root: Path) -> Iterator[Comparison | str]:
    """Ten thousand files of a kilobyte or two: unchanged beside a walk, cold beside zip, and the same bytes always."""
    chance = random.Random(1)
    words = [hashlib.sha256(str(number).encode()).hexdigest()[:7] for number in range(500)]
    for number in range(SMALL_FILES):
        file = root / "app" / f"d{number % 100}" / f"f{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(" ".join(chance.choices(words, k=180)))
    yield _cold(root, f"package: cold, {SMALL_FILES:,} small files", rounds=11)
    manifest = _manifest(root)
    build(manifest, "shop")
    time.sleep(0.1)
    yield compare(
        f"package: unchanged tree of {SMALL_FILES:,} files",
        lambda: build(manifest, "shop"),
        "os.walk with a stat a file",
        lambda: [os.stat(os.path.join(at, name)) for at, _, names in os.walk(root / "app") for name in names],  # noqa: PTH116, PTH118
    )
    hashes = {_fresh(root) for _ in range(SAME)}
    yield f"{f'package: {SAME} cold builds':<44} {len(hashes)} different zip (limit 1)"


def large(root: Path) -> Comparison:
    """200 MB: a third of it text, a third half random, a third pictures, as sites have them."""
    chance = random.Random(2)
    (root / "app").mkdir()
    line = b"".join(b"%d,article %d,%d.50\n" % (n, n * 7 % 1000, n % 90) for n in range(50_000))
    for number in range(LARGE_MB // 2):
        noise = chance.randbytes(2 << 20)
        kind = number % 3
        text = (line * 3)[number * 100 :][: 2 << 20]
        content = (text, b"".join(a + b for a, b in zip(_parts(noise), _parts(text), strict=False)), noise)[kind]
        (root / "app" / f"f{number}.{('txt', 'bin', 'png')[kind]}").write_bytes(content)
    return _cold(root, f"package: cold, {LARGE_MB} MB", rounds=3)


def _parts(content: bytes) -> Iterator[bytes]:
    return (content[start : start + 64] for start in range(0, len(content) // 2, 64))


def _cold(root: Path, title: str, rounds: int) -> Comparison:
    return compare(title, lambda: _fresh(root), "zip -6", lambda: _zip(root), rounds=rounds)


def _fresh(root: Path) -> str:
    """A build without any record of an earlier one; returns the digest of the zip."""
    shutil.rmtree(root / ".oneplan", ignore_errors=True)
    return hashlib.file_digest(build(_manifest(root), "shop").path.open("rb"), "sha256").hexdigest()


def _zip(root: Path) -> None:
    (root / "peer.zip").unlink(missing_ok=True)
    subprocess.run(["zip", "-6", "-q", "-r", str(root / "peer.zip"), "."], cwd=root / "app", check=True)
    hashlib.file_digest((root / "peer.zip").open("rb"), "sha256")


def _manifest(root: Path) -> Manifest:
    apps = {"shop": App("shop", "web", Runtime("node", "22"), root / "app")}
    return Manifest(root, "dev", "local", "bench", "westeurope", "Etc/UTC", Plan("linux", "B2"), apps=apps)


if __name__ == "__main__":
    for figure in cases():
        print(figure, flush=True)
