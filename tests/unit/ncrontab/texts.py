"""Schedules as people and machines may write them, valid ones only."""

from hypothesis import strategies as st

from ncrontab.fields import FIELDS


def element(low: int, high: int) -> st.SearchStrategy[str]:
    value = st.integers(low, high).map(str)
    base = st.just("*") | value | st.tuples(value, value).map("-".join)
    step = st.integers(-1, high + 5).map(lambda number: f"/{number}")
    return st.tuples(base, st.just("") | step).map("".join)


TEXTS = st.tuples(
    *(st.just("*") | st.lists(element(field.low, field.high), min_size=1, max_size=3).map(",".join) for field in FIELDS)
).map(" ".join)
