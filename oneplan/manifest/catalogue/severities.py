"""Which checks stop, and which only tell; apart from the pages, because every problem asks."""

from oneplan.errors import Severity

WARNINGS = frozenset(
    f"WJ{number:03}"
    for number in (8, 9, 35, 38, 40, 41, 42, 49, 51, 58, 60, 63, 64, 66, 68, 74, 78, 79, 82, 84, 91, 106, 112, 113, 115)
)


def severity(code: str) -> Severity:
    """Returns whether a check stops or only tells."""
    return "warning" if code in WARNINGS else "error"
