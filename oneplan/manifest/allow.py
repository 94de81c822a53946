"""Comments that switch a check off: `# oneplan: allow WJ041 because the nightly jobs are short`.

One beside a value holds for its line, one on a line of its own for the next line that is no such comment.
"""

import re
from collections.abc import Iterator

import yaml

from oneplan.manifest.catalogue import WARNINGS
from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import Mark

ERRORS = frozenset({"WJ054", "WJ056", "WJ059", "WJ061", "WJ069", "WJ080", "WJ081", "WJ104"})
"""Errors that may be switched off, beside all warnings: what they find is likely wrong, and can be meant."""

_LIKELY = "oneplan: allow"
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[ \t]*oneplan: allow\b(.*)$", re.MULTILINE)
_SAID = re.compile(r"[ \t]+(WJ\d+)[ \t]+because[ \t]+\S")
_CODE = re.compile(r"[ \t]+(WJ\d+)")
_FORM = "write # oneplan: allow WJ041 because <reason>"


def read(text: str, file: str, problems: Problems) -> None:
    """Switches off what a file's comments say, and adds what is wrong with them.

    Args:
        text: A file's content that could be read as YAML.
        file: Its path, for marks.
        problems: Where faults are added and checks are switched off.
    """
    if _LIKELY not in text:
        return
    inside = list(_texts(text))
    lines = re.split("\r\n|\n|\r", text)
    for match in _COMMENT.finditer(text):
        if any(start <= match.start() < end for start, end in inside):
            continue
        above = re.split("\r\n|\n|\r", text[: match.start()])
        mark = Mark(file, len(above), len(above[-1]) + 1)
        code = _code(match.group(1), mark, problems)
        if code:
            problems.allow(mark, _line_of(lines, mark), code)


def _texts(text: str) -> Iterator[tuple[int, int]]:
    """Where values stand: a number sign in a quoted or folded text begins no comment."""
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.ScalarEvent) and event.start_mark and event.end_mark:
            yield event.start_mark.index, event.end_mark.index


def _code(said: str, mark: Mark, problems: Problems) -> str | None:
    named = _CODE.match(said)
    if named is None:
        problems.add(mark, "WJ090", f"this comment names no check to switch off; {_FORM}")
        return None
    code = named.group(1)
    if code not in WARNINGS | ERRORS:
        problems.add(mark, "WJ092", f"{code} cannot be switched off: {_why_not(code)}")
    elif _SAID.match(said) is None:
        problems.add(mark, "WJ090", f"switching {code} off needs a reason; {_FORM.replace('WJ041', code)}")
    else:
        return code
    return None


def _why_not(code: str) -> str:
    from oneplan.manifest.catalogue import CHECKS  # its pages are read from files, and seldom asked for

    return "it is an error, mend it" if code in CHECKS else "there is no such check, see docs/checks.md"


def _line_of(lines: list[str], mark: Mark) -> int:
    """The line a comment holds for: its own, or the next one when nothing stands before it."""
    if lines[mark.line - 1][: mark.column - 1].strip():
        return mark.line
    below = (number for number in range(mark.line, len(lines)) if not _COMMENT.match(lines[number].strip()))
    return next(below, mark.line) + 1
