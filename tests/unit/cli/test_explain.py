"""`oneplan explain`."""

import json

import pytest


@pytest.mark.parametrize("code", ["WJ021", "wj021", "21"])
def test_a_check_has_a_page(shell, code: str):
    result = shell("explain", code)

    lines = result.out.splitlines()
    assert result.code == 0
    assert lines[0].startswith("WJ021  error  ")
    assert {"Example", "Fix", "Mended", "  # oneplan: allow WJ021 because …"} <= set(lines)


def test_a_page_is_json_too(shell):
    told = json.loads(shell("explain", "WJ021", "--json").out)

    assert list(told) == ["code", "severity", "family", "title", "cause", "example", "fix", "mended"]


def test_without_arguments_everything_is_listed(shell):
    out = shell("explain").out

    assert "  WJ001  error    " in out
    assert "  job NAME, app NAME, queue NAME, container NAME, table NAME, notify NAME, plan, project\n" in out
    assert len(json.loads(shell("explain", "--json").out)) >= 84


def test_a_jobs_values_are_shown_with_their_places_and_next_runs(shell):
    shell.write(
        {"Pulumi.prod.yaml": "config:\n  oneplan:overrides:\n    jobs: {stock-sync: {trigger: {cron: 0 6 * * *}}}\n"}
    )

    result = shell("explain", "job", "stock-sync", "--stack", "prod")

    rows = [" ".join(line.split()) for line in result.out.splitlines()]
    assert result.code == 0
    assert result.out.startswith("job stock-sync in stack prod\n\nKEY ")
    assert "alert.late 45m jobs/stock_sync/job.yaml:5 file" in rows
    assert "retries 0 - built-in" in rows
    assert "trigger.cron 0 6 * * * (at 06:00 every day) Pulumi.prod.yaml:3 overrides" in rows
    assert result.out.splitlines()[-1].startswith("next runs: ")
    assert result.out.splitlines()[-1].endswith(" 06:00 (Europe/Zurich)")


def test_values_are_json_too(shell):
    told = json.loads(shell("explain", "job", "stock-sync", "--json").out)

    (every,) = [value for value in told["values"] if value["path"] == ["trigger", "every"]]
    assert (told["kind"], told["name"], told["stack"], told["zone"]) == ("job", "stock-sync", "dev", "Europe/Zurich")
    assert len(told["next_runs"]) == 3
    assert every == {
        "path": ["trigger", "every"],
        "value": "15m",
        "text": "15m",
        "words": "every 15 minutes",
        "file": "jobs/stock_sync/job.yaml",
        "line": 3,
        "layer": "file",
    }


def test_the_plan_needs_no_name(shell):
    rows = [line.split() for line in shell("explain", "plan").out.splitlines()]

    assert ["sku", "B2", "oneplan.yaml:6", "file"] in rows


def test_a_secret_is_not_shown(shell):
    shell.write({"jobs/stock_sync/job.yaml": "app: worker\ntrigger: {every: 15m}\nenv: {API_TOKEN: hunter2}\n"})

    outs = [shell("explain", "job", "stock-sync", *more).out for more in ([], ["--json"])]

    assert [("hunter2" in out, "API_TOKEN" in out) for out in outs] == [(False, True), (False, True)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["job", "stock-snc"], 'explain job: no job is called "stock-snc"; did you mean "stock-sync"?'),
        (["job"], "explain job: a name is missing; write oneplan explain job NAME"),
        (["jbo"], "explain jbo: is no check and no kind of thing; did you mean job?"),
        (
            ["weather"],
            (
                "explain weather: is no check and no kind of thing; write a code such as WJ036, or one of"
                " job, app, queue, container, table, notify, plan, project"
            ),
        ),
        (["WJ999"], "explain WJ999: there is no such check; `oneplan explain` lists them"),
        (["plan", "-s", "test"], "stack test: there is no Pulumi.test.yaml; stacks here: dev"),
    ],
)
def test_what_there_is_not_is_a_wrong_command_line(shell, words: list[str], told: str):
    result = shell("explain", *words)

    assert (result.code, result.out, result.err) == (2, "", f"error {told}\n")


def test_a_job_with_faults_is_explained_too(shell):
    shell.write({"jobs/stock_sync/job.yaml": "app: wrker\ntrigger: {every: 7m}\nretries: many\n"})

    result = shell("explain", "job", "stock-sync")

    assert result.code == 0
    assert ["retries", "many", "jobs/stock_sync/job.yaml:3", "file"] in [
        each.split() for each in result.out.splitlines()
    ]
    assert "next runs" not in result.out
