"""`oneplan schema`."""

import json

from oneplan.manifest.schema import path, text


def test_the_projects_schema_is_printed_without_a_kind(shell):
    assert shell("schema").out == text("oneplan", "2020-12")


def test_a_kind_and_a_draft_can_be_asked_for(shell):
    assert shell("schema", "job", "--draft", "7").out == text("job", "draft-07")


def test_all_are_written_where_the_files_first_lines_look_for_them(shell):
    result = shell("schema", "--write", "schemas")

    assert (result.code, result.out, result.err) == (0, "", "✓ 6 schemas in schemas\n")
    assert json.loads((shell.root / path("oneplan")).read_text())["$schema"].endswith("2020-12/schema")
    assert (shell.root / path("stack", "draft-07")).read_text() == text("stack", "draft-07")


def test_one_can_be_written(shell):
    shell("schema", "stack", "--draft", "2020-12", "--write", "editor")

    assert [each.name for each in shell.root.joinpath("editor").rglob("*.json")] == ["stack.schema.json"]


def test_unknown_kinds_and_drafts_name_those_there_are(shell):
    kind, draft = shell("schema", "jbo"), shell("schema", "job", "--draft", "4")

    assert (kind.code, kind.err) == (2, "error schema: 'jbo' is not one of project, job, stack\n")
    assert (draft.code, draft.err) == (2, "error schema --draft: '4' is not one of 2020-12, 7\n")
