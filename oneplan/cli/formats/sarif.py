"""Problems as SARIF 2.1.0 (OASIS, `sarif-schema-2.1.0.json`), which code scanning and editors read."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from oneplan.cli.formats.excerpt import masked
from oneplan.cli.formats.found import Sources
from oneplan.cli.formats.text import in_stacks
from oneplan.errors import Problem

if TYPE_CHECKING:
    from oneplan.manifest.catalogue import Check

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "oneplanProblem/v1"


def sarif(
    problems: Sequence[Problem],
    checks: Mapping[str, Check],
    sources: Sources,
    *,
    version: str,
    prefix: str = "",
    pages: str = "",
) -> str:
    """Returns a SARIF log with one run.

    Args:
        problems: What was found.
        checks: The catalogue; those that found something become rules.
        sources: The lines of files, for fingerprints that stay when lines above come and go.
        version: This product's.
        prefix: The project's folder in its repository, with a slash at its end, or nothing.
        pages: Whole address of `docs/checks.md`, which has a heading for each check; empty for none.
    """
    codes = sorted({problem.code for problem in problems})
    driver = {
        "name": "oneplan",
        "semanticVersion": version,
        "rules": [_rule(code, checks.get(code), pages) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "results": list(_results(problems, codes, sources, prefix)),
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, check: Check | None, pages: str) -> dict[str, Any]:
    if check is None:
        return {"id": code}
    rule = {
        "id": code,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.cause},
        "help": {
            "text": f"{check.cause}\n\n{check.example}\n{check.fix}\n\n{check.mended}",
            "markdown": f"{check.cause}\n\n```yaml\n{check.example}```\n\n{check.fix}\n\n```yaml\n{check.mended}```\n",
        },
        "defaultConfiguration": {"level": check.severity},
    }
    return rule | ({"helpUri": f"{pages}#{code.lower()}"} if pages else {})


def _results(
    problems: Sequence[Problem], codes: Sequence[str], sources: Sources, prefix: str
) -> Iterator[dict[str, Any]]:
    lines: dict[str, Sequence[str]] = {}
    seen: Counter[str] = Counter()
    for problem in problems:
        source = lines.setdefault(problem.file, sources(problem.file))
        same = f"{problem.code}\0{problem.file}\0{masked(source, problem.line).strip()}"
        seen[same] += 1
        print_ = hashlib.sha256(f"{same}\0{seen[same]}".encode("utf-8", "replace")).hexdigest()
        yield {
            "ruleId": problem.code,
            "ruleIndex": codes.index(problem.code),
            "level": problem.severity,
            "message": {"text": problem.message + in_stacks(problem.stacks)},
            "locations": [_location(problem, prefix)],
            "partialFingerprints": {FINGERPRINT: print_},
        }


def _location(problem: Problem, prefix: str) -> dict[str, Any]:
    artifact = {"uri": quote(prefix + problem.file), "uriBaseId": "%SRCROOT%"}
    region = {"startLine": problem.line, "startColumn": problem.column}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}
