"""The page of each check is executed: its example has the fault, in these words, and its mended example has not."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from oneplan.manifest import validate
from oneplan.manifest.catalogue import CHECKS, WARNINGS, Check
from oneplan.manifest.catalogue.document import markdown

TODAY = date(2026, 11, 24)
SCHEMA_LINE = "# yaml-language-server: $schema=schema.json\n"
MESSAGES: dict[str, str] = yaml.safe_load((Path(__file__).parent / "messages.yaml").read_text())

PROJECT = """\
version: 1
name: shop
location: westeurope
time_zone: Europe/Zurich
plan: {sku: B1}
apps: {worker: {kind: worker, runtime: "python:3.13"}}
notify: {ops: {email: ops@example.com}}
"""
JOB = "trigger: {manual: true}\ncommand: echo done\n"

_FILE = re.compile(r"^# (\S*[./]\S*)(?: \((.+)\))?$", re.MULTILINE)
_KEY = re.compile(r"^(?=[A-Za-z_\"])", re.MULTILINE)


def files_of(text: str) -> dict[str, tuple[str, str]]:
    """The files of an example: their content, and the remark in parentheses behind their name."""
    found = list(_FILE.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)]
    return {one[1]: (text[one.end() + 1 : end], one[2] or "") for one, end in zip(found, ends, strict=True)}


def over(base: str, written: str) -> str:
    """What is written, with those keys of a base that it does not mention."""
    mentioned = {block.partition(":")[0] for block in _KEY.split(written)}
    if "script" in mentioned:
        mentioned.add("command")
    return "".join(block for block in _KEY.split(base) if block.partition(":")[0] not in mentioned) + written


def build(root: Path, text: str) -> str:
    """Writes a small project with an example in it; returns the stack to look at."""
    files = {"oneplan.yaml": ("", ""), "jobs/report/job.yaml": ("", ""), **files_of(text)}
    schema = "" if "$schema" in text or files_of(text).get("jobs/report/job.yaml", ("", ""))[0] == JOB else SCHEMA_LINE
    for name, (content, remark) in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        base = {"oneplan.yaml": PROJECT, "job.yaml": JOB}.get(path.name)
        if remark.endswith(" MB"):
            with path.open("wb") as stream:
                stream.truncate(int(remark.removesuffix(" MB")) * 1024 * 1024)
        elif remark != "missing":
            path.write_text(content if base is None or remark == "empty" else over(base, content) + schema)
    return next((name.split(".")[1] for name in files if name.startswith("Pulumi.")), "prod")


@pytest.mark.parametrize("check", CHECKS.values(), ids=list(CHECKS))
def test_the_example_has_the_fault_and_tells_it_in_these_words(check: Check, tmp_path: Path):
    stack = build(tmp_path, check.example)

    found = [one for one in validate(tmp_path, [stack], today=TODAY).problems if one.code == check.code]

    told = str(found[0]).replace(str(tmp_path.resolve()), "(project)") if found else ""
    assert told == MESSAGES[check.code]
    assert found[0].severity == check.severity


@pytest.mark.parametrize("check", CHECKS.values(), ids=list(CHECKS))
def test_the_mended_example_has_no_fault_at_all(check: Check, tmp_path: Path):
    stack = build(tmp_path, check.mended)

    assert validate(tmp_path, [stack], today=TODAY).problems == ()


def test_every_code_that_is_used_has_a_page():
    source = Path(__file__).parents[3] / "oneplan/manifest"
    used = {code for path in source.rglob("*.py") for code in re.findall(r'"(WJ\d{3})"', path.read_text())}

    assert used == set(CHECKS)
    assert set(CHECKS) >= WARNINGS


def test_a_page_has_a_cause_and_what_to_do():
    assert [check.code for check in CHECKS.values() if not (check.cause and check.fix)] == []
    assert [check.code for check in CHECKS.values() if check.title.endswith(".") or len(check.title) > 70] == []


def test_the_reference_has_84_checks_and_none_is_missing():
    assert [f"WJ{number:03}" for number in range(1, 85) if f"WJ{number:03}" not in CHECKS] == []


def test_the_document_is_the_one_the_pages_give():
    document = Path(__file__).parents[3] / "docs/checks.md"

    assert document.read_text() == markdown(), "run make fmt"
