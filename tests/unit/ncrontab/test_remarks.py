"""What is legal in a schedule and rarely meant."""

import pytest
from hypothesis import given

from ncrontab import ScheduleError, normalise, parse, remarks
from tests.unit.ncrontab.texts import TEXTS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 */15 * * * *", ()),
        ("every 15m", ()),
        ("*/5 * * * *", ()),
        ("0 0 0 30 2 *", ("never fires: no such day exists in those months",)),
        (
            "0 0 22-2 * * *",
            ("hour 22-2 is read as 2 to 22: App Service swaps a reversed range; to go past the end write 22-23,0-2",),
        ),
        (
            "0 6 * * Sat-Sun",
            (
                (
                    "weekday Sat-Sun is read as Sunday to Saturday: App Service swaps a reversed range; "
                    "to go past the end write 6,0"
                ),
            ),
        ),
        (
            "0 14/1 * * * *",
            (
                (
                    "minute 14/1 means 14 alone on Windows App Service (NCrontab 2.0) and 14 to 59 on Linux; "
                    "write 14 or 14-59"
                ),
            ),
        ),
        ("0 59/1 14-20/1 * * *", ()),
        ("0 */90 * * * *", ("minute */90: the step goes past the end, only 0 is left",)),
        ("0 */0 * * * *", ("minute */0: a step of 0 counts as 1",)),
        ("0 */7 * * * *", ("minute */7 is not even: it begins anew each hour, 4 minutes after 56",)),
        ("0 0 */23 * * *", ("hour */23 is not even: it begins anew each day, 1 hour after 23",)),
        ("0 0 0 */2 * *", ()),
        ("0 0 0 5\t * *", ()),
    ],
)
def test_remarks_on_a_schedule(text: str, expected: tuple[str, ...]):
    assert remarks(text) == expected


def test_the_same_remark_comes_once():
    assert len(remarks("0 */90,*/90 * * * *")) == 1


def test_what_app_service_refuses_has_no_remarks():
    with pytest.raises(ScheduleError):
        remarks("0 99 * * * *")


@given(TEXTS)
def test_a_schedule_whose_generations_differ_has_a_remark(text: str):
    if str(parse(text, "2.0.0")) != str(parse(text)):
        assert any("NCrontab 2.0" in remark for remark in remarks(text))


@given(TEXTS)
def test_normalising_changes_no_six_fields(text: str):
    assert parse(normalise(text)) == parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15m", "0 */15 * * * *"),
        ("every 15m", "0 */15 * * * *"),
        (" every  1d ", "0 0 0 * * *"),
        ("1h", "0 0 * * * *"),
        ("30s", "*/30 * * * * *"),
        ("0 6 * * *", "0 0 6 * * *"),
        ("  0  0 6 * *   * ", "0 0 6 * * *"),
    ],
)
def test_every_way_to_write_a_schedule_has_six_fields(text: str, expected: str):
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "@daily",
            (
                '"@daily" has 1 field; write five (minute hour day month weekday) or six (second first), in quotes, '
                'for example "0 6 * * *"'
            ),
        ),
        ("45m", "45m does not divide a minute, an hour or a day; nearest: 30m or 1h"),
        ("every 2d", "2d does not divide a minute, an hour or a day; nearest: 1d"),
        ("0s", "0s does not divide a minute, an hour or a day; nearest: 1s"),
    ],
)
def test_what_has_no_six_fields_is_told_what_would(text: str, message: str):
    with pytest.raises(ScheduleError) as raised:
        normalise(text)

    assert str(raised.value) == message
