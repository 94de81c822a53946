"""Comments that switch a check off."""

import pytest

JOB = "trigger: {always: true}\ncommand: echo done\n"


def told(project) -> list[str]:
    return [str(one) for one in project.found() if one.file == "jobs/extra/job.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        "stop_grace: 20m  # oneplan: allow WJ051 because it is meant\n",
        "# oneplan: allow WJ051 because it is meant\nstop_grace: 20m\n",
        "# oneplan: allow WJ051 because it is meant\n# oneplan: allow WJ063 because so is this\nstop_grace: 20m\n",
    ],
)
def test_a_warning_is_switched_off_beside_its_line_or_above(project, text: str):
    project.job(JOB + text)

    assert not any("WJ051" in line for line in told(project))


def test_an_error_that_can_be_meant_is_switched_off_too(project):
    text = "env: {SHOP_PASSWORD: none}"
    project.job(f"{JOB}{text}\n")
    assert told(project)[0].startswith("jobs/extra/job.yaml:3:22: WJ069")

    project.job(f"{JOB}{text}  # oneplan: allow WJ069 because the shop has no password\n")

    assert told(project) == []
    assert "extra" in project.load().jobs


def test_it_holds_for_one_line_only(project):
    project.job(f"# oneplan: allow WJ051 because it is meant\n{JOB}stop_grace: 20m\n")

    assert [line.split(" ")[1] for line in told(project)] == ["WJ091", "WJ051"]


def test_in_a_text_it_is_text(project):
    project.job(f'{JOB}summary: "a # oneplan: allow"\nenv:\n  A: |\n    # oneplan: allow\n')

    assert told(project) == []


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("", "WJ090 this comment names no check to switch off; write # oneplan: allow WJ041 because <reason>"),
        (" WJ051", "WJ090 switching WJ051 off needs a reason; write # oneplan: allow WJ051 because <reason>"),
        (" WJ051 because ", "WJ090 switching WJ051 off needs a reason; write # oneplan: allow WJ051 because <reason>"),
        (" WJ999 because x", "WJ092 WJ999 cannot be switched off: there is no such check, see docs/checks.md"),
        (" WJ012 because x", "WJ092 WJ012 cannot be switched off: it is an error, mend it"),
        (" WJ051 because x", "WJ091 WJ051 finds nothing here in any stack; remove this comment"),
    ],
)
def test_what_is_wrong_with_a_comment_is_told(project, comment: str, message: str):
    project.job(f"{JOB}stop_grace: 20s  # oneplan: allow{comment}\n")

    assert told(project) == [f"jobs/extra/job.yaml:3:18: {message}"]


def test_a_comment_that_one_stack_needs_is_of_use(project):
    project.job(f"{JOB}stop_grace: 20s\n").write("Pulumi.prod.yaml", "config: {}\n")
    text = "jobs:\n  extra:\n    stop_grace: 20m  # oneplan: allow WJ051 because production is slow"
    project.overrides(text, "prod").write("Pulumi.dev.yaml", "config: {}\n")

    assert project.found("prod") == project.found("dev")
