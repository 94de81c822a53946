"""Spoils the files of a project, byte by byte, line by line and word by word, the same way for the same seed."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from oneplan.manifest import Report

_TOKENS = re.compile(rb"[A-Za-z0-9_.-]+|\s+|[^\sA-Za-z0-9_.-]")
_MOST_MUTATIONS = 4

HOSTILE = (
    b"", b"\0", b"\t", b"\r\n", b"\r", b"\x85", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe9",
    b"\x1b[31m", b"\x7f", b'"\\ud800"', b'"\\0"', b'"\\n"', b"\xf0\x9f\x95\xb0", b"[" * 60, b"{" * 60, b"- " * 60,
    b"? ", b": ", b"- ", b"!", b"!!binary x", b"!!python/object:os.system x", b"&a ", b"*a", b"&a [*a]", b"<<: *a",
    b"%YAML 1.1\n", b"---\n", b"...\n", b"#", b" #", b"|\n", b">-\n", b"|9\n", b"'", b'"', b"`", b"@", b"${",
    b"${}", b"$${", b"${apps.api.url}", b"${stack}", b"null", b"~", b"true", b"{}", b"[]", b"[{}]", b"{a: }",
    b".inf", b"-.inf", b".nan", b"0x" + b"f" * 15, b"0x" + b"f" * 40, b"9" * 5000, b"1e999", b"-1", b"0", b"1.5",
    b"16:00", b"2026-02-30", b"on: true\n", b"a" * 5000, b"every", b"cron", b"queue", b"always", b"manual",
    b"time_zone: Mars/Base\n", b"timeout: 10d\n", b"retries: -3\n", b"jobs: ['**']\n", b"../..", b"/etc",
    b"slots: {a: {jobs: running}}\n", b"name: stock-sync\n", b"name: null\n", b"defaults: {app: {env: {A: b}}}\n",
    b"azure: {a: {b: [1]}}\n", b"notify: [x]\n", b"budget: {monthly: 1}\n", b"# oneplan: allow WJ041\n",
    b"  # oneplan: allow WJ082 because x\n", b"secrets: {A: 'vault:b', C: 'stack:d'}\n", b"vault:", b"stack:x",
    b"oneplan:target: local\n", b"oneplan:overrides: []\n", b"plan: {sku: F1}\n", b"P0v4", b"windows",
    b"image:alpine", b"java:8",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One file of a project, spoilt."""

    file: str
    content: bytes


def cases(seed: int, count: int, files: dict[str, bytes]) -> Iterator[Case]:
    """Returns `count` spoilt files, each of them with one to four mutations."""
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        file = chance.choice(list(files))
        content = files[file]
        for _ in range(chance.randint(1, _MOST_MUTATIONS)):
            content = chance.choice(_MUTATIONS)(chance, content, files)
        yield Case(file, content)


def faults_of(report: Report, stacks: tuple[str, ...]) -> Iterator[str]:
    """Returns what no outcome may have: a stack that is neither sound nor told about, a problem without a place."""
    for stack in stacks:
        has_error = any(one.severity == "error" and stack in (one.stacks or stacks) for one in report.problems)
        if has_error == (stack in report.manifests):
            yield f"stack {stack}: {'an error and a manifest' if has_error else 'neither an error nor a manifest'}"
    for one in report.problems:
        if one.line < 1 or one.column < 1 or not one.file or not re.fullmatch(r"WJ\d{3}", one.code):
            yield f"no place or no code: {one!r}"
        if not one.message or not one.message.isprintable():
            yield f"no message for a terminal: {one!r}"
    if list(report.problems) != sorted(set(report.problems)):
        yield "the problems are not sorted, or one is there twice"


def read(root: Path) -> dict[str, bytes]:
    """Returns the YAML files of a project by their path."""
    found = [*root.glob("*.yaml"), *root.glob("jobs/*/job.yaml")]
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(found) if path.name != "Pulumi.yaml"
    }


def _bytes(chance: random.Random, content: bytes, _: dict[str, bytes]) -> bytes:
    start = chance.randint(0, len(content))
    end = min(len(content), start + chance.choice((0, 1, 1, 2, 8)))
    put = chance.choice((b"", bytes([chance.randrange(256)]), chance.randbytes(3)))
    return content[:start] + put + content[end:]


def _lines(chance: random.Random, content: bytes, files: dict[str, bytes]) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    at = chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, chance.choice(lines))
        case 2:
            lines.insert(at, chance.choice(chance.choice(list(files.values())).splitlines(keepends=True) or [b""]))
        case 3:
            lines[at] = chance.choice((b" ", b"  ", b"\t")) + lines[at]
        case 4:
            lines[at] = lines[at].lstrip()
        case _:
            del lines[at:]
    return b"".join(lines)


def _tokens(chance: random.Random, content: bytes, files: dict[str, bytes]) -> bytes:
    tokens = _TOKENS.findall(content) or [b""]
    at = chance.randrange(len(tokens))
    match chance.randrange(4):
        case 0:
            tokens[at] = chance.choice(tokens)
        case 1:
            tokens[at] = chance.choice(_TOKENS.findall(chance.choice(list(files.values()))) or [b""])
        case 2:
            tokens[at] = chance.choice(HOSTILE)
        case _:
            tokens.insert(at, chance.choice(HOSTILE))
    return b"".join(tokens)


_MUTATIONS = (_bytes, _lines, _tokens, _tokens)
