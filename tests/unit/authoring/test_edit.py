"""New entries in YAML that is there: one place changes, everything else stays as it is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplan.authoring import positions, scalars
from oneplan.authoring.edit import add_entry
from oneplan.authoring.errors import AuthoringError

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is slow, and that is no fault."""
BLOCK = """\
# what the dealer has
version: 1   # the form

queues:
  thumbnails: {attempts: 5}   # made small
  # more to come
containers: {photos: {}}
"""


def test_an_entry_of_a_block_comes_after_the_last_one():
    assert add_entry(BLOCK, "queues", "mails", {}) == BLOCK.replace("# made small\n", "# made small\n  mails: {}\n")


def test_an_entry_of_a_flow_map_stays_on_its_line():
    assert add_entry(BLOCK, "containers", "thumbs", {}) == BLOCK.replace("{photos: {}}", "{photos: {}, thumbs: {}}")


def test_a_section_that_is_missing_is_made_at_the_end():
    assert add_entry(BLOCK, "tables", "products", {}) == BLOCK + "\ntables:\n  products: {}\n"


def test_many_fields_get_a_line_each():
    fields = {"kind": "web", "source": "apps/shop", "command": "gunicorn --bind=0.0.0.0:$PORT app:app"}

    assert add_entry("apps:\n  api: {kind: api}\n", "apps", "shop", fields) == (
        "apps:\n  api: {kind: api}\n  shop:\n    kind: web\n    source: apps/shop\n"
        "    command: gunicorn --bind=0.0.0.0:$PORT app:app\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{version: 1}", "{version: 1, queues: {new: {}}}"),
        ("queues: {}", "queues: {new: {}}"),
        ("queues: { # none yet\n}\n", "queues: {new: {} # none yet\n}\n"),
        ("queues: {a: {} # c\n , }\n", "queues: {a: {}, new: {} # c\n , }\n"),
        ("queues: null # none\n", "queues: {new: {}} # none\n"),
        ("queues:\n  a: {}", "queues:\n  a: {}\n  new: {}\n"),
        ("queues:\r\n  a: {}\r\nz: 1\r\n", "queues:\r\n  a: {}\r\n  new: {}\r\nz: 1\r\n"),
        ("queues:\n    a: {}\nz: 1\n", "queues:\n    a: {}\n    new: {}\nz: 1\n"),
        ("queues:\n  a: {}\n\n  b: {}\n\n# end\n", "queues:\n  a: {}\n\n  b: {}\n\n  new: {}\n\n# end\n"),
        ("queues:\n  a: &x {}\n  b: *x # c\nz: 1\n", "queues:\n  a: &x {}\n  b: *x # c\n  new: {}\nz: 1\n"),
        ("queues: {a: &x {}, b: *x}\n", "queues: {new: {}, a: &x {}, b: *x}\n"),
        ("queues:\n  a: |\n    text\n\nz: 1\n", "queues:\n  a: |\n    text\n\n  new: {}\nz: 1\n"),
        ('é: "ü😀"\nqueues: {"b": {}}\n', 'é: "ü😀"\nqueues: {"b": {}, new: {}}\n'),
        ("z: |\n  text\n", "z: |\n  text\n\nqueues:\n  new: {}\n"),
        ("---\nz: 1\n...\n", "---\nz: 1\n\nqueues:\n  new: {}\n...\n"),
    ],
)
def test_every_way_to_write_a_map_is_met(before, after):
    assert add_entry(before, "queues", "new", {}) == after


def test_a_name_that_is_there_is_refused_with_its_line():
    with pytest.raises(AuthoringError) as caught:
        add_entry(BLOCK, "queues", "thumbnails", {})

    assert str(caught.value) == 'oneplan.yaml:5: "thumbnails" is in queues already; choose another name'


def test_a_section_that_is_no_map_is_refused():
    with pytest.raises(AuthoringError) as caught:
        add_entry("queues: [a]\n", "queues", "b", {})

    assert str(caught.value) == "oneplan.yaml:1: queues is not a map; write names below it"


def test_what_cannot_be_edited_safely_is_left_to_its_owner():
    with pytest.raises(AuthoringError) as caught:
        add_entry("? queues\n: a: {}\n", "queues", "b", {})

    assert str(caught.value) == (
        "oneplan.yaml: is written in a way that cannot be edited safely; add by hand, under queues: b: {}"
    )


@pytest.mark.parametrize("text", ["a: [", "", "- a\n", "a: 1\n---\nb: 1\n", "a: " + "[" * 5000])
def test_what_cannot_be_read_is_not_edited(text):
    with pytest.raises(AuthoringError) as caught:
        add_entry(text, "queues", "b", {})

    assert str(caught.value) == "oneplan.yaml: cannot be read; run `oneplan validate` and mend what it shows"


LETTERS = st.characters(exclude_characters="\0", exclude_categories=("Cs",))
NAMES = st.text(LETTERS, min_size=1, max_size=12)
VALUES = st.recursive(
    st.text(LETTERS, max_size=20) | st.integers(-(10**12), 10**12) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@CALM
@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_value_reads_back_as_it_was(fields):
    text = scalars.block({"a": fields})

    assert _lists(positions.meaning(text, "f")) == {"a": fields}


@CALM
@given(st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, max_size=2), min_size=1, max_size=4), NAMES, st.booleans())
def test_an_edit_adds_one_entry_and_changes_no_other_line(section, name, in_flow):
    body = scalars.inline(section) if in_flow else "\n" + scalars.block(section, "  ").rstrip("\n")
    before = f"# top\nqueues: {body}  # side\n\n# between\nz: 1\n"
    if name in section:
        return

    after = add_entry(before, "queues", name, {"a": 1})

    assert [line for line in before.splitlines() if line not in after.splitlines()] == (
        [before.splitlines()[1]] if in_flow else []
    )


def _lists(value):
    match value:
        case dict():
            return {key: _lists(item) for key, item in value.items()}
        case tuple():
            return [_lists(item) for item in value]
        case _:
            return value
