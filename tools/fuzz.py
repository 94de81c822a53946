"""Validates an example with a spoilt file, over and over: each time a manifest or located problems must come out.

`python tools/fuzz.py 100000` is the full run (`make fuzz`); a second argument is the seed, a third the first case.
Ends with 1 when an outcome is neither, after telling the case. Everything happens in a folder of its own.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from oneplan.manifest import validate
from tests.unit.manifest.mutations import Case, cases, faults_of, read

_LOOKED_AT = (("dev",), ("prod",), ("dev",), ("dev", "prod"))
"""In turn: most of what can go wrong shows in any stack."""

TODAY = date(2026, 11, 24)


def main(count: int, seed: int, first: int) -> int:
    """Returns how many cases went wrong, after telling each."""
    started, outcomes, slowest, wrong = time.perf_counter(), Counter[str](), (0.0, 0), 0
    with tempfile.TemporaryDirectory() as folder:
        root = _example(Path(folder))
        files = read(root)
        for number, case in enumerate(islice(cases(seed, first + count, files), first, None), first):
            before = time.perf_counter()
            faults = _outcome(root, case, _LOOKED_AT[number % len(_LOOKED_AT)], outcomes)
            slowest = max(slowest, (time.perf_counter() - before, number))
            (root / case.file).write_bytes(files[case.file])
            for fault in faults:
                wrong += 1
                print(f"case {number} of seed {seed}, {case.file}: {fault}\n{case.content!r}", flush=True)
    took = time.perf_counter() - started
    print(
        f"{count} cases from seed {seed}: {count / took:.0f} a second, slowest {slowest[0]:.2f} s (case {slowest[1]})"
    )
    print(", ".join(f"{what} {often}" for what, often in outcomes.most_common()) + f", wrong {wrong}")
    return wrong


def _outcome(root: Path, case: Case, stacks: tuple[str, ...], outcomes: Counter[str]) -> list[str]:
    (root / case.file).write_bytes(case.content)
    try:
        report = validate(root, stacks, today=TODAY)
    except Exception:  # noqa: BLE001 - any exception at all is what is looked for
        outcomes["exceptions"] += 1
        return [traceback.format_exc()]
    sound = len(report.manifests)
    outcomes["manifests" if sound == len(stacks) else "located problems" if sound == 0 else "of each one stack"] += 1
    return list(faults_of(report, stacks))


def _example(root: Path) -> Path:
    for name in ("apps", "jobs"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "requirements*"))
    for path in ROOT.glob("*.yaml"):
        shutil.copy(path, root / path.name)
    return root


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*numbers, *(100_000, 1, 0)[len(numbers) :]) > 0)
