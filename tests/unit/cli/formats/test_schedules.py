"""What a trigger says, from effective values alone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from oneplan.cli.formats.schedules import Timing, timing, upcoming_line, words_of
from oneplan.cli.styled import paint
from oneplan.manifest import Effective

NOW = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)


def value(*path: str, value: object) -> Effective:
    return Effective(path, value, str(value), "job.yaml", 1, "file")


ZONE = value("time_zone", value="Europe/Zurich")


@pytest.mark.parametrize(
    ("effective", "words"),
    [
        (value("trigger", "every", value="15m"), "every 15 minutes"),
        (value("trigger", "cron", value="0 6 * * 1-5"), "at 06:00 from Monday to Friday"),
        (value("trigger", "every", value="7m"), ""),
        (value("trigger", "cron", value="0 6 * *"), ""),
        (value("trigger", "cron", value=6), ""),
        (value("every", value="15m"), ""),
        (value("timeout", value="15m"), ""),
    ],
)
def test_only_schedules_that_can_be_understood_have_words(effective: Effective, words: str):
    assert words_of(effective) == words


def test_next_runs_are_in_the_projects_zone_or_the_triggers_own():
    cron = value("trigger", "cron", value="0 6 * * *")
    own = value("trigger", "time_zone", value="Asia/Tokyo")

    here, there = timing([cron], [ZONE], NOW), timing([cron, own], [ZONE], NOW)

    assert here is not None
    assert here.runs[0] == datetime(2026, 11, 25, 6, tzinfo=ZoneInfo("Europe/Zurich"))
    assert there is not None
    assert there.runs[0] == datetime(2026, 11, 25, 6, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    "values",
    [
        [value("trigger", "manual", value=True)],
        [value("trigger", "every", value="7m")],
        [value("trigger", "every", value="15m"), value("enabled", value=False)],
        [value("trigger", "every", value="15m"), value("trigger", "time_zone", value="Europe/Nowhere")],
        [value("trigger", "every", value="15m"), value("trigger", "time_zone", value="../../etc/passwd")],
        [value("trigger", "every", value="15m"), value("trigger", "time_zone", value="Europe")],
    ],
)
def test_without_a_schedule_that_runs_there_is_no_timing(values: list[Effective]):
    assert timing(values, [ZONE], NOW) is None


def test_next_runs_are_one_line():
    runs = tuple(datetime(2026, 11, 24, 20, minute, tzinfo=ZoneInfo("Europe/Zurich")) for minute in (15, 30))

    told = [upcoming_line(Timing("Europe/Zurich", runs, NOW)), upcoming_line(Timing("Europe/Zurich", (), NOW))]

    assert paint(told, colour=False).splitlines() == [
        "next runs: 20:15:00, 20:30:00 (Europe/Zurich)",
        "next runs: never (Europe/Zurich)",
    ]
