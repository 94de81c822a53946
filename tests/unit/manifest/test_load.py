"""A sound project becomes the values its files describe."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from oneplan.errors import ManifestError
from oneplan.manifest import (
    App,
    Argument,
    Container,
    Job,
    Manifest,
    Notify,
    Plan,
    Queue,
    Runtime,
    Slot,
    Table,
    Trigger,
    load,
    stacks,
)


def test_the_example_becomes_its_values(project):
    root: Path = project.root

    found = replace(project.load(), warnings=())

    assert found == Manifest(
        root=root,
        stack="dev",
        target="azure",
        name="tempus",
        location="switzerlandnorth",
        time_zone="Europe/Zurich",
        tags={"owner": "web-team"},
        plan=Plan("linux", "S1", 1),
        apps={
            "storefront": App(
                name="storefront",
                kind="web",
                runtime=Runtime("python", "3.13"),
                source=root / "apps/storefront",
                command="gunicorn --bind=0.0.0.0:$PORT storefront:app",
                health="/healthz",
                env={"API_URL": "${apps.api.url}"},
                sends=("thumbnails",),
                uses={"photos": "write"},
                secrets={"SESSION_KEY": "vault:session-key"},
                slots={"staging": Slot("stopped")},
            ),
            "api": App("api", "api", Runtime("python", "3.13"), root / "apps/api", uses={"products": "write"}),
            "worker": App("worker", "worker", Runtime("python", "3.13")),
        },
        jobs={
            "stock-sync": Job(
                name="stock-sync",
                folder=root / "jobs/stock_sync",
                app="worker",
                trigger=Trigger("schedule", schedule="0 */15 * * * *", text="every 15m"),
                summary="Bring stock numbers in line with the supplier's feed",
                command="python -m stock_sync",
                timeout=timedelta(minutes=10),
                retries=2,
                priority="low",
                uses={"products": "write"},
                alert={"failures": 1, "late": timedelta(minutes=45), "notify": ("ops",)},
            )
        },
        queues={"thumbnails": Queue("thumbnails", 5, timedelta(minutes=5), timedelta(days=7))},
        containers={"photos": Container("photos"), "thumbs": Container("thumbs")},
        tables={"products": Table("products"), "stock-movements": Table("stock-movements")},
        notify={"ops": Notify("ops", ("ops@watches.example",))},
    )


def test_a_quick_look_gives_the_same_values(project):
    project.job("trigger: {cron: '0 5 1 * 1'}\ncommand: echo done\n")

    quick = load(project.root, "dev", thorough=False)

    assert replace(quick, warnings=()) == replace(project.load(), warnings=())


def test_a_quick_look_does_not_mind_what_no_value_depends_on(project):
    project.job("trigger: {manual: true}\ncommand: python -m gone\nenv: {WEBSITE_MODE: quick}\n")

    assert load(project.root, "dev", thorough=False).jobs["extra"].env == {"WEBSITE_MODE": "quick"}
    assert [one.split()[1] for one in project.problems()] == ["WJ054", "WJ028"]


def test_a_quick_look_minds_what_values_depend_on(project):
    project.job("trigger: {manual: true}\ncommand: echo done\napp: wroker\n")

    with pytest.raises(ManifestError) as raised:
        load(project.root, "dev", thorough=False)

    assert [one.code for one in raised.value.problems if one.severity == "error"] == ["WJ021"]


@pytest.mark.parametrize(
    ("written", "expected", "job_type"),
    [
        ("{every: 30s}", Trigger("schedule", "*/30 * * * * *", None, "every 30s"), "triggered"),
        ("{every: 1m}", Trigger("schedule", "0 * * * * *", None, "every 1m"), "triggered"),
        ("{every: 60m}", Trigger("schedule", "0 0 * * * *", None, "every 60m"), "triggered"),
        ("{every: 2h}", Trigger("schedule", "0 0 */2 * * *", None, "every 2h"), "triggered"),
        ("{every: 1d}", Trigger("schedule", "0 0 0 * * *", None, "every 1d"), "triggered"),
        (
            '{cron: "0 6 * * Mon-Fri"}',
            Trigger("schedule", "0 0 6 * * Mon-Fri", None, "cron 0 6 * * Mon-Fri"),
            "triggered",
        ),
        (
            '{cron: "30 0 6 * * *"}',
            Trigger("schedule", "30 0 6 * * *", None, "cron 30 0 6 * * *"),
            "triggered",
        ),
        ("{queue: thumbnails}", Trigger("queue", None, "thumbnails", "queue thumbnails"), "continuous"),
        ("{always: true}", Trigger("always", text="always"), "continuous"),
        ("{manual: true}", Trigger("manual", text="manual"), "triggered"),
    ],
)
def test_every_kind_of_trigger(project, written: str, expected: Trigger, job_type: str):
    job = project.job(f"trigger: {written}\ncommand: x\n").load().jobs["extra"]

    assert (job.trigger, job.type) == (expected, job_type)


def test_arguments_keep_their_defaults_as_text(project):
    project.job(
        "trigger: {manual: true}\n"
        "command: x\n"
        "arguments:\n"
        "  - {name: brand, default: all, choices: [all, omega], help: One brand}\n"
        "  - {name: since, type: date}\n"
        "  - {name: dry-run, type: bool, default: true}\n"
        "  - {name: limit, type: int, default: 010}\n"
    )

    assert project.load().jobs["extra"].arguments == (
        Argument("brand", "string", "all", "One brand", ("all", "omega")),
        Argument("since", "date"),
        Argument("dry-run", "bool", "true"),
        Argument("limit", "int", "10"),
    )


def test_jobs_of_an_app_come_in_order(project):
    project.job("trigger: {manual: true}\ncommand: x\napp: api\n", "beside_api")

    found = project.load()

    assert [job.name for job in found.jobs_of("api")] == ["beside-api"]
    assert [job.name for job in found.jobs_of("worker")] == ["stock-sync"]


def test_a_job_takes_its_name_from_the_file_or_the_folder(project):
    project.job("name: other-name\ntrigger: {manual: true}\ncommand: x\n", "some_folder")

    found = project.load().jobs

    assert {name: job.folder.name for name, job in found.items()} == {
        "other-name": "some_folder",
        "stock-sync": "stock_sync",
    }


def test_the_only_app_carries_a_job_that_names_none(project):
    project.write(
        "oneplan.yaml",
        "version: 1\nname: solo\nlocation: westeurope\nplan: {sku: B1}\n"
        "apps: {one: {kind: worker, runtime: python:3.13}}\ntables: {products: {}}\n",
    )

    found = project.load()

    assert (found.jobs["stock-sync"].app, found.plan.os, found.time_zone) == ("one", "linux", "Etc/UTC")


def test_a_job_may_leave_what_to_run_to_its_folder(project):
    project.job("trigger: {manual: true}\n").write("jobs/extra/run.py", "print('hello')\n")

    assert project.load().jobs["extra"].command is None


def test_a_script_is_named(project):
    project.job("trigger: {manual: true}\nscript: sync.sh\n").write("jobs/extra/sync.sh", "exit 0\n")

    assert project.load().jobs["extra"].script == "sync.sh"


def test_a_folder_without_a_job_file_is_no_job(project):
    project.write("jobs/shared/__init__.py", "")

    assert list(project.load().jobs) == ["stock-sync"]


def test_stacks_are_those_with_a_file(project):
    project.write("Pulumi.yaml", "name: x\n").write("Pulumi.prod.yaml", "").write("Pulumi.dev.yaml", "")

    assert stacks(project.root) == ("dev", "prod")


def test_mappings_cannot_be_changed(project):
    found = project.load()

    with pytest.raises(TypeError):
        found.apps["storefront"].env["X"] = "y"


def test_without_a_project_file_the_message_says_where_it_looked(tmp_path):
    with pytest.raises(ManifestError) as caught:
        load(tmp_path, "dev")

    assert str(caught.value) == (
        f"oneplan.yaml:1:1: WJ005 no oneplan.yaml in {tmp_path.resolve()}; go to the project's folder, or write one"
    )


def test_loading_imports_neither_pulumi_nor_azure(project):
    code = (
        "import sys; from pathlib import Path; from oneplan.manifest import load;"
        f"load(Path({str(project.root)!r}), 'dev');"
        "print([name for name in sys.modules if name.startswith(('pulumi', 'azure', 'aiohttp'))])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_importing_the_package_does_not_import_pydantic():
    code = "import sys, oneplan.manifest; print('pydantic' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
