"""The day in letters and as SVG."""

from datetime import date
from xml.etree import ElementTree

from oneplan.timeline import Bar, Cell, bars, cells, columns_for, day_of, hours, svg

TODAY = date(2026, 11, 24)


def test_a_width_has_a_whole_number_of_columns():
    assert [columns_for(width) for width in (10, 24, 60, 80, 96, 118, 400)] == [16, 24, 48, 72, 96, 96, 144]


def test_a_lane_shows_starts_and_what_may_still_run(manifest_of):
    day = day_of(manifest_of({"a": "0 0 6,12 * * *", "b": None}, a=150), TODAY, 1)

    assert "".join(cell.value for cell in cells(day, day.rows[0], 24)) == "      ■━━   ■━━         "
    busy = day_of(manifest_of({"a": "0 0 * * * *"}, a=90), TODAY, 1)
    assert "".join(cell.value for cell in cells(busy, busy.rows[0], 48)) == "■━□ " * 12
    assert set(cells(day, day.rows[1], 24)) == {Cell.ALL_DAY}


def test_bars_are_as_high_as_their_share_of_the_peak(manifest_of):
    day = day_of(manifest_of({"a": "0 0 6 * * *", "b": "0 0 6,7 * * *"}), TODAY, 1)

    assert bars(day, 24)[5:9] == (Bar(" ", 0, False), Bar("█", 2, True), Bar("▄", 1, False), Bar(" ", 0, False))
    assert {bar.count for bar in bars(day_of(manifest_of({}), TODAY, 1), 24)} == {0}


def test_hours_stand_where_they_begin(manifest_of):
    day = day_of(manifest_of({}), TODAY, 1)

    assert hours(day, 24) == "00    06    12    18"
    assert hours(day, 48) == "00    03    06    09    12    15    18    21"
    assert hours(day, 96).split() == ["00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"]


def test_the_day_when_clocks_change_is_drawn_whole(manifest_of):
    for changed in (date(2026, 3, 29), date(2026, 10, 25)):
        day = day_of(manifest_of({"a": "0 */7 * * * *"}, a=10), changed, 1)

        assert [len(cells(day, day.rows[0], columns)) for columns in (24, 96)] == [24, 96]
        assert len(bars(day, 96)) == 96


def test_the_drawing_is_xml_with_a_title_a_description_and_a_tip_a_lane(manifest_of):
    name = "<&> \x00\x1b a name that is far too long for its lane"
    day = day_of(manifest_of({name: "0 0 6 * * *", "b": "0 0 6 * * *", "c": None}, b=5), TODAY, 1)

    root = ElementTree.fromstring(svg(day, "tempus & co"))

    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text == "tempus & co"
    assert root.find(f"{space}desc").text == (
        "3 jobs on 1 core; at most 2 start in the same minute, first at 06:00; "
        "more start than there are cores in 1 minute."
    )
    assert [lane.find(f"{space}title").text for lane in root.findall(f"{space}g")] == [
        f"{name.replace(chr(0), chr(0xFFFD)).replace(chr(27), chr(0xFFFD))} (worker): cron 0 0 6 * * *, 1 start",
        "b (worker): cron 0 0 6 * * *, 1 start, up to 5 min each (timeout)",
        "c (worker): queue photos, runs all day",
    ]


def test_an_empty_day_is_drawn_too(manifest_of):
    left_out = day_of(manifest_of({"a": "0 0 6 * * *"}, zone="Pacific/Apia"), date(2011, 12, 30), 1)

    for day in (day_of(manifest_of({}), TODAY, 1), left_out):
        ElementTree.fromstring(svg(day, "nothing"))
        assert {bar.count for bar in bars(day, 24)} == {0}
