"""At most so many messages in so much time."""

from __future__ import annotations

import re

from jobhost.durations import UNITS
from jobhost.errors import StartError

_TEXT = re.compile(r"(\d{1,7})/(\d{0,5})(s|m|h|d)", re.ASCII)


class Rate:
    """A bucket of tokens that fills steadily: `100/m` lets a hundred through at once, then one every 0.6 s."""

    def __init__(self, text: str, where: str = "rate") -> None:
        """Raises StartError when the text is not a rate."""
        found = _TEXT.fullmatch(text.replace(" ", ""))
        if found is None or int(found[1]) == 0 or found[2] == "0":
            raise StartError(f"{where}: {text!r} is not a rate; expected a count and a time, for example '100/m'")
        self.text = text
        self._most = float(found[1])
        self._per_second = self._most / (int(found[2] or "1") * UNITS[found[3]])
        self._tokens = self._most
        self._at: float | None = None

    def available(self, now: float) -> int:
        """How many may start at the monotonic time `now`."""
        if self._at is not None:
            self._tokens = min(self._most, self._tokens + max(0.0, now - self._at) * self._per_second)
        self._at = now
        return int(self._tokens + 1e-9)

    def take(self, count: int) -> None:
        """Use up `count` of what was available."""
        self._tokens -= count

    @property
    def wait(self) -> float:
        """Seconds until one more may start."""
        return max(0.0, 1 - self._tokens) / self._per_second
