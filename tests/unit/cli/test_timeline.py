"""`oneplan timeline`."""

import json
from datetime import UTC, date, datetime

import pytest

from oneplan.cli.exits import UsageError
from oneplan.cli.styled import length, paint
from oneplan.cli.timeline import day_from, page
from oneplan.timeline import Day, Row

TODAY = date(2026, 11, 24)
MANY = "cron 0 * * * *"


def day_of(*rows: Row, cores: int = 1) -> Day:
    return Day(TODAY, "UTC", datetime(2026, 11, 24, tzinfo=UTC), 1440, cores, rows)


def hourly(name: str) -> Row:
    return Row(name, "w", MANY, "0 0 * * * *", tuple(range(0, 1440, 60)), 90, "timeout")


def test_the_day_in_letters_with_crowds_overlaps_and_suggestions():
    day = day_of(
        hourly("sync"), Row("mail", "w", "cron 0 6 * * *", "0 0 6 * * *", (360,)), Row("thumbs", "w", "always", None)
    )

    assert paint(page(day, 80, most_lanes=40), colour=False) == (
        "Tuesday 24 November 2026, UTC, 1 core\n"
        "                00    03    06    09    12    15    18    21\n"
        "sync            ■━□ ■━□ ■━□ ■━□ ■━□ ■━□ ■━□ ■━□ ■━□ ■━□ ■━□ ■━□ \n"
        "mail                        ■                                   \n"
        "thumbs          ────────────────────────────────────────────────\n"
        "starts at once  ▄ ▄ ▄ ▄ ▄ ▄ █ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ ▄ \n"
        "                ■ starts  □ skipped if busy  ━ may still run  ─ all day  █ at most 2 a minute\n"
        "crowd 06:00: 2 jobs start at once: sync, mail\n"
        "overlap sync may take 90 min and starts every 60 min; up to 12 starts of the day\n"
        "  are skipped\n"
        "spread at most 1 instead of 2 start at once with these triggers:\n"
        '  sync  cron: "1 * * * *"  instead of cron 0 * * * *\n'
    )


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_the_chart_fits_its_width(width: int):
    day = day_of(*(hourly(f"a-job-with-a-rather-long-name-{number}") for number in range(3)))

    lanes = list(page(day, width, most_lanes=40))[1:6]

    assert all(length(line) <= width for line in lanes)


def test_of_a_thousand_jobs_those_that_crowd_are_shown():
    calm = [Row(f"calm-{number}", "w", "x", f"0 {number % 59 + 1} 3 * * *", ()) for number in range(990)]
    day = day_of(*calm, *(hourly(f"crowd-{number}") for number in range(10)))

    lines = paint(page(day, 120, most_lanes=12), colour=False).splitlines()

    assert sum(line.startswith("crowd-") for line in lines) == 10
    assert "… and 988 more jobs; --all, --svg and --json have them" in lines


def test_a_day_without_jobs_says_so():
    assert paint(page(day_of(cores=2), 80, most_lanes=9), colour=False) == (
        "Tuesday 24 November 2026, UTC, 2 cores\nno job starts by itself\n"
    )


def test_control_characters_of_a_name_stay_visible():
    assert "\x1b" not in paint(page(day_of(hourly("a\x1b[31mb")), 80, most_lanes=9), colour=False)


def test_a_day_may_be_a_word_or_a_date():
    assert [day_from(text, TODAY) for text in (None, "today", "tomorrow", "2026-03-29")] == [
        TODAY,
        TODAY,
        date(2026, 11, 25),
        date(2026, 3, 29),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("soon", '--date: "soon" is not a date; write one such as 2026-11-24, or today or tomorrow'),
        ("", '--date: "" is not a date; write one such as 2026-11-24, or today or tomorrow'),
        ("0001-01-01", "--date: 0001-01-01 is too far away; write a year from 1900 to 9998"),
        ("9999-12-31", "--date: 9999-12-31 is too far away; write a year from 1900 to 9998"),
    ],
)
def test_what_is_no_day_is_refused(text: str, message: str):
    with pytest.raises(UsageError) as raised:
        day_from(text, TODAY)

    assert str(raised.value) == message


def test_the_day_in_json(shell):
    told = json.loads(shell("timeline", "--date", "2026-03-29", "--takes", "stock-sync=20m", "--json").out)

    assert {key: told[key] for key in ("date", "zone", "begin", "minutes", "cores", "crowds", "spread")} == {
        "date": "2026-03-29",
        "zone": "Europe/Zurich",
        "begin": "2026-03-28T23:00:00+00:00",
        "minutes": 1380,
        "cores": 2,
        "crowds": [],
        "spread": {"before": 1, "after": 1, "suggestions": []},
    }
    assert told["overlaps"] == [{"job": "stock-sync", "takes": 20, "gap": 15, "skipped": 46}]
    assert [(job["job"], job["takes"], job["takes_from"], len(job["starts"])) for job in told["jobs"]] == [
        ("stock-sync", 20, "estimate", 92),
        ("thumbnails", None, None, 0),
    ]


def test_the_drawing_is_written_beside_the_chart(shell):
    result = shell("timeline", "--date", "2026-11-24", "--svg", "day.svg")

    assert (result.code, result.err) == (0, "✓ wrote day.svg\n")
    assert result.out.startswith("Tuesday 24 November 2026, Europe/Zurich, 2 cores\n")
    drawing = (shell.root / "day.svg").read_text()
    assert drawing.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert '<title id="t">tempus, dev: Tuesday 24 November 2026</title>' in drawing


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--date", "soon"], '--date: "soon" is not a date; write one such as '),
        (["--takes", "nope=2m"], '--takes: there is no job "nope"; jobs are catalogue-reindex, stock-sync, thumbnails'),
        (["--takes", "stock-sync"], '--takes: "stock-sync" has no length of time; write one such as stock-sync=2m'),
        (["--takes", "stock-sync=x"], '--takes: "stock-sync=x" has no length of time; write one such as stock-sync=2m'),
    ],
)
def test_what_makes_no_sense_is_told_in_a_line(shell, arguments: list[str], message: str):
    result = shell("timeline", *arguments)

    assert (result.code, result.out, result.err[: len(f"error {message}")]) == (2, "", f"error {message}")


def test_a_folder_that_is_not_there_is_told(shell):
    result = shell("timeline", "--svg", "nowhere/day.svg")

    assert result.code == 1
    assert "nowhere/day.svg" in result.err
    assert "Traceback" not in result.err


def test_a_measured_day_takes_as_long_as_the_last_runs(shell, azure, worker):
    told = json.loads(shell("timeline", "--date", "2026-11-24", "--measured", "--json").out)

    assert [(job["job"], job["takes"], job["takes_from"]) for job in told["jobs"]] == [
        ("stock-sync", 1, "estimate"),
        ("thumbnails", None, None),
    ]


def test_measuring_needs_something_that_runs(shell):
    result = shell("timeline", "--measured")

    assert (result.code, result.out, result.err) == (
        1,
        "",
        "error local Azure: is not running; run `oneplan up`, or `oneplan local start`\n",
    )
