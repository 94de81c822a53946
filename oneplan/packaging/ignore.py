"""Which files stay out of a package: built-in patterns, and `.oneplanignore`, read as git reads `.gitignore`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """Patterns in order, each with whether it leaves out (True) or takes back in (False); the last match decides."""

    rules: tuple[tuple[re.Pattern[str], bool], ...]

    def excludes(self, path: str) -> bool:
        """True if `path` (relative, slashes, a directory ends in one) stays out of the package."""
        for pattern, leaves_out in reversed(self.rules):
            if pattern.fullmatch(path):
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
    grouped: list[tuple[list[tuple[str, bool]], bool]] = []
    for line in lines:
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        leaves_out = not text.startswith("!")
        expression = _expression(text.removeprefix("!").removeprefix("\\"))
        if grouped and grouped[-1][1] == leaves_out:
            grouped[-1][0].append(expression)
        else:
            grouped.append(([expression], leaves_out))
    return IgnoreRules(tuple((re.compile(_any_of(parts), re.DOTALL), kind) for parts, kind in grouped))


def _any_of(parts: list[tuple[str, bool]]) -> str:
    """Returns one expression for several; those that match at any depth share the way there, which is what costs."""
    anywhere = "|".join(text for text, anchored in parts if not anchored)
    rooted = [text for text, anchored in parts if anchored]
    return "|".join([f"(?:.*/)?(?:{anywhere})", *rooted] if anywhere else rooted)


def _expression(pattern: str) -> tuple[str, bool]:
    """Returns the regular expression of one pattern, and whether a slash before its end ties it to the root."""
    directory_only = pattern.endswith("/")
    body = pattern.rstrip("/")
    anchored = "/" in body
    pieces = [_segment(segment) for segment in body.lstrip("/").split("/")]
    text = "/".join(pieces).replace("\0/", "(?:.*/)?").replace("/\0", "/.*").replace("\0", ".*")
    return f"(?:{text}{'/' if directory_only else '/?'})", anchored


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
