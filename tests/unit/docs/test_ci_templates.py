"""The CI templates: YAML that parses, steps that exist, nothing secret in them."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "docs" / "ci").glob("*.yml"))
COMMANDS = re.compile(r"venv/bin/oneplan [^\n\"}]+")


def texts(value) -> list[str]:
    """Every text in a document."""
    match value:
        case dict():
            return [text for item in value.values() for text in texts(item)]
        case list():
            return [text for item in value for text in texts(item)]
        case str():
            return [value]
        case _:
            return []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_checks_previews_deploys_and_looks_for_drift(template):
    document = yaml.safe_load(template.read_text(encoding="utf-8"))

    assert [command for text in texts(document) for command in COMMANDS.findall(text)] == [
        "venv/bin/oneplan validate",
        "venv/bin/oneplan preview --stack dev -- --policy-pack policy",
        "venv/bin/oneplan preview --stack prod -- --policy-pack policy",
        "venv/bin/oneplan up --stack prod --yes -- --policy-pack policy",
        "venv/bin/oneplan preview --stack prod -- --refresh --expect-no-changes",
    ]


def test_github_exchanges_its_token_and_may_do_nothing_else():
    document = yaml.safe_load((ROOT / "docs/ci/github-actions.yml").read_text(encoding="utf-8"))

    assert document["permissions"] == {"contents": "read", "id-token": "write"}
    assert document["jobs"]["up"]["environment"] == "production"
    # `on` is a boolean in YAML 1.1, which GitHub's own parser does not speak.
    assert set(document[True]) == {"pull_request", "push", "schedule"}


def test_devops_stages_follow_one_another_and_deploy_behind_an_approval():
    document = yaml.safe_load((ROOT / "docs/ci/azure-devops.yml").read_text(encoding="utf-8"))

    stages = {stage["stage"]: stage for stage in document["stages"]}
    assert {name: stage.get("dependsOn") for name, stage in stages.items()} == {
        "check": None,
        "preview": "check",
        "up": "check",
        "drift": [],
    }
    assert stages["up"]["jobs"][0]["environment"] == "production"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_holds_no_secret(template):
    text = template.read_text(encoding="utf-8")

    assert "client-secret" not in text.lower()
    assert "ARM_CLIENT_SECRET" not in text
    assert all(
        re.fullmatch(r"\$\{\{.*\}\}|\$\(.*\)\}?|\"\"", value)
        for value in re.findall(r"PASSPHRASE: (\S.*)$", text, re.MULTILINE)
    )
