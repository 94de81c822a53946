"""What is said when something is gone and something like it is new."""

import json
from typing import Any

import pytest

from oneplan.cli.engine import Engine, Pulumi
from oneplan.cli.renames import renames
from oneplan.manifest import load

STACK = ".oneplan/pulumi/.pulumi/stacks/oneplan/dev.json"
APP = (
    "app {gone}: not in the manifest any more, while {new} is new; Azure renames nothing: the new is made, then the old"
    " is deleted, and its host name and its jobs' history go; to change over in two steps, declare both, run `oneplan"
    " up`, and remove the old one later"
)


def state(outputs: dict[str, Any]) -> str:
    stack = {"type": "pulumi:pulumi:Stack", "outputs": outputs}
    return json.dumps({"checkpoint": {"latest": {"resources": [stack]}}})


def test_a_renamed_app_is_told_and_names_what_is_new(shell):
    manifest = load(shell.root, "dev")

    found = renames({"apps": {"backend": {}, "old": {}}, "queues": {"thumbnails": ""}}, manifest)

    assert found == [APP.format(gone="backend, old", new=", ".join(sorted(manifest.apps)))]


def test_a_renamed_queue_is_told_with_what_is_lost(shell):
    manifest = load(shell.root, "dev")

    [found] = renames({"apps": dict.fromkeys(manifest.apps), "queues": {"photos": "https://q/photos"}}, manifest)

    assert found.startswith(
        "queue photos: not in the manifest any more, while thumbnails is new; Azure renames nothing"
    )
    assert "and the messages in it go; to change over" in found


@pytest.mark.parametrize("apps", [None, "[secret]", [], {}])
def test_a_stack_that_was_never_up_or_says_nothing_has_no_renames(shell, apps: object):
    assert renames({"apps": apps}, load(shell.root, "dev")) == []


def test_what_is_only_gone_or_only_new_is_no_rename(shell):
    manifest = load(shell.root, "dev")

    assert renames({"apps": {**manifest.apps, "old": {}}}, manifest) == []


@pytest.mark.parametrize("command", ["preview", "up"])
def test_both_commands_tell_it_before_pulumi_starts(shell, azure, worker, command: str):
    shell.pulumi("exit 0")
    shell.write({STACK: state({"apps": {"backend": {}}})})

    result = shell(command)

    assert "note app backend: not in the manifest any more, while" in " ".join(result.err.split())


def test_outputs_that_are_secret_are_left_out(shell, azure, worker):
    shell.pulumi("exit 0")
    shell.write({STACK: state({"apps": {"4dabf18193072939515e22adb298388d": "secret", "ciphertext": "v1:"}})})

    assert "not in the manifest any more" not in shell("preview").err


@pytest.mark.parametrize(
    ("script", "found"),
    [('echo \'{"apps": {"a": {}}}\'', {"apps": {"a": {}}}), ("exit 255", {}), ("exit 0", {})],
)
def test_a_stack_in_azure_is_asked_for_its_outputs(shell, script: str, found: dict[str, Any]):
    shell.pulumi(script)
    engine = Engine(shell.root, "prod", Pulumi(shell.root / "tools/pulumi/bin/pulumi", is_ours=True), {})

    assert engine.outputs() == found
    assert shell.calls == ["stack output --json --stack prod"]
