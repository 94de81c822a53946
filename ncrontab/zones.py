"""Names of time zones: IANA's, which Linux App Service wants, and Windows', which Windows App Service wants.

A wrong name in `WEBSITE_TIME_ZONE` is read as UTC without a word (https://github.com/projectkudu/kudu/issues/1988), so
each function here says what is wrong with a name and which one is nearest.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ncrontab._windows_zones import ROWS

_UNMAPPABLE = {
    "Kamchatka Standard Time": "Windows keeps it for old data only; use Russia Time Zone 11 (Asia/Kamchatka)",
    "Mid-Atlantic Standard Time": "no place has used it since 2002; use UTC-02 (Etc/GMT+2)",
}
_LINKS = {  # from tzdata's `backward`, what CLDR's table leaves out
    "CST6CDT": "America/Chicago",
    "EST5EDT": "America/New_York",
    "Europe/Uzhgorod": "Europe/Kiev",
    "Europe/Zaporozhye": "Europe/Kiev",
    "GMT": "Etc/GMT",
    "MST7MDT": "America/Denver",
    "PST8PDT": "America/Los_Angeles",
    "US/East-Indiana": "America/Indianapolis",
}
_NOT_NAMES = ("localtime", "posix/", "posixrules", "right/", "Factory")  # files beside the zones, none of them a zone
_LONGEST = 60


class ZoneError(ValueError):
    """Raised for a name that is not a zone's, or that has no counterpart; the text says what would be right."""


def zone(name: str) -> ZoneInfo:
    """Returns the zone of an IANA name.

    Raises:
        ZoneError: it is not one; the text names the nearest.
    """
    try:
        if not name.startswith(_NOT_NAMES):
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise ZoneError(f"{_quoted(name)} is not an IANA time zone; {_advice(name, wants_iana=True)}")


def is_iana(name: str) -> bool:
    """Whether a name is an IANA zone's, in its exact spelling."""
    try:
        zone(name)
    except ZoneError:
        return False
    return True


def is_windows(name: str) -> bool:
    """Whether a name is a Windows zone's, in any case, as Windows looks it up."""
    return name.lower() in _by_lower(_windows_to_iana())


def to_iana(windows: str) -> str:
    """Returns the IANA name of a Windows zone, given in any case.

    Raises:
        ZoneError: there is no such Windows zone, or it has no counterpart.
    """
    if found := _by_lower(_windows_to_iana()).get(windows.lower()):
        return _windows_to_iana()[found][0]
    if dead := _by_lower(_UNMAPPABLE).get(windows.lower()):
        raise ZoneError(f"{_quoted(windows)} has no IANA zone; {_UNMAPPABLE[dead]}")
    raise ZoneError(f"{_quoted(windows)} is not a Windows time zone; {_advice(windows, wants_iana=False)}")


def to_windows(iana: str) -> str:
    """Returns the Windows name of an IANA zone.

    Raises:
        ZoneError: there is no such IANA zone, or Windows has none like it.
    """
    if found := _iana_to_windows().get(_LINKS.get(iana, iana)):
        return found
    zone(iana)
    raise ZoneError(f"{_quoted(iana)} has no Windows zone; choose another city with the same clock")


def windows_names() -> tuple[str, ...]:
    """Returns every Windows name that has an IANA zone, sorted."""
    return tuple(sorted(_windows_to_iana()))


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Returns the name that was probably meant: the same without case, the same city, or a likeness; None for none."""
    known = _by_lower(names)
    if same := known.get(name.lower()):
        return same
    by_city = {lower.rpartition("/")[2]: found for lower, found in known.items()}
    if same := by_city.get(name.lower().strip().replace(" ", "_").rpartition("/")[2]):
        return same
    close = get_close_matches(name.lower()[:_LONGEST], known, n=1, cutoff=0.7)
    return known[close[0]] if close else None


def _advice(name: str, *, wants_iana: bool) -> str:
    """What would be right: the counterpart when the name is of the other kind, else the nearest."""
    windows, iana = _windows_to_iana(), (*_iana_to_windows(), *_LINKS)
    if wants_iana and is_windows(name):
        return f'that is a Windows name; write "{to_iana(name)}"'
    if wants_iana and (dead := _by_lower(_UNMAPPABLE).get(name.lower())):
        return f"that is a Windows name without one: {_UNMAPPABLE[dead]}"
    if not wants_iana and name in iana:
        return f'that is an IANA name; write "{to_windows(name)}"'
    if wants_iana and name.lower().endswith(" time") and (near := nearest(name, windows)):
        return f'did you mean "{windows[near][0]}" ({near})?'
    if near := nearest(name, iana if wants_iana else windows):
        return f'did you mean "{near}"?'
    return f"write one such as {'Europe/Zurich' if wants_iana else 'W. Europe Standard Time'}"


def _quoted(name: str) -> str:
    """A name in quotes, short and without control characters."""
    shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
    return f'"{"".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in shown)}"'


def _by_lower(names: Iterable[str]) -> Mapping[str, str]:
    return {name.lower(): name for name in names}


@lru_cache(maxsize=1)
def _windows_to_iana() -> Mapping[str, tuple[str, ...]]:
    rows = (row.split(" = ") for row in ROWS.replace("\n  ", " ").splitlines())
    return {windows: tuple(names.split()) for windows, names in rows}


@lru_cache(maxsize=1)
def _iana_to_windows() -> Mapping[str, str]:
    return {name: windows for windows, names in _windows_to_iana().items() for name in names}
