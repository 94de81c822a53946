"""Times as Azure writes them: ISO 8601 with up to seven digits behind the second."""

from __future__ import annotations

import re
from datetime import datetime

_FINE = re.compile(r"(\.\d{1,6})\d*")


def time_of(text: object) -> datetime | None:
    """Returns a time such as `2026-11-30T02:00:00.1234567Z`; None for anything else, one without its zone too."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(_FINE.sub(r"\1", text, count=1))
    except ValueError:
        return None
    return found if found.tzinfo else None
