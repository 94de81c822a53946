"""`oneplan diff`."""

import json

import pytest

PROD = {"Pulumi.prod.yaml": "config:\n  oneplan:overrides:\n    jobs: {stock-sync: {trigger: {every: 5m}}}\n"}


@pytest.mark.parametrize("stacks", [[], ["--stack", "dev", "--stack", "prod"]])
def test_what_differs_is_shown_with_places_and_words(shell, stacks: list[str]):
    shell.write(PROD)

    result = shell("diff", *stacks)

    assert (result.code, result.out) == (
        0,
        (
            "- dev   + prod\n"
            "\n"
            "job stock-sync\n"
            "  trigger.every\n"
            "    - 15m  (every 15 minutes)  jobs/stock_sync/job.yaml:3\n"
            "    + 5m  (every 5 minutes)    Pulumi.prod.yaml:3\n"
        ),
    )


def test_differences_are_json_too(shell):
    shell.write(PROD)

    told = json.loads(shell("diff", "--json").out)

    assert (told["left"], told["right"]) == ("dev", "prod")
    assert [each["path"] for each in told["differences"]] == [["jobs", "stock-sync", "trigger", "every"]]


def test_nothing_that_differs_is_said(shell):
    shell.write({"Pulumi.prod.yaml": "config: {}\n"})

    assert shell("diff").out == "nothing differs between dev and prod\n"


@pytest.mark.parametrize(
    ("stacks", "told"),
    [
        ([], "stacks here: dev"),
        (["-s", "dev"], "given: dev"),
        (["-s", "dev", "-s", "dev"], "given: dev"),
    ],
)
def test_two_stacks_are_needed(shell, stacks: list[str], told: str):
    result = shell("diff", *stacks)

    assert (result.code, result.err) == (
        2,
        f"error diff: two stacks are compared, {told}; write oneplan diff -s dev -s prod\n",
    )
