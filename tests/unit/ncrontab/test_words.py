"""Schedules in plain English."""

import pytest
from hypothesis import given

from ncrontab import parse, words
from tests.unit.ncrontab.texts import TEXTS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* * * * * *", "every second"),
        ("*/10 * * * * *", "every 10 seconds"),
        ("5,17,44 * * * * *", "at seconds 5, 17 and 44 of every minute"),
        ("*/10 5 * * * *", "every 10 seconds of minute 5 of every hour"),
        ("*/10 * 8-9 * * *", "every 10 seconds between 08:00 and 09:59:50"),
        ("*/10 * 8,12 * * *", "every 10 seconds in hours 8 and 12"),
        ("0 * * * * *", "every minute"),
        ("0 */15 * * * *", "every 15 minutes"),
        ("0 7-59/15 * * * *", "every 15 minutes from minute 7"),
        ("30 */15 * * * *", "every 15 minutes at second 30"),
        ("0 */15 8-17 * * 1-5", "every 15 minutes between 08:00 and 17:45 from Monday to Friday"),
        ("0 */15 8,12 * * *", "every 15 minutes in hours 8 and 12"),
        ("0 */7 * * * *", "at minutes 0, 7, 14 … 56 of every hour"),
        ("0 1,2,3,40 * * * *", "at minutes 1 to 3 and 40 of every hour"),
        ("0 */90 * * * *", "every hour"),
        ("0 0 * * * *", "every hour"),
        ("10 5 * * * *", "every hour at minute 5 at second 10"),
        ("0 0 */2 * * *", "every 2 hours"),
        ("0 5 */2 * * *", "every 2 hours at minute 5"),
        ("0 5 1/2 * * *", "every 2 hours from 01:05"),
        ("0 7 8-18 * * 1-5", "every hour between 08:07 and 18:07 from Monday to Friday"),
        ("0 0 8-18/2 * * *", "every 2 hours between 08:00 and 18:00"),
        ("0 0 1,9,17,20,21 * * *", "at minute 0 of hours 1, 9, 17, 20 and 21 every day"),
        ("0 0 6 * * *", "at 06:00 every day"),
        ("10 0 6 * * *", "at 06:00:10 every day"),
        ("0 0 6,18 * * *", "at 06:00 and 18:00 every day"),
        ("0 0 6 * * 1", "at 06:00 on Mondays"),
        ("0 0 6 * * 0,6", "at 06:00 on Saturdays and Sundays"),
        ("0 0 6 * * 0,5,6", "at 06:00 from Friday to Sunday"),
        ("0 0 6 * * 0-3", "at 06:00 from Sunday to Wednesday"),
        ("0 0 6 * * 1,3,5", "at 06:00 on Mondays, Wednesdays and Fridays"),
        ("0 0 0 1 1 *", "at 00:00 on 1 January"),
        ("0 0 0 1,15 * *", "at 00:00 on days 1 and 15 of the month"),
        ("0 0 0 1,15 1,7 *", "at 00:00 on days 1 and 15 of January and July"),
        ("0 0 0 */2 * *", "at 00:00 on days 1, 3, 5 … 31 of the month"),
        ("0 0 6 * 12 *", "at 06:00 every day in December"),
        ("0 0 6 * 6-8 1-5", "at 06:00 from Monday to Friday from June to August"),
        ("0 0 6 * 1,2,4-9 *", "at 06:00 every day in January, February and April to September"),
        ("0 */15 * * 12 *", "every 15 minutes in December"),
        ("0 30 9 13 * 5", "at 09:30 on day 13 of the month, only on Fridays"),
        ("0 0 12 1-7 * Mon", "at 12:00 on days 1 to 7 of the month, only on Mondays"),
        ("0 0 22-2 * * Fri-Mon", "every hour between 02:00 and 22:00 from Monday to Friday"),
        ("0 0 0 29 2 *", "at 00:00 on 29 February"),
        ("0 0 0 30 2 *", "never fires"),
    ],
)
def test_a_schedule_in_words(text: str, expected: str):
    assert words(parse(text)) == expected


def test_the_zone_follows_in_brackets():
    assert words(parse("0 0 6 * * *"), "Europe/Zurich") == "at 06:00 every day (Europe/Zurich)"


def test_words_follow_the_generation():
    assert words(parse("0 14/1 * * * *", "2.0.0")) == "every hour at minute 14"


@given(TEXTS)
def test_every_schedule_has_words(text: str):
    told = words(parse(text))

    assert told.startswith(("at ", "every ", "never fires"))
    assert (told == "never fires") == (not parse(text).ever_fires)
