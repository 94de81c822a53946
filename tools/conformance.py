"""Writes docs/conformance.md: each fact about WebJobs, its source, the test that proves it, and how that went.

`python tools/conformance.py` runs the tests and writes the page; a test compares it with what the tests say of
themselves: a test names its sources at the start of its docstring, as in `7.4, X1.2: any output resets`.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "conformance.md"
FOLDERS = (
    "tests/conformance/served",
    "tests/conformance/webjobs",
    "tests/conformance/ncrontab",
    "tests/unit/emulator/webjobs",
)
REFERENCE = r"(?:[FUX]\d+(?:\.\d+)?|\d{1,2}(?:\.\d)?)"
LEADING = re.compile(rf"({REFERENCE}(?: \([a-z]\))?(?:, (?:gotcha|{REFERENCE})| (?:and|to) {REFERENCE})*)[:.](?:\s|$)")

REQUIRED = (
    *(f"F{number:02}" for number in range(1, 17)),
    *(f"U1.{number}" for number in range(1, 11)),
    *(f"U2.{number}" for number in range(1, 6)),
    *("U3", "U4"),
    *(f"U5.{number}" for number in range(1, 18)),
    *("U6.1", "U6.2", "U6.3"),
    *(f"X1.{number}" for number in range(1, 6)),
    *("X2", "X3.1", "X3.2", "X4", "X5", "X6"),
    *("1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2.1", "2.2", "2.3", "3", "4", "5"),
    *("6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6"),
    *("8.1", "8.2", "8.3", "9.1", "9.2", "9.3", "9.4", "9.5"),
)
"""F, U and X: Kudu's own tests (functional, unit, plumbing); numbers: sections on Kudu's source."""

LEFT_OUT: Mapping[str, str] = {
    "U2.5": "the type of job in Kudu's telemetry: nothing is sent anywhere",
    "X4": "Kudu's retry helper: files are written in one step here, so that there is nothing to try again",
    "X6": "marking processes for Kudu's process explorer: Windows application pools, and no explorer here",
}
"""Facts that are knowingly not copied, and why."""


@dataclass(frozen=True)
class Fact:
    """One test that proves something."""

    sources: tuple[str, ...]
    text: str
    file: str
    test: str


def facts() -> Iterator[Fact]:
    """Every test that names a source."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).glob("test_*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                    found = _fact(path.relative_to(ROOT).as_posix(), node)
                    if found is not None:
                        yield found


def _fact(file: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Fact | None:
    summary = (ast.get_docstring(node) or "").split("\n\n", 1)[0]
    leading = LEADING.match(summary)
    if leading is None:
        return None
    sentence = node.name.removeprefix("test_").replace("_", " ")
    rest = " ".join(summary[leading.end() :].split()).rstrip(".")
    return Fact(tuple(_sources(leading[1])), f"{sentence}: {rest}" if rest else sentence, file, node.name)


def _sources(text: str) -> Iterator[str]:
    """The sources in the text; `U1.1 to U1.9` is all between."""
    for part in re.split(r", | and ", re.sub(r" \([a-z]\)", "", text)):
        first, _, last = part.partition(" to ")
        if last:
            stem, _, low = first.rpartition(".") if "." in first else (first[0], "", first[1:])
            high = last.rpartition(".")[2] if "." in last else last[1:]
            glue = "." if "." in first else ""
            yield from (f"{stem}{glue}{number:0{len(low)}}" for number in range(int(low), int(high) + 1))
        elif part != "gotcha":
            yield first


def missing() -> list[str]:
    """Required sources that no test names and that are not left out."""
    covered = {source for fact in facts() for source in fact.sources}
    return [source for source in REQUIRED if not _is_covered(source, covered) and source not in LEFT_OUT]


def _is_covered(source: str, covered: set[str]) -> bool:
    return source in covered or ("." in source and source.partition(".")[0] in covered and source[0] in "UX")


def markdown(results: Mapping[tuple[str, str], str]) -> str:
    """The page.

    Args:
        results: by file and test.
    """
    lines = [
        "# Conformance",
        "",
        "What is known of WebJobs, and the test that shows it. F, U and X are Kudu's own tests (functional, unit, and",
        "of what these stand on); numbers are sections of what its source says: 1 folders and logs, 2 scripts,",
        "3 settings.job, 4 app settings, 5 environment, 6 continuous jobs, 7 triggered jobs, 8 schedules, 9 the REST",
        "API, 13 ours.",
        "Written by `tools/conformance.py`, which runs the tests.",
        "",
        "| fact | source | test | result |",
        "| --- | --- | --- | --- |",
    ]
    for fact in facts():
        result = results.get((fact.file, fact.test), "not run")
        text = fact.text.replace("|", "\\|")
        place = f"`{fact.file.removeprefix('tests/')}::{fact.test}`"
        lines.append(f"| {text} | {', '.join(fact.sources)} | {place} | {result} |")
    lines += [f"| {reason} | {source} | | left out |" for source, reason in LEFT_OUT.items()]
    return "\n".join(lines) + "\n"


def written() -> dict[tuple[str, str], str]:
    """The results in the page as it is."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    rows = re.findall(r"\| `([^`]+)::([^`]+)` \| (.+) \|$", text, re.MULTILINE)
    return {(f"tests/{file}", test): result for file, test, result in rows}


def run() -> dict[tuple[str, str], str]:
    """Run the tests; what each came to."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        subprocess.run(
            [sys.executable, "-m", "pytest", *FOLDERS, f"--junitxml={report}", "-o", "junit_family=xunit1"],
            cwd=ROOT,
            check=False,
        )
        document = ElementTree.parse(report)  # noqa: S314 - our own file
        cases = document.getroot().iter("testcase")
        results: dict[tuple[str, str], str] = {}
        for case in cases:
            key = (case.get("file", ""), case.get("name", "").partition("[")[0])
            results[key] = _worse(results.get(key), case)
    return results


def _worse(known: str | None, case: ElementTree.Element) -> str:
    if known == "fails" or case.find("failure") is not None or case.find("error") is not None:
        return "fails"
    skipped = case.find("skipped")
    if skipped is not None:
        return f"passes; {skipped.get('message', 'skipped')}"
    return known or "passes"


if __name__ == "__main__":
    if absent := missing():
        sys.exit(f"no test names {', '.join(absent)}; write one, or say in LEFT_OUT why there is none")
    PAGE.write_text(markdown(run()), encoding="utf-8")
