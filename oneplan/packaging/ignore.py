"""Which files stay out of a package: built-in patterns, and `.oneplanignore`, read as git reads `.gitignore`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

IGNORE_FILE = ".oneplanignore"

DEFAULT_PATTERNS = (
    ".git",
    ".hg",
    # Kudu's sync skips these names wherever they are, so they would vanish on the way (deploy.batch.basic.template).
    "deploy.cmd",
    ".deploy.sh",
    ".oneplan/",
    IGNORE_FILE,
    "__pycache__/",
    "*.pyc",
    ".venv/",
    "venv/",
    ".mypy_cache/",
    ".ruff_cache/",
    ".pytest_cache/",
    "**/node_modules/.cache/",
    "requirements.in",
    ".npmrc",  # it may hold a registry's token
    ".DS_Store",
)

JOB_PATTERNS = ("/job.yaml",)


class Rule(NamedTuple):
    """Neighbouring patterns of the same kind as expressions, for speed; None where there is none."""

    leaves_out: bool
    """False if they take back in."""
    folders: re.Pattern[str] | None
    """Meets the whole path of a folder, with a slash at its end."""
    files: re.Pattern[str] | None
    """Meets the whole path of a file."""
    names: re.Pattern[str] | None
    """Meets the name of a file wherever it is; the most common patterns by far."""


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """Rules, the last first: the last that matches decides."""

    rules: tuple[Rule, ...]

    def excludes(self, path: str) -> bool:
        """True if `path` (relative, slashes, a directory ends in one) stays out of the package."""
        if not path.endswith("/"):
            return self.excludes_file(path, path.rpartition("/")[2])
        for rule in self.rules:
            if rule.folders and rule.folders.fullmatch(path):
                return rule.leaves_out
        return False

    def excludes_file(self, path: str, name: str) -> bool:
        """True if the file at `path`, whose last part is `name`, stays out of the package."""
        for leaves_out, _, files, names in self.rules:
            if (names and names.fullmatch(name)) or (files and files.fullmatch(path)):
                return leaves_out
        return False


def rules_for(folder: Path, extra: Iterable[str] = ()) -> IgnoreRules:
    """Returns the built-in patterns, `extra`, and those of the folder's `.oneplanignore`, which win."""
    try:
        own = (folder / IGNORE_FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        own = []
    return parse([*DEFAULT_PATTERNS, *extra, *own])


def parse(lines: Iterable[str]) -> IgnoreRules:
    """Returns the rules written in `lines`; neighbours of the same kind share one expression, for speed."""
    return _parsed(tuple(lines))


@lru_cache(maxsize=256)
def _parsed(lines: tuple[str, ...]) -> IgnoreRules:
    """The folders of a thousand jobs mostly have the same rules."""
    grouped: list[tuple[list[_Pattern], bool]] = []
    for line in lines:
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        leaves_out = not text.startswith("!")
        pattern = _pattern(text.removeprefix("!").removeprefix("\\"))
        if grouped and grouped[-1][1] == leaves_out:
            grouped[-1][0].append(pattern)
        else:
            grouped.append(([pattern], leaves_out))
    return IgnoreRules(tuple(_rule(patterns, leaves_out) for patterns, leaves_out in reversed(grouped)))


class _Pattern(NamedTuple):
    """One line of an ignore file."""

    expression: str
    """Of a path below the root, or of a name, without a slash at the end."""
    is_rooted: bool
    """Whether a slash before its end ties it to the root."""
    only_folders: bool


def _rule(patterns: Sequence[_Pattern], leaves_out: bool) -> Rule:
    names = [pattern.expression for pattern in patterns if not pattern.is_rooted]
    rooted = [pattern.expression for pattern in patterns if pattern.is_rooted]
    for_files = [pattern for pattern in patterns if not pattern.only_folders]
    folders = [*rooted, *([f"(?:.*/)?(?:{'|'.join(names)})"] if names else [])]
    return Rule(
        leaves_out,
        folders=_any_of([f"(?:{'|'.join(folders)})/"]),
        files=_any_of([pattern.expression for pattern in for_files if pattern.is_rooted]),
        names=_any_of([pattern.expression for pattern in for_files if not pattern.is_rooted]),
    )


def _any_of(expressions: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(expressions), re.DOTALL) if expressions else None


def _pattern(pattern: str) -> _Pattern:
    body = pattern.rstrip("/")
    pieces = [_segment(segment) for segment in body.lstrip("/").split("/")]
    text = "/".join(pieces).replace("\0/", "(?:.*/)?").replace("/\0", "/.*").replace("\0", ".*")
    return _Pattern(f"(?:{text})", is_rooted="/" in body, only_folders=pattern.endswith("/"))


def _segment(segment: str) -> str:
    """Returns one path segment's expression; `**` is marked with a NUL for the caller to place."""
    if segment == "**":
        return "\0"
    out: list[str] = []
    position = 0
    while position < len(segment):
        character = segment[position]
        position += 1
        end = segment.find("]", position + 1) if character == "[" else -1
        if character == "*":
            out.append("[^/]*")
        elif character == "?":
            out.append("[^/]")
        elif end > 0:
            members = segment[position:end].replace("\\", "\\\\")
            out.append(f"[{'^' + members[1:] if members[0] in '!^' else members}]")
            position = end + 1
        else:
            out.append(re.escape(character))
    return "".join(out)
