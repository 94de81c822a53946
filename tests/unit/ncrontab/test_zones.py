"""Names of time zones, both ways, and what a wrong one is told."""

from zoneinfo import ZoneInfo, available_timezones

import pytest
from tzlocal.windows_tz import tz_win, win_tz

from ncrontab import zones
from ncrontab.zones import ZoneError, is_iana, is_windows, to_iana, to_windows, windows_names, zone


def test_the_table_is_tzlocals():
    assert {name: to_iana(name) for name in windows_names()} == win_tz
    assert {name: to_windows(name) for name in tz_win if name} == {name: tz_win[name] for name in tz_win if name}


def test_every_counterpart_is_a_zone_here():
    assert [name for name in windows_names() if not is_iana(to_iana(name))] == []


def test_each_windows_zone_comes_back_from_its_iana_zone():
    assert [name for name in windows_names() if to_windows(to_iana(name)) != name] == []


def test_only_one_place_has_no_windows_zone():
    without = set()
    for name in available_timezones() - {"Factory", "localtime"}:
        try:
            to_windows(name)
        except ZoneError:
            without.add(name)

    assert without <= {"Antarctica/Troll", "posixrules"}


@pytest.mark.parametrize("name", ["W. Europe Standard Time", "w. europe standard time", "W. EUROPE STANDARD TIME"])
def test_windows_names_are_known_in_any_case(name: str):
    assert (to_iana(name), is_windows(name)) == ("Europe/Berlin", True)


def test_an_iana_name_gives_its_zone():
    assert zone("Europe/Zurich") == ZoneInfo("Europe/Zurich")


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("europe/zurich", 'did you mean "Europe/Zurich"?'),
        ("Zurich", 'did you mean "Europe/Zurich"?'),
        ("Europe/Zürich", 'did you mean "Europe/Zurich"?'),
        ("New York", 'did you mean "America/New_York"?'),
        ("W. Europe Standard Time", 'that is a Windows name; write "Europe/Berlin"'),
        ("Europe Standard Time", 'did you mean "Europe/Berlin" (W. Europe Standard Time)?'),
        ("Pacific Time", 'did you mean "America/Los_Angeles" (Pacific Standard Time)?'),
        (
            "Kamchatka Standard Time",
            (
                "that is a Windows name without one: Windows keeps it for old data only; "
                "use Russia Time Zone 11 (Asia/Kamchatka)"
            ),
        ),
        ("", "write one such as Europe/Zurich"),
        ("../../etc/passwd", "write one such as Europe/Zurich"),
        ("zone.tab", "write one such as Europe/Zurich"),
        ("localtime", "write one such as Europe/Zurich"),
    ],
)
def test_a_wrong_iana_name_is_told_the_nearest(name: str, advice: str):
    with pytest.raises(ZoneError) as raised:
        zone(name)

    assert str(raised.value) == f'"{name}" is not an IANA time zone; {advice}'


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "Mid-Atlantic Standard Time",
            '"Mid-Atlantic Standard Time" has no IANA zone; no place has used it since 2002; use UTC-02 (Etc/GMT+2)',
        ),
        (
            "kamchatka standard time",
            (
                '"kamchatka standard time" has no IANA zone; Windows keeps it for old data only; '
                "use Russia Time Zone 11 (Asia/Kamchatka)"
            ),
        ),
        (
            "Europe Standard Time",
            '"Europe Standard Time" is not a Windows time zone; did you mean "W. Europe Standard Time"?',
        ),
        (
            "Europe/Zurich",
            '"Europe/Zurich" is not a Windows time zone; that is an IANA name; write "W. Europe Standard Time"',
        ),
        ("foo", '"foo" is not a Windows time zone; write one such as W. Europe Standard Time'),
    ],
)
def test_a_windows_name_without_counterpart_is_told_why(name: str, message: str):
    with pytest.raises(ZoneError) as raised:
        to_iana(name)

    assert str(raised.value) == message


def test_a_zone_that_windows_does_not_know_is_refused():
    with pytest.raises(ZoneError) as raised:
        to_windows("Antarctica/Troll")

    assert str(raised.value) == '"Antarctica/Troll" has no Windows zone; choose another city with the same clock'


@pytest.mark.parametrize("name", ["a" * 100_000, "x\0y", "🙂", "Europe", ".", "/", "a/" * 3000, "\ud800"])
def test_any_text_at_all_is_a_name_or_a_short_refusal(name: str):
    with pytest.raises(ZoneError) as raised:
        zone(name)

    assert len(str(raised.value)) < 200
    assert "\0" not in str(raised.value)
    assert "\ud800" not in str(raised.value)


def test_names_of_both_kinds_are_disjoint_but_for_utc():
    iana = {name for name in tz_win if name}

    assert set(windows_names()) & iana == {"UTC"}
    assert zones.nearest("uct", iana) == "UCT"
