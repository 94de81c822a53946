"""What NCrontab answers, as chains of occurrences: each time is the next one after the time before it.

The behaviour is NCrontab's own, https://github.com/atifaziz/NCrontab (`CrontabSchedule.GetNextOccurrence`); the
chains pass through each kind of place that its tests do: rollovers of every field, short months, leap years, names.
"""

from datetime import datetime
from itertools import pairwise

import pytest

from ncrontab import GENERATIONS, parse

CHAINS = [
    # every minute, over the end of an hour, a day, a month, a leap day and a year
    ("0 * * * * *", "2003-01-01T00:58 2003-01-01T00:59 2003-01-01T01:00 2003-01-01T01:01"),
    ("0 * * * * *", "2003-01-01T23:58 2003-01-01T23:59 2003-01-02T00:00"),
    ("0 * * * * *", "2003-02-28T23:59 2003-03-01T00:00"),
    ("0 * * * * *", "2004-02-28T23:59 2004-02-29T00:00"),
    ("0 * * * * *", "2003-12-31T23:59 2004-01-01T00:00"),
    # seconds: one, a list with a range, a step from a value
    ("45 * * * * *", "2003-01-01T00:00:00 2003-01-01T00:00:45 2003-01-01T00:01:45"),
    (
        "45-47,48,49 * * * * *",
        (
            "2003-01-01T00:00 2003-01-01T00:00:45 2003-01-01T00:00:46 2003-01-01T00:00:47 2003-01-01T00:00:48 "
            "2003-01-01T00:00:49 2003-01-01T00:01:45"
        ),
    ),
    ("2/5 * * * * *", "2003-01-01T00:00:47 2003-01-01T00:00:52 2003-01-01T00:00:57 2003-01-01T00:01:02"),
    # minutes: the same, and with a second that is not 0
    (
        "0 45-47,48,49 * * * *",
        (
            "2003-01-01T00:00 2003-01-01T00:45 2003-01-01T00:46 2003-01-01T00:47 2003-01-01T00:48 2003-01-01T00:49 "
            "2003-01-01T01:45"
        ),
    ),
    ("0 2/5 * * * *", "2003-01-01T00:00 2003-01-01T00:02 2003-01-01T00:07 2003-01-01T00:12"),
    ("0 2/5 * * * *", "2003-01-01T00:52 2003-01-01T00:57 2003-01-01T01:02"),
    ("6 45-47 * * * *", "2003-01-01T00:00:30 2003-01-01T00:45:06 2003-01-01T00:46:06 2003-01-01T00:47:06"),
    ("9 2/5 * * * *", "2003-01-01T00:57:09 2003-01-01T01:02:09 2003-01-01T01:07:09"),
    # hours
    ("0 * 3/4 * * *", "2003-12-20T10:00 2003-12-20T11:00 2003-12-20T11:01"),
    ("0 30 3 * * *", "2003-12-20T01:45 2003-12-20T03:30 2003-12-21T03:30"),
    ("0 0 22-2 * * *", "2003-12-20T00:30 2003-12-20T02:00 2003-12-20T03:00"),
    ("0 0 22-2 * * *", "2003-12-20T21:30 2003-12-20T22:00 2003-12-21T02:00"),
    # days of the month
    ("0 30 * 1 * *", "2003-01-07T00:00 2003-02-01T00:30 2003-02-01T01:30"),
    ("0 10 * 22 * *", "2003-01-01T00:00 2003-01-22T00:10 2003-01-22T01:10"),
    ("0 30 23 19 * *", "2003-01-01T00:00 2003-01-19T23:30 2003-02-19T23:30"),
    (
        "0 0 0 15,30,31 * *",
        (
            "2000-01-01 2000-01-15 2000-01-30 2000-01-31 2000-02-15 2000-03-15 2000-03-30 2000-03-31 2000-04-15 "
            "2000-04-30 2000-05-15 2000-05-30 2000-05-31 2000-06-15 2000-06-30 2000-07-15 2000-07-30 2000-07-31 "
            "2000-08-15 2000-08-30 2000-08-31 2000-09-15 2000-09-30 2000-10-15 2000-10-30 2000-10-31 2000-11-15 "
            "2000-11-30 2000-12-15 2000-12-30 2000-12-31 2001-01-15"
        ),
    ),
    # months, over the end of the year, by name
    ("0 * * * 3 *", "2002-02-28T23:59:59 2002-03-01T00:00"),
    ("0 * * * 3 *", "2004-02-29T23:59:59 2004-03-01T00:00"),
    ("0 10 * * 6 *", "2003-12-01T05:00 2004-06-01T00:10 2004-06-01T01:10"),
    ("0 10 * * February,April-Jun *", "2002-07-01T05:00 2003-02-01T00:10"),
    ("0 10 * * February,April-Jun *", "2003-02-28T23:10 2003-04-01T00:10"),
    ("0 0 12 1 6 *", "2003-01-01 2003-06-01T12:00 2004-06-01T12:00"),
    ("0 20 * * jan,FeB,MARCH,Augu,DECEM *", "1988-03-31T22:30 1988-03-31T23:20 1988-08-01T00:20"),
    # weekdays, by number and name
    ("0 30 6 * * 0", "2003-06-26T10:00 2003-06-29T06:30 2003-07-06T06:30"),
    ("0 30 6 * * SUNDAY", "2003-06-26T10:00 2003-06-29T06:30 2003-07-06T06:30"),
    ("0 1 12 * * 2", "2003-06-19 2003-06-24T12:01 2003-07-01T12:01"),
    (
        "0 15 18 * * Mon",
        (
            "2003-06-01T14:55 2003-06-02T18:15 2003-06-09T18:15 2003-06-16T18:15 2003-06-23T18:15 2003-06-30T18:15 "
            "2003-07-07T18:15"
        ),
    ),
    # both: the day must be both
    ("0 45 16 1 * Mon", "2003-01-01T12:00 2003-09-01T16:45 2003-12-01T16:45 2004-03-01T16:45"),
    ("0 0 0 13 * 5", "2003-01-01 2003-06-13 2004-02-13 2004-08-13"),
    ("0 0 12 1-7 * Mon", "2003-01-07 2003-02-03T12:00 2003-03-03T12:00 2003-04-07T12:00"),
    # leap years, the century's end among them
    ("0 1 12 29 2 *", "2000-01-01T12:00 2000-02-29T12:01 2004-02-29T12:01 2008-02-29T12:01"),
    ("0 0 0 29 2 *", "2092-03-01 2096-02-29 2104-02-29"),
    ("0 1 12 28 2 *", "2003-02-28T12:01 2004-02-28T12:01 2005-02-28T12:01"),
]


