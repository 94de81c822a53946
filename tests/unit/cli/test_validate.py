"""`oneplan validate`."""

import json

import pytest

from oneplan.cli.validate import in_repository, pages_address

WRONG = {
    "jobs/stock_sync/job.yaml": "app: wrker\ntrigger: {every: 15m}\ncommand: python -m stock_sync\nretrys: 2\n",
    "Pulumi.prod.yaml": "config:\n  oneplan:overrides:\n    plan: {instances: many}\n",
}


DOUBTFUL = {
    "jobs/stock_sync/job.yaml": "app: worker\ntrigger: {every: 15m}\ncommand: python -m stock_sync\n",
}
"""No schema line, no alert when it is late."""


def test_all_problems_of_all_stacks_are_shown_at_once(shell):
    shell.write(WRONG)

    result = shell("validate")

    assert result.code == 3
    assert "Pulumi.prod.yaml:3:23: error WJ012 plan.instances: " in result.out
    assert " (stack prod)\n    3 │     plan: {instances: many}\n      │                       ^^^^\n" in result.out
    assert 'jobs/stock_sync/job.yaml:1:6: error WJ021 app "wrker" does not exist' in result.out
    assert "jobs/stock_sync/job.yaml:4:1: error WJ010 " in result.out
    assert result.out.splitlines()[-1].startswith("✗ 3 errors and ")
    assert " in 2 files, stacks dev and prod  " in result.out.splitlines()[-1]


def test_one_stack_can_be_asked_for(shell):
    shell.write(WRONG)

    result = shell("validate", "--stack", "dev", "--format", "json")

    told = json.loads(result.out)
    assert told["stacks"] == ["dev"]
    assert [each["code"] for each in told["problems"] if each["severity"] == "error"] == ["WJ021", "WJ010"]


def test_an_unknown_stack_names_those_there_are(shell):
    result = shell("validate", "-s", "dev", "-s", "test")

    assert (result.code, result.out, result.err) == (
        2,
        "",
        "error stack test: there is no Pulumi.test.yaml; stacks here: dev\n",
    )


def test_a_project_without_stack_files_is_checked_too(shell):
    (shell.root / "Pulumi.dev.yaml").unlink()

    assert json.loads(shell("validate", "--format", "json").out)["stacks"] == ["dev"]


def test_a_sound_manifest_shows_when_jobs_run_next(shell):
    result = shell("validate")

    *table, blank, last = result.out.splitlines()
    assert result.code == 0
    assert table[0] == "JOB         SCHEDULE          NEXT RUNS (Europe/Zurich)"
    assert table[1].startswith("stock-sync  every 15 minutes  ")
    assert blank == ""
    assert last.startswith("✓ the manifest is sound: 1 app, 3 jobs, 1 queue; stack dev  ")


def test_quiet_leaves_the_next_runs_out(shell):
    assert len(shell("validate", "--quiet").out.splitlines()) == 1


def test_warnings_alone_are_a_success_unless_strict(shell):
    shell.write(DOUBTFUL)

    lenient, strict = shell("validate"), shell("validate", "--strict")

    assert (lenient.code, strict.code) == (0, 3)
    assert "jobs/stock_sync/job.yaml:1:1: warning WJ008 " in lenient.out
    assert lenient.out.splitlines()[-1].startswith("! the manifest is sound: ")


@pytest.mark.parametrize(
    ("form", "begin"),
    [
        ("github", "::error file=jobs/stock_sync/job.yaml,line=1,col=6,title=WJ021::app "),
        (
            "azure",
            "##vso[task.logissue type=error;sourcepath=jobs/stock_sync/job.yaml;linenumber=1;columnnumber=6;code=",
        ),
    ],
)
def test_code_hosts_get_their_annotations(shell, form: str, begin: str):
    shell.write(WRONG)

    result = shell("validate", "--format", form)

    assert result.code == 3
    assert any(line.startswith(begin) for line in result.out.splitlines())


def test_sarif_has_the_checks_pages(shell):
    shell.write(WRONG)

    (run,) = json.loads(shell("validate", "--format", "sarif").out)["runs"]

    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert {"WJ010", "WJ012", "WJ021"} <= set(rules)
    assert all(rule["help"]["markdown"] for rule in rules.values())


def test_an_unknown_format_names_those_there_are(shell):
    result = shell("validate", "--format", "xml")

    assert result.code == 2
    assert "'text', 'json', 'sarif', 'github', 'azure'" in result.err


def test_paths_begin_at_the_root_of_the_repository(tmp_path):
    project = tmp_path / "shops" / "watches"
    project.mkdir(parents=True)
    (tmp_path / ".git").mkdir()

    assert (in_repository(project), in_repository(tmp_path)) == ("shops/watches/", "")


def test_pages_are_on_the_code_host_or_here(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/checks.md").touch()
    workflow = {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "me/shops",
        "GITHUB_SHA": "1a2b",
    }

    assert pages_address(tmp_path, "a b/", workflow) == "https://github.com/me/shops/blob/1a2b/a%20b/docs/checks.md"
    assert pages_address(tmp_path, "", {}) == f"file://{tmp_path}/docs/checks.md"
    assert pages_address(tmp_path / "docs", "", workflow) == ""
