"""The page of each check: cause, an example that has the fault, and the same example mended.

The pages are Markdown, a file a family, in `texts/`; nothing is read before the first page is asked for. Each is
executed by a test: its example must show the fault, its mended example must not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from oneplan.errors import Severity
from oneplan.manifest.catalogue.severities import severity

FAMILIES = {
    "reading": "Reading the files",
    "shape": "Shape",
    "names": "Names and references",
    "schedules": "Schedules",
    "running": "Running",
    "source": "Source",
    "platform": "Plan and platform",
    "network": "Network and locks",
    "queues": "Queues",
    "settings": "Settings and secrets",
    "stacks": "Stacks",
    "alerts": "Alerts and money",
}
"""File of a family in `texts/` and its heading, in the order of the reference."""

_PAGE = re.compile(
    r"^## (?P<code>WJ\d{3}) (?P<title>[^\n]+)\n\n(?P<cause>.+?)\n\n```yaml\n(?P<example>.*?)```\n\n"
    r"(?P<fix>.+?)\n\n```yaml\n(?P<mended>.*?)```\n",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Check:
    """One check as `oneplan explain CODE` shows it."""

    code: str
    severity: Severity
    title: str
    """A few words, without a stop at the end."""
    cause: str
    """What App Service or Azure does, and why it matters; Markdown."""
    example: str
    """Files that have the fault; a comment such as `# jobs/report/job.yaml` opens each."""
    fix: str
    """What to do; Markdown."""
    mended: str
    """The same files without the fault."""
    family: str
    """Heading under which the page stands."""


@cache
def _pages() -> Mapping[str, Check]:
    from importlib.resources import files  # slow to import, and seldom a page is asked for

    found: dict[str, Check] = {}
    for file, heading in FAMILIES.items():
        text = (files("oneplan.manifest.catalogue") / "texts" / f"{file}.md").read_text(encoding="utf-8")
        for page in _PAGE.finditer(text):
            code = page["code"]
            found[code] = Check(severity=severity(code), family=heading, **page.groupdict())
    return found


class _Checks(Mapping[str, Check]):
    """The pages, read when they are needed."""

    def __getitem__(self, code: str) -> Check:
        return _pages()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(_pages())

    def __len__(self) -> int:
        return len(_pages())


CHECKS: Mapping[str, Check] = _Checks()
"""All checks by code, in the order of their families."""
