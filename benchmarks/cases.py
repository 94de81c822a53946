"""What is measured."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import yaml
from croniter import croniter

import ncrontab
from benchmarks import large, provider
from benchmarks.measure import Comparison, compare
from oneplan.manifest import Manifest, load, validate
from oneplan.packaging import build

ROOT = Path(__file__).resolve().parents[1]
SCHEDULES = (
    "0 */15 * * * *", "0 0 */2 * * *", "0 0 6 * * *", "0 */15 8-17 * * 1-5",
    "0 30 9 13 * 5", "*/10 * * * * *", "0 0 0 1 1 *", "0 0 0 29 2 *",
)  # fmt: skip
START = datetime(2026, 1, 1, 0, 0, 0)  # noqa: DTZ001 - schedules are wall clock, without a zone


def cases() -> Iterator[Comparison]:
    """Each comparison as it is measured."""
    yield manifest()
    yield large_manifest()
    yield schedules()
    yield first_occurrences()
    yield from packages()
    yield start_up()
    yield provider.check_and_create()


def manifest() -> Comparison:
    """The example's manifest, read, merged and checked, beside the bare reading of the same files."""
    files = [ROOT / "oneplan.yaml", ROOT / "Pulumi.dev.yaml", *ROOT.glob("jobs/*/job.yaml")]
    return compare(
        "manifest: read, merge and check",
        lambda: load(ROOT, "dev"),
        "yaml.CSafeLoader, same files",
        lambda: [yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader) for file in files],
    )


def large_manifest() -> Comparison:
    """50 apps and 1,000 jobs, validated for two stacks, beside the bare reading of the same files once."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = large.write(root)
        return compare(
            "manifest: 50 apps, 1,000 jobs, two stacks",
            lambda: validate(root, large.STACKS, today=START.date()),
            "yaml.CSafeLoader, same files",
            lambda: [yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader) for file in files],
        )


def schedules() -> Comparison:
    """A hundred occurrences of each of eight schedules, beside croniter's."""
    parsed = [ncrontab.parse(text) for text in SCHEDULES]

    def ours() -> None:
        for schedule in parsed:
            at: datetime | None = START
            for _ in range(100):
                at = schedule.next_after(at) if at else None

    def peer() -> None:
        for text in SCHEDULES:
            occurrences = croniter(text, START, day_or=False, second_at_beginning=True)
            for _ in range(100):
                occurrences.get_next(datetime)

    return compare("schedules: 800 occurrences", ours, "croniter", peer)


def first_occurrences() -> Comparison:
    """Reading each of the eight schedules anew and finding its first occurrence, beside croniter's."""
    return compare(
        "schedules: read 8 texts, first occurrence each",
        lambda: [ncrontab.parse.__wrapped__(text).next_after(START) for text in SCHEDULES],
        "croniter",
        lambda: [
            croniter(text, START, day_or=False, second_at_beginning=True).get_next(datetime) for text in SCHEDULES
        ],
    )


def packages() -> Iterator[Comparison]:
    """A site of 2,000 files: packaged when nothing changed, beside a walk that only asks for each file's state."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        source = root / "app"
        for number in range(2000):
            file = source / f"d{number % 40}" / f"f{number}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"file {number}\n" * 20)
        ours = _manifest_of(root, source)
        build(ours, "storefront")
        yield compare(
            "package: unchanged tree of 2,000 files",
            lambda: build(ours, "storefront"),
            "os.walk with a stat a file",
            lambda: [os.stat(os.path.join(at, name)) for at, _, names in os.walk(source) for name in names],  # noqa: PTH116, PTH118
        )


def _manifest_of(root: Path, source: Path) -> Manifest:
    example = load(ROOT, "dev")
    app = replace(example.apps["storefront"], source=source)
    return replace(example, root=root, apps={"storefront": app}, jobs={})


def start_up() -> Comparison:
    """The command's help, beside an interpreter that does nothing."""
    command = [str(Path(sys.executable).with_name("oneplan")), "--help"]
    return compare(
        "oneplan --help",
        lambda: subprocess.run(command, check=True, capture_output=True),
        "python -c ''",
        lambda: subprocess.run([sys.executable, "-c", ""], check=True, capture_output=True),
        rounds=7,
    )
