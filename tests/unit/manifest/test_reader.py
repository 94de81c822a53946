"""YAML that is broken, hostile or merely surprising."""

import os
from contextlib import suppress

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplan.errors import ManifestError
from oneplan.manifest import reader, scalars
from oneplan.manifest.problems import Problems
from oneplan.manifest.source import read_text
from oneplan.manifest.tree import Mark, key_mark, plain, value_mark


def read(text: str):
    problems = Problems()
    return reader.read(text, "x.yaml", problems), problems


def told(text: str) -> list[str]:
    _, problems = read(text)
    with pytest.raises(ManifestError) as caught:
        problems.raise_any()
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("NO", "NO"),
        ("on", "on"),
        ("null", None),
        ("~", None),
        ("010", 10),
        ("0o10", 8),
        ("0x10", 16),
        ("-7", -7),
        ("3.10", 3.1),
        ("1e3", 1000.0),
        (".inf", float("inf")),
        ("-.Inf", float("-inf")),
        ("1.2.3", "1.2.3"),
        ("16:00", "16:00"),
        ("06:00", "06:00"),
        ("2026-08-01", "2026-08-01"),
        ("1_000", "1_000"),
        ("9" * 5000, "9" * 5000),
        (".", "."),
        ("python:3.13", "python:3.13"),
    ],
)
def test_scalars_follow_yaml_1_2(written: str, value: object):
    assert scalars.resolve(written) == value
    assert type(scalars.resolve(written)) is type(value)


def test_every_key_and_value_knows_its_place():
    tree, _ = read("a:\n  b: [1, {c: d}]\n")

    assert plain(tree) == {"a": {"b": (1, {"c": "d"})}}
    assert key_mark(tree, ("a", "b", 1, "c")) == Mark("x.yaml", 2, 11)
    assert value_mark(tree, ("a", "b", 1, "c")) == Mark("x.yaml", 2, 14)
    assert value_mark(tree, ("a", "missing")) == Mark("x.yaml", 1, 1)


def test_columns_count_characters():
    assert told('"äöü🕰": {a: 1, a: 2}\n') == ['x.yaml:1:16: WJ002 key "a" is written twice; the first is on line 1']


@pytest.mark.parametrize("text", ["a: 1\r\nb: 2\r\n", "a: 1\rb: 2\r"])
def test_other_line_ends_are_line_ends(text: str):
    tree, _ = read(text)

    assert key_mark(tree, ("b",)) == Mark("x.yaml", 2, 1)


def test_quotes_and_blocks_are_text():
    tree, _ = read("a: '8000'\nb: \"true\"\nc: |\n  1\nd: !!str 5\n")

    assert plain(tree) == {"a": "8000", "b": "true", "c": "1\n", "d": "5"}


