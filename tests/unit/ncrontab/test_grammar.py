"""What App Service accepts and refuses, word for word."""

import pytest

from ncrontab import ScheduleError, parse


def outside(value: int, words: str, kind: str, low: int, high: int) -> str:
    return (
        f"{value} is {words} allowable value for the [{kind}] field. "
        f"Value must be between {low} and {high} (all inclusive)."
    )


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("0 */15 * * * *", "0 0,15,30,45 * * * *"),
        ("*/10 * * * * *", "0,10,20,30,40,50 * * * * *"),
        ("0 5/15 * * * *", "0 5,20,35,50 * * * *"),
        ("0 0 */2 * * *", "0 0 0,2,4,6,8,10,12,14,16,18,20,22 * * *"),
        ("0 0 0 * * Mon-Fri", "0 0 0 * * 1-5"),
        ("0 0 22-2 * * *", "0 0 2-22 * * *"),
        ("0 0 0 * * Fri-Mon", "0 0 0 * * 1-5"),
        ("0 0 0 * * Sat-Sun", "0 0 0 * * *"),
        ("0 0 0 * Nov-Feb *", "0 0 0 * 2-11 *"),
        ("0 0 0 * J,Ju,Ma,A *", "0 0 0 * 1,3-4,6 *"),
        ("0 0 0 * * W", "0 0 0 * * 3"),
        ("0 0 0 * Jan/3 mOnDaY", "0 0 0 * 1,4,7,10 1"),
        ("0 0 0 * * Mon-5/2", "0 0 0 * * 1,3,5"),
        ("0 */90 * * * *", "0 0 * * * *"),
        ("0 5/0 * * * *", "0 5-59 * * * *"),
        ("0 */-3 * * * *", "0 * * * * *"),
        ("0 5,*,7 * * * *", "0 * * * * *"),
        ("0 7,5,5,6 * * * *", "0 5-7 * * * *"),
        ("  0  007 *  * * *  ", "0 7 * * * *"),
        ("0 5\t,6\r\n * * * *", "0 5-6 * * * *"),
        ("0 */\t5 * * * *", "0 0,5,10,15,20,25,30,35,40,45,50,55 * * * *"),
        ("59/5 * * * * *", "59 * * * * *"),
        ("0/2147483647 * * * * *", "0 * * * * *"),
    ],
)
def test_accepted_text_has_a_normal_form(text: str, normal: str):
    assert str(parse(text)) == normal


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("60 * * * * *", outside(60, "higher than the maximum", "Second", 0, 59)),
        ("0 0 24 * * *", outside(24, "higher than the maximum", "Hour", 0, 23)),
        ("0 0 0 0 * *", outside(0, "lower than the minimum", "Day", 1, 31)),
        ("0 0 0 0/5 * *", outside(0, "lower than the minimum", "Day", 1, 31)),
        ("0 0 0 * * 7", outside(7, "higher than the maximum", "DayOfWeek", 0, 6)),
        ("0 0 0 L * *", "'L' is not a valid [Day] crontab field expression."),
        ("0 0 0 15W * *", "'15W' is not a valid [Day] crontab field expression."),
        ("0 0 0 ? * *", "'?' is not a valid [Day] crontab field expression."),
        ("0 0 0 * * 1#2", "'1#2' is not a valid [DayOfWeek] crontab field expression."),
        ("0 0 0 * Janvier *", "'Janvier' is not a valid [Month] crontab field expression."),
        ("0 0 0 * * Mondays", "'Mondays' is not a valid [DayOfWeek] crontab field expression."),
        ("0 1,x * * * *", "'1,x' is not a valid [Minute] crontab field expression."),
        ("0 5- * * * *", "'5-' is not a valid [Minute] crontab field expression."),
        ("0 -5 * * * *", "'-5' is not a valid [Minute] crontab field expression."),
        ("0 1-2-3 * * * *", "'1-2-3' is not a valid [Minute] crontab field expression."),
        ("0 1/2/3 * * * *", "'1/2/3' is not a valid [Minute] crontab field expression."),
        ("0 /5 * * * *", "'/5' is not a valid [Minute] crontab field expression."),
        ("0 5/ * * * *", "'5/' is not a valid [Minute] crontab field expression."),
        ("0 \t5 * * * *", "'\t5' is not a valid [Minute] crontab field expression."),
        ("0 *\n * * * *", "'*\n' is not a valid [Minute] crontab field expression."),
        ("0 ,5 * * * *", "',5' is not a valid [Minute] crontab field expression."),
        ("0 5, * * * *", "A crontab field value cannot be empty."),
        ("0 1,,2 * * * *", "A crontab field value cannot be empty."),
        ("0 2147483648 * * * *", "Value was either too large or too small for an Int32."),
        (
            "0 5/2147483647 * * * *",
            "Index was out of range. Must be non-negative and less than the size of the collection.",
        ),
        ("99 L * * * *", outside(99, "higher than the maximum", "Second", 0, 59)),
        ("0 0 0 * \u212a *", "'\u212a' is not a valid [Month] crontab field expression."),
    ],
)
def test_refused_text_gives_ncrontabs_message(text: str, message: str):
    with pytest.raises(ScheduleError) as caught:
        parse(text)

    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["", "0 5 * * *", "0 0 0 * * * 2026", "@daily", "0\t0 0 * * *"])
def test_only_six_fields_between_blanks_are_a_schedule(text: str):
    with pytest.raises(ScheduleError) as caught:
        parse(text)

    assert str(caught.value) == (
        f"'{text}' is an invalid crontab expression. It must contain 6 components of a schedule in the sequence of "
        "seconds, minutes, hours, days, months, and days of week."
    )


@pytest.mark.parametrize(
    ("generation", "normal"),
    [("2.0.0", "0 14 * * * *"), ("3.3.0", "0 14-59 * * * *"), ("3.3.3", "0 14-59 * * * *")],
)
def test_a_bare_number_with_step_one_depends_on_the_generation(generation: str, normal: str):
    assert str(parse("0 14/1 * * * *", generation)) == normal


def test_other_steps_of_one_are_the_same_in_every_generation():
    for text in ("0 */1 * * * *", "0 14-20/1 * * * *", "0 14/0 * * * *"):
        assert {str(parse(text, one)) for one in ("2.0.0", "3.3.0")} == {str(parse(text))}


def test_a_number_as_long_as_a_page_is_refused_at_once():
    with pytest.raises(ScheduleError, match="too large"):
        parse(f"0 {'9' * 100_000} * * * *")


def test_leading_zeros_do_not_count_as_digits():
    assert str(parse(f"0 {'0' * 50}7 * * * *")) == "0 7 * * * *"
