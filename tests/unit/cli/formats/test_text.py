"""Problems for people."""

import pytest

from oneplan.cli.formats.found import Found, split_lines
from oneplan.cli.formats.text import in_stacks, problem_lines, summary
from oneplan.cli.styled import paint
from oneplan.errors import Problem


def test_each_problem_is_shown_with_its_line_and_place(problems, sources):
    shown = paint(problem_lines(problems, sources, None), colour=False)

    assert shown == (
        'jobs/stock sync/job.yaml:1:6: error WJ021 app "wrker" does not exist; apps are worker\n'
        "    1 │ app: wrker\n"
        "      │      ^^^^^\n"
        'jobs/stock sync/job.yaml:3:18: error WJ069 "API_TOKEN" looks like a secret; put it under secrets'
        " (stack prod)\n"
        "    3 │ env: {API_TOKEN: ••••}\n"
        "      │                  ^^^^\n"
        "\n"
        "oneplan.yaml:2:25: warning WJ060 100% of memory: a,b]; c\n"
        "    2 │ plan: {os: linux, sku: B2}\n"
        "      │                         ^\n"
    )


def test_on_a_narrow_terminal_messages_are_folded_and_lines_cut(problems, sources):
    shown = paint(problem_lines(problems[1:2], sources, 60), colour=False)

    assert shown == (
        'jobs/stock sync/job.yaml:3:18: error WJ069 "API_TOKEN" looks\n'
        "    like a secret; put it under secrets (stack prod)\n"
        "    3 │ env: {API_TOKEN: ••••}\n"
        "      │                  ^^^^\n"
    )


def test_severities_have_words_and_colours(problems, sources):
    shown = paint(problem_lines(problems[2:], sources, None), colour=True).splitlines()

    assert shown == [
        "\x1b[1moneplan.yaml:2:25:\x1b[0m \x1b[1;33mwarning\x1b[0m \x1b[36mWJ060\x1b[0m 100% of memory: a,b]; c",
        "\x1b[2m    2 │ \x1b[0mplan: {os: linux, sku: B2}",
        "\x1b[2m      │ \x1b[0m                        \x1b[33m^\x1b[0m",
    ]


def test_a_file_that_cannot_be_read_has_no_line_to_show(sources):
    problem = Problem("jobs/\x1b[2J/job.yaml", 1, 1, "WJ001", "cannot be read; make it a readable file")

    shown = paint(problem_lines([problem], sources, 80), colour=False)

    assert shown == "jobs/\\x1b[2J/job.yaml:1:1: error WJ001 cannot be read; make it a readable file\n"


@pytest.mark.parametrize(
    ("stacks", "told"),
    [((), ""), (("prod",), " (stack prod)"), (("a", "b", "c"), " (stacks a, b and c)")],
)
def test_stacks_are_named_when_it_is_not_all(stacks: tuple[str, ...], told: str):
    assert in_stacks(stacks) == told


def test_the_last_line_counts_errors_and_warnings(found):
    assert paint([summary(found, 0.123)], colour=False) == (
        "✗ 2 errors and 1 warning in 2 files, stacks dev and prod  0.12 s\n"
    )


def test_the_last_line_of_a_sound_manifest_says_how_much_there_is(problems):
    counts = {"apps": 1, "jobs": 4, "queues": 0}

    sound = Found(("dev",), (), (), counts)
    doubtful = Found(("dev",), problems[2:], (), counts)

    assert paint([summary(sound, 0.1), summary(doubtful, 0.1)], colour=False).splitlines() == [
        "✓ the manifest is sound: 1 app, 4 jobs; stack dev  0.10 s",
        "! the manifest is sound: 1 app, 4 jobs; stack dev, 1 warning  0.10 s",
    ]


def test_lines_end_where_yaml_ends_them():
    assert split_lines("\ufeffa\r\nb\rc\x85d\u2028e\x0bf\n".encode()) == ["a", "b", "c", "d", "e\x0bf", ""]


def test_what_is_no_text_has_no_lines():
    assert split_lines("app: x".encode("utf-16")) == []
