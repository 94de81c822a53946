"""The page of one check, and the list of all."""

from oneplan.cli.formats.page import as_json, index, page
from oneplan.cli.styled import paint
from oneplan.manifest.catalogue import Check

WRONG_APP = Check(
    code="WJ021",
    severity="error",
    title="an app that does not exist",
    cause="A job runs beside an app, whose settings it sees\nand whose zone it has.\n\n- one app\n- no job\n  alone",
    example="# jobs/a/job.yaml\napp: wrker\n",
    fix="Name an app of oneplan.yaml.",
    mended="# jobs/a/job.yaml\napp: worker\n",
    family="Names and references",
)
NO_READER = Check("WJ064", "warning", "a queue that nobody reads", "x", "a: 1\n", "y", "a: 2\n", "Queues")


def test_a_page_has_cause_example_and_fix():
    assert paint(page(WRONG_APP, None), colour=False) == (
        "WJ021  error  an app that does not exist\n"
        "\n"
        "A job runs beside an app, whose settings it sees and whose zone it has.\n"
        "\n"
        "- one app\n"
        "- no job alone\n"
        "\n"
        "Example\n"
        "  # jobs/a/job.yaml\n"
        "  app: wrker\n"
        "\n"
        "Fix\n"
        "Name an app of oneplan.yaml.\n"
        "\n"
        "Mended\n"
        "  # jobs/a/job.yaml\n"
        "  app: worker\n"
        "\n"
        "To switch it off for one line, write on that line or the one above, with your reason:\n"
        "  # oneplan: allow WJ021 because …\n"
    )


def test_a_page_is_folded_for_a_terminal_but_its_examples_are_not():
    lines = paint(page(WRONG_APP, 50), colour=False).splitlines()

    assert lines[2:4] == ["A job runs beside an app, whose settings it sees", "and whose zone it has."]


def test_the_list_has_every_check_by_family_and_the_kinds_of_things():
    checks = {check.code: check for check in (WRONG_APP, NO_READER)}

    assert paint(index(checks, ["job NAME", "plan"], None), colour=False) == (
        "Names and references\n"
        "  WJ021  error  an app that does not exist\n"
        "\n"
        "Queues\n"
        "  WJ064  warning  a queue that nobody reads\n"
        "\n"
        "Things of the manifest\n"
        "  job NAME, plan\n"
        "\n"
        "For example: oneplan explain WJ036, or: oneplan explain job NAME --stack prod\n"
    )


def test_a_page_is_json_too():
    assert as_json(NO_READER) == {
        "code": "WJ064",
        "severity": "warning",
        "family": "Queues",
        "title": "a queue that nobody reads",
        "cause": "x",
        "example": "a: 1\n",
        "fix": "y",
        "mended": "a: 2\n",
    }
