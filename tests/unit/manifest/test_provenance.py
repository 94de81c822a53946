"""Who says what holds."""

from datetime import timedelta

import pytest

from oneplan.errors import ManifestError
from oneplan.manifest import Difference, Effective, UnknownNameError, difference, explain

JOB = "jobs/stock_sync/job.yaml"


def lines(project, kind: str, name: str = "", stack: str = "dev") -> list[str]:
    found = explain(project.root, stack, kind, name)
    return [
        f"{'.'.join(str(step) for step in one.path)}: {one.text} ({one.layer} {one.file}:{one.line})" for one in found
    ]


def test_a_job_tells_the_layer_of_every_value(project):
    project.overrides(
        "jobs: {stock-sync: {trigger: {cron: 0 6 * * *}, timeout: null}}\ndefaults: {job: {priority: low}}"
    )
    project.replace("priority: low\n", "", JOB)

    found = lines(project, "job", "stock-sync")

    assert {
        f"summary: Bring stock numbers in line with the supplier's feed (file {JOB}:1)",
        "trigger.cron: 0 6 * * * (overrides Pulumi.dev.yaml:3)",
        "app: worker (defaults oneplan.yaml:10)",
        "timeout: 10m (defaults oneplan.yaml:10)",
        "priority: low (defaults Pulumi.dev.yaml:4)",
        f"retries: 2 (file {JOB}:5)",
        f"uses.products: write (file {JOB}:6)",
        "alert.failures: 1 (defaults oneplan.yaml:10)",
        f"alert.late: 45m (file {JOB}:7)",
        "alert.notify: [ops] (defaults oneplan.yaml:10)",
        "stop_grace: 30s (built-in :0)",
        "enabled: true (built-in :0)",
    } <= set(found)
    assert not any(line.startswith("trigger.every") for line in found), "a trigger is replaced whole"


def test_a_list_is_one_value_and_a_built_in_default_has_no_place(project):
    found = {one.path: one for one in explain(project.root, "dev", "job", "stock-sync")}

    assert found["alert", "notify"].value == ("ops",)
    assert found["stop_grace",] == Effective(("stop_grace",), timedelta(seconds=30), "30s", "", 0, "built-in")


def test_the_only_app_is_a_jobs_app_by_a_built_in_default(project):
    project.write("oneplan.yaml", "version: 1\napps: {web: {kind: worker, runtime: 'python:3.13'}}\n")

    assert lines(project, "job", "stock-sync")[0] == "app: web (built-in :0)"


def test_plan_queue_and_project_are_explained_too(project):
    project.overrides("plan: {instances: 2}\nqueues: {thumbnails: {keep: 14d}}\nlocation: westeurope")

    assert "instances: 2 (overrides Pulumi.dev.yaml:3)" in lines(project, "plan")
    assert "sku: S1 (file oneplan.yaml:7)" in lines(project, "plan")
    assert "keep: 14d (overrides Pulumi.dev.yaml:4)" in lines(project, "queue", "thumbnails")
    assert "location: westeurope (overrides Pulumi.dev.yaml:5)" in lines(project, "project")


def test_an_app_takes_the_defaults_of_apps(project):
    project.replace("defaults:\n", "defaults:\n  app: {env: {LOG: info}, health: /alive}\n")

    found = lines(project, "app", "storefront")

    assert "env.LOG: info (defaults oneplan.yaml:10)" in found
    assert "health: /healthz (file oneplan.yaml:19)" in found
    assert project.load().apps["api"].health == "/alive"


def test_a_job_with_faults_is_explained_all_the_same(project):
    project.job("trigger: {every: soon}\ntimout: 5m\n")

    assert "timout: 5m (file jobs/extra/job.yaml:2)" in lines(project, "job", "extra")


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        ("job", "stock_sync", 'no job is called "stock_sync"; did you mean "stock-sync"?'),
        ("table", "x", 'no table is called "x"; known here: products, stock-movements'),
        ("jab", "x", 'nothing is called a "jab"; did you mean "job"?'),
    ],
)
def test_what_does_not_exist_is_told(project, kind: str, name: str, message: str):
    with pytest.raises(UnknownNameError) as caught:
        explain(project.root, "dev", kind, name)

    assert str(caught.value) == message


def test_files_that_cannot_be_read_are_told(project):
    project.job("trigger: [")

    with pytest.raises(ManifestError):
        explain(project.root, "dev", "plan")


def test_the_difference_of_two_stacks_is_what_they_do_not_share(project):
    project.overrides("jobs: {stock-sync: {enabled: false}}\ncontainers: {thumbs: null}", "dev")
    project.overrides("plan: {sku: S1}", "prod")

    found = difference(project.root, "dev", "prod")

    assert found == (
        Difference(
            ("containers", "thumbs", "public"),
            None,
            Effective(("public",), False, "false", "oneplan.yaml", 28, "file"),
        ),
        Difference(
            ("jobs", "stock-sync", "enabled"),
            Effective(("enabled",), False, "false", "Pulumi.dev.yaml", 3, "overrides"),
            Effective(("enabled",), True, "true", "", 0, "built-in"),
        ),
    )


def test_a_stack_does_not_differ_from_itself(project):
    assert difference(project.root, "dev", "dev") == ()