def test_anchors_work():
    tree, _ = read("a: &x {b: 1}\nc: *x\n")

    assert plain(tree) == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "x.yaml:1:1: WJ004 this file is empty; give it content"),
        ("# only a comment\n", "x.yaml:1:1: WJ004 this file is empty; give it content"),
        ("---\n", "x.yaml:2:1: WJ004 this file is empty; give it content"),
        ("- a\n", "x.yaml:1:1: WJ012 expected keys and values at the top of the file"),
        ("word\n", "x.yaml:1:1: WJ012 expected keys and values at the top of the file"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1: WJ001 a second document begins here; keep one a file"),
        ("a: 1\nb: 2\na: 3\n", 'x.yaml:3:1: WJ002 key "a" is written twice; the first is on line 1'),
        ("a:\nb: 1\n", 'x.yaml:1:1: WJ003 "a" has no value; delete the line, or give it a value ({} for an empty map)'),
        ("a:\n\tb: 1\n", "x.yaml:2:1: WJ007 tabs cannot indent YAML (column 1); use spaces"),
        ("? [a]\n: 1\n", "x.yaml:1:3: WJ001 a key must be a word; write key: value"),
        ("? a\n? b\n", 'x.yaml:1:3: WJ003 "a" has no value; delete the line, or give it a value ({} for an empty map)'),
        ("a: !!python/object:os.system x\n",
         'x.yaml:1:4: WJ001 tag "tag:yaml.org,2002:python/object:os.system" is not understood; remove it'),
        ("a: !secret x\n", 'x.yaml:1:4: WJ001 tag "!secret" is not understood; remove it'),
        ("a: *b\n",
         ('x.yaml:1:4: WJ001 alias "*b" points to nothing before it, or into itself; '
         'if this is a cron text, put it in quotes: "*/5 * * * *"')),
        ("a: &a [*a]\n",
         ('x.yaml:1:8: WJ001 alias "*a" points to nothing before it, or into itself; '
         'if this is a cron text, put it in quotes: "*/5 * * * *"')),
        ("trigger:\n  cron: */5 * * * *\n",
         ("x.yaml:2:10: WJ001 not valid YAML: while scanning an alias did not find expected alphabetic or numeric "
         'character; if this is a cron text, put it in quotes: "*/5 * * * *"')),
        ("a: [1, 2\n",
         ("x.yaml:2:1: WJ001 not valid YAML: while parsing a flow sequence did not find expected ',' or ']'; "
         "check quotes, colons and indentation on this line")),
        ('a: "\\0"\n', "x.yaml:1:4: WJ001 U+0000 is no character of a text; remove it"),
        ("{cron: 0 6,18 * * *}\n",
         'x.yaml:1:12: WJ003 "18 * * *" is read as a key of its own, for a comma ends a value here; use quotes'),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place(text: str, expected: str):
    assert told(text)[0] == expected


def test_deep_nesting_ends_at_once():
    assert told("a: " + "[" * 500) == ["x.yaml:1:44: WJ001 nested deeper than 40 levels; flatten it"]
    assert "WJ001" in told("a: " + "[" * 100_000)[0]


def test_an_alias_bomb_ends_at_once():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]

    found = told("\n".join(lines))

    assert found == ["x.yaml:5:45: WJ001 more than 100000 values, aliases expanded; make the file smaller"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a: 1\nb: \x00\n", "x.yaml:2:4: WJ001 control character U+0000 is not allowed in YAML; remove it"),
        (b"a: \x1b[0m\n", "x.yaml:1:4: WJ001 control character U+001B is not allowed in YAML; remove it"),
        ("a: 1\n".encode("utf-16"), "x.yaml:1:1: WJ001 is UTF-16 or UTF-32 text; save it as UTF-8"),
        (b"a: 1\nb: caf\xe9\n", "x.yaml:2:7: WJ001 byte 0xe9 is not UTF-8 text; save it as UTF-8"),
        (
            b"a: 1\n" * 300_000,
            "x.yaml:1:1: WJ001 is larger than 1 MiB; a manifest is a few pages, move data elsewhere",
        ),
    ],
)
def test_bytes_that_are_no_text_are_told_with_their_place(tmp_path, content: bytes, expected: str):
    (tmp_path / "x.yaml").write_bytes(content)
    problems = Problems()

    assert read_text(tmp_path / "x.yaml", "x.yaml", problems) is None
    with pytest.raises(ManifestError, match="^" + expected.replace("(", ".").replace("+", ".") + "$"):
        problems.raise_any()


def test_a_byte_order_mark_is_no_problem(tmp_path):
    (tmp_path / "x.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")

    assert read_text(tmp_path / "x.yaml", "x.yaml", Problems()) == "a: 1\n"


def test_a_folder_in_the_place_of_a_file_is_told(project):
    (project.root / "jobs/odd/job.yaml").mkdir(parents=True)

    assert project.problems() == [
        "jobs/odd/job.yaml:1:1: WJ001 cannot be read (Is a directory); make it a readable file"
    ]


