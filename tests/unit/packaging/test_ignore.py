"""Patterns that keep files out of a package."""

from pathlib import Path

import pytest

from oneplan.packaging.ignore import parse, rules_for


@pytest.mark.parametrize(
    ("pattern", "path", "excluded"),
    [
        ("*.log", "a.log", True),
        ("*.log", "deep/er/a.log", True),
        ("*.log", "a.log.txt", False),
        ("/a.log", "deep/a.log", False),
        ("/a.log", "a.log", True),
        ("build/", "build/", True),
        ("build/", "deep/build/", True),
        ("build/", "build", False),
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/deep/a.md", False),
        ("docs/*.md", "x/docs/a.md", False),
        ("docs/**/*.md", "docs/a.md", True),
        ("docs/**/*.md", "docs/very/deep/a.md", True),
        ("**/cache", "a/b/cache", True),
        ("**/cache", "cache/", True),
        ("a/**", "a/b/c", True),
        ("a/**", "a", False),
        ("a/**", "a/", False),
        ("*/*", "a/", False),
        ("*/*", "a/b/", True),
        ("?.txt", "a.txt", True),
        ("?.txt", "ab.txt", False),
        ("[ab].txt", "b.txt", True),
        ("[!ab].txt", "b.txt", False),
        ("[!ab].txt", "c.txt", True),
        ("a[.txt", "a[.txt", True),
        ("a.b", "axb", False),
        (r"\#note", "#note", True),
        ("# comment", "# comment", False),
    ],
)
def test_pattern_reads_as_git_reads_it(pattern: str, path: str, excluded: bool):
    assert parse([pattern]).excludes(path) is excluded


def test_last_matching_pattern_decides():
    rules = parse(["*.log", "!keep.log", "/old/keep.log"])

    assert [rules.excludes(path) for path in ("a.log", "keep.log", "old/keep.log")] == [True, False, True]


@pytest.mark.parametrize(
    "path",
    [
        ".git/",
        "a/__pycache__/",
        "a/b.pyc",
        ".venv/",
        "venv/",
        "node_modules/.cache/",
        ".oneplan/",
        ".DS_Store",
        "requirements.in",
        ".oneplanignore",
    ],
)
def test_what_no_site_needs_stays_out(path: str, tmp_path: Path):
    assert rules_for(tmp_path).excludes(path)


def test_own_file_can_take_a_built_in_pattern_back(tmp_path: Path):
    (tmp_path / ".oneplanignore").write_text("*.bak\n!requirements.in\n")

    rules = rules_for(tmp_path)

    assert [rules.excludes(path) for path in ("a.bak", "requirements.in", "venv/")] == [True, False, True]