@pytest.mark.parametrize(("text", "chain"), CHAINS)
@pytest.mark.parametrize("generation", GENERATIONS)
def test_each_time_of_a_chain_follows_the_one_before(text: str, chain: str, generation: str):
    times = [datetime.fromisoformat(time) for time in chain.split()]
    schedule = parse(text, generation)

    assert [schedule.next_after(time) for time in times[:-1]] == times[1:]


def test_there_are_more_than_a_hundred_of_them():
    assert sum(len(list(pairwise(chain.split()))) for _, chain in CHAINS) > 110


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        # from a start that is no occurrence, in the second that it has: https://github.com/atifaziz/NCrontab/issues/90
        ("* 0-1 10 * * *", "2021-02-24T09:50:35", ("10:00:36", "10:00:36", "10:00:00")),
        ("* 55 * * * *", "2021-02-24T09:50:35", ("09:55:36", "09:55:36", "09:55:00")),
        ("*/10 5 * * * *", "2021-02-24T00:03:35", ("00:05:40", "00:05:40", "00:05:00")),
        ("*/10 5 * * * *", "2021-02-24T00:00:25", ("00:05:30", "00:05:30", "00:05:00")),
        # a number with the step one: only itself before 3.2
        ("0 40 14/1 * * *", "2021-02-24T14:40:00", ("14:40:00", "15:40:00", "15:40:00")),
        ("0 0/1 * * * *", "2021-02-24T14:00:00", ("15:00:00", "14:01:00", "14:01:00")),
    ],
)
def test_generations_differ_in_two_things(text: str, start: str, expected: tuple[str, ...]):
    moment = datetime.fromisoformat(start)

    found = [parse(text, generation).next_after(moment) for generation in GENERATIONS]

    assert tuple(f"{time:%H:%M:%S}" for time in found if time) == expected
