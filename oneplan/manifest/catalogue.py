"""Every check by its code: what it finds, whether it stops, and the page `oneplan explain CODE` shows."""

from oneplan.errors import Severity

_WARNINGS = frozenset(
    f"WJ{number:03}" for number in (8, 9, 35, 38, 40, 41, 42, 49, 51, 58, 60, 63, 64, 66, 68, 74, 78, 79, 82, 84)
)


def severity(code: str) -> Severity:
    """Returns whether a check stops or only tells."""
    return "warning" if code in _WARNINGS else "error"
