"""What new jobs and apps begin with."""

import ast
import re
from pathlib import Path

import pytest

from oneplan.authoring.errors import AuthoringError
from oneplan.authoring.programs import (
    NewJob,
    Trigger,
    app_files,
    job_files,
    module_name,
    parse_trigger,
    without_hashes,
)

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("every 15m", Trigger("every", "15m")),
        ("cron 0 6 * * *", Trigger("cron", "0 6 * * *")),
        ("queue mails", Trigger("queue", "mails")),
        (" always ", Trigger("always", True)),
        ("manual", Trigger("manual", True)),
    ],
)
def test_a_trigger_is_written_as_it_is_said(text, trigger):
    assert parse_trigger(text) == trigger


@pytest.mark.parametrize("text", ["", "sometimes", "every", "always now", "cron"])
def test_a_trigger_that_is_none_is_refused(text):
    with pytest.raises(AuthoringError) as caught:
        parse_trigger(text)

    assert str(caught.value) == (
        f'--trigger: "{text}" starts nothing; write every 15m, cron 0 6 * * *, queue NAME, always or manual'
    )


def test_a_job_is_a_declaration_and_a_program():
    files = job_files(NewJob("stock-sync", Trigger("every", "15m"), "python", app="api"))

    assert list(files) == ["job.yaml", "stock_sync.py"]
    assert files["job.yaml"] == (
        "# yaml-language-server: $schema=../../schemas/job.schema.json\n"
        "summary: Say here what stock-sync does\napp: api\ntrigger: {every: 15m}\ncommand: python -m stock_sync\n"
    )


@pytest.mark.parametrize("shape", [Trigger("manual", True), Trigger("always", True), Trigger("queue", "mails")])
def test_python_programs_are_python(shape):
    program = job_files(NewJob("x-y", shape, "python"))["x_y.py"]

    assert ast.parse(program).body
    assert "{{" not in program


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("python -m mailer --fast", "mailer.py"),
        ("node send.js", "send.js"),
        ("bash send.sh now", "send.sh"),
    ],
)
def test_a_command_names_the_program_that_is_written(command, file):
    files = job_files(NewJob("mails", Trigger("manual", True), "bash", command=command))

    assert list(files) == ["job.yaml", file]
    assert f"command: {command}\n" in files["job.yaml"]


def test_a_command_that_is_a_program_of_its_own_gets_none():
    assert list(job_files(NewJob("mails", Trigger("manual", True), command="./send"))) == ["job.yaml"]


def test_a_job_on_windows_has_a_run_file_and_no_command():
    files = job_files(NewJob("mails", Trigger("manual", True), "node", own_run_file=True))

    assert list(files) == ["job.yaml", "run.js"]
    assert "command" not in files["job.yaml"]


def test_a_queue_is_read_in_python_alone():
    with pytest.raises(AuthoringError) as caught:
        job_files(NewJob("mails", Trigger("queue", "mails"), "node"))

    assert str(caught.value) == (
        "job mails: oneplan's library for queues is Python's; add --language python, or --command with a program of"
        " your own"
    )


@pytest.mark.parametrize(
    ("job", "module"), [("stock-sync", "stock_sync"), ("json", "json_job"), ("azure", "azure_job")]
)
def test_a_module_hides_none_that_its_program_imports(job, module):
    assert module_name(job) == module


def test_an_app_in_bash_is_refused():
    with pytest.raises(AuthoringError) as caught:
        app_files("shop", "bash")

    assert str(caught.value) == "app shop: there is no site in bash to begin with; use --language python or node"


def test_the_packages_of_new_programs_are_those_the_example_is_tested_with():
    example = (ROOT / "jobs/thumbnails/requirements.txt").read_text() + (
        ROOT / "apps/storefront/requirements.txt"
    ).read_text()
    queue = job_files(NewJob("mails", Trigger("queue", "mails"), "python"))["requirements.txt"]

    for package in re.findall(
        r"^\S.*(?:\n    .*)+", queue + app_files("shop", "python")["requirements.txt"], re.MULTILINE
    ):
        assert package in example


def test_a_project_without_hashes_gets_pins_alone():
    assert without_hashes("a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\nb==2\n") == "a==1\nb==2\n"