@given(st.text(alphabet=st.sampled_from(list("ab:-[]{}&*!|>'\"%@,#?~ \n\t0.")), max_size=80))
def test_any_text_gives_a_tree_or_a_problem(text: str):
    tree, problems = read(text)

    assert tree is not None or len(problems) > 0


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-9999, 9999)
    | st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=8).filter(
        lambda text: scalars.resolve(text) == text  # PyYAML writes 0E0 without quotes: no number in YAML 1.1
    )
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_what_pyyaml_writes_is_read_back(value: object):
    tree, problems = read(yaml.safe_dump({"root": value}))

    assert not problems.has_errors
    assert as_lists(plain(tree)) == {"root": value}


def as_lists(value: object) -> object:
    if isinstance(value, tuple):
        return [as_lists(item) for item in value]
    if isinstance(value, dict):
        return {key: as_lists(item) for key, item in value.items()}
    return value


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_manifest_with_a_hole_or_a_foreign_value_is_told_and_never_crashes(project, data: st.DataObject):
    text = (project.root / "oneplan.yaml").read_text()
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 30))
    put = data.draw(
        st.sampled_from(["", "x", "{}", "[]", "null", "5", "true", ": ", "${", "*", "é", '"\\0"', '"\\n"', "a" * 5000])
    )
    project.write("oneplan.yaml", text[:start] + put + text[start + length :])

    with suppress(ManifestError):
        project.load()

    project.write("oneplan.yaml", text)


def test_a_message_stays_on_one_line_and_sends_nothing_to_the_terminal(project):
    project.replace("kind: worker", 'kind: "a\\nb\\e[31m"')

    assert project.problems() == [
        'oneplan.yaml:25:18: WJ015 apps.worker.kind: "a\\nb\\x1b[31m" is not one of web, api, mobile, functions, worker'
    ]


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(project):
    (project.root / "jobs/odd").mkdir()
    os.mkfifo(project.root / "jobs/odd/job.yaml")

    assert project.problems() == ["jobs/odd/job.yaml:1:1: WJ001 cannot be read (not a file); make it a readable file"]


def test_an_anchor_is_a_warning_told_once_a_file(project):
    project.job("trigger: {manual: true}\ncommand: x\nenv: &a {A: b}\nuses: &b {}\n")

    assert [line for line in project.warnings() if "WJ009" in line] == [
        ("jobs/extra/job.yaml:3:6: WJ009 anchors and aliases work, but `oneplan explain` shows only the expanded value")
    ]


def test_a_merge_key_is_refused_with_what_to_write_instead(project):
    project.job("trigger: {manual: true}\ncommand: x\n<<: {timeout: 5m}\n")

    told = "merge keys are YAML 1.1 and not read here, write the keys themselves, or use defaults"
    assert project.problems() == [f'jobs/extra/job.yaml:3:1: WJ010 unknown key "<<"; {told}']


def test_a_file_without_a_schema_line_is_a_warning(project):
    project.write("jobs/extra/job.yaml", b"trigger: {manual: true}\ncommand: x\n")

    assert "jobs/extra/job.yaml:1:1: WJ008 no schema line at the top; run oneplan fmt to add it" in project.warnings()


def test_a_message_is_never_longer_than_a_page(project):
    project.replace("kind: worker", "kind: !" + "a" * 9000 + " worker")

    assert [len(line) < 2100 for line in project.problems()] == [True]


def test_a_job_yaml_that_is_a_link_to_nowhere_is_not_passed_over(project):
    for name, target in (("lost", "nowhere.yaml"), ("ring", "job.yaml")):
        (project.root / "jobs" / name).mkdir(parents=True)
        (project.root / "jobs" / name / "job.yaml").symlink_to(target)

    assert project.problems() == [
        "jobs/lost/job.yaml:1:1: WJ001 cannot be read (No such file or directory); make it a readable file",
        "jobs/ring/job.yaml:1:1: WJ001 cannot be read (Too many levels of symbolic links); make it a readable file",
    ]
