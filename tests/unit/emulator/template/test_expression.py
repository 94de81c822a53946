"""The expression language: examples, and properties over random trees and texts."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.template import TemplateError
from emulator.template.expression import Call, Literal, Member, is_expression, literal_text, parse, write

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
LITERALS = st.builds(Literal, st.one_of(st.text(max_size=12), st.integers(-(10**9), 10**9)))
NODES = st.recursive(
    LITERALS,
    lambda inner: st.one_of(
        st.builds(lambda name, items: Call(name, tuple(items)), NAMES, st.lists(inner, max_size=3)),
        st.builds(Member, st.builds(lambda name: Call(name, ()), NAMES), inner),
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("['it''s']", Literal("it's")),
        ("[ -3 ]", Literal(-3)),
        ("[f()]", Call("f", ())),
        ("[concat('a', f(1))]", Call("concat", (Literal("a"), Call("f", (Literal(1),))))),
        ("[f().serviceSasToken]", Member(Call("f", ()), Literal("serviceSasToken"))),
        ("[f()[0]['x y'].z]", Member(Member(Member(Call("f", ()), Literal(0)), Literal("x y")), Literal("z"))),
        ("[ f ( \n 1 , 2 ) ]", Call("f", (Literal(1), Literal(2)))),
        ("['[x]']", Literal("[x]")),
    ],
)
def test_expressions_become_trees(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[concat('a',)]", "column 13: found ')' where a function, a string or a number should stand"),
        ("[concat('a' 'b')]", "column 13: found \"'b'\" where ',' should stand"),
        ("[concat('a']", "the expression ends where ',' should follow"),
        ("[name]", "the expression ends where '(' should follow"),
        ("[f() g()]", "column 6: found 'g' where the end of the expression should stand"),
        ("[f(#)]", "column 4: '#' cannot stand here"),
        ("['open]", 'column 2: "\'" cannot stand here'),
        ("[f().1]", "column 6: found '1' where a property's name should stand"),
        ("[]", "the expression ends where a function, a string or a number should follow"),
    ],
)
def test_faults_are_told_with_their_column(text, message):
    with pytest.raises(TemplateError) as caught:
        parse(text)

    assert caught.value.message == message


@pytest.mark.parametrize(
    ("text", "expression", "literal"),
    [
        ("[f()]", True, "[f()]"),
        ("[[f()]", False, "[f()]"),
        ("[not closed", False, "[not closed"),
        ("plain", False, "plain"),
    ],
)
def test_two_brackets_are_text(text, expression, literal):
    assert is_expression(text) is expression
    assert literal_text(text) == literal


@given(NODES)
def test_what_is_written_is_read_again(node):
    assert parse(f"[{write(node)}]") == node


@given(st.text(max_size=60))
def test_any_text_is_a_tree_or_a_template_error(text):
    with contextlib.suppress(TemplateError):
        parse(f"[{text}]")


def test_endless_nesting_is_refused():
    with pytest.raises(TemplateError, match="nested more than 100 deep"):
        parse("[" + "f(" * 5000 + ")" * 5000 + "]")
