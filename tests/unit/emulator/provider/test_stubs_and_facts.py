"""What is loaded of Pulumi, and what is known of the SDK."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.errors import EmulatorError
from emulator.provider import facts as facts_module
from emulator.provider.facts import FactsSource, extract_name, sdk_version

ROOT = Path(__file__).parents[4]


def run(program: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=True
    )
    return result.stdout


def test_the_provider_loads_the_protocol_and_not_pulumi():
    loaded = run(
        "import sys, emulator.provider.server\n"
        "print([n for n in sys.modules if n == 'pulumi' or n.startswith('pulumi.') or n.startswith('pulumi_')])"
    )

    assert loaded == "[]\n"


def test_pulumi_can_be_imported_afterwards_and_before():
    after = run(
        "import emulator.provider.server, pulumi, pulumi.runtime\n"
        "from pulumi.runtime.proto import provider_pb2\n"
        "print(pulumi.Output, provider_pb2.CheckRequest(urn='u').urn)"
    )
    before = run("import pulumi, emulator.provider._stubs as s; print(s.provider_pb2.CheckRequest(urn='u').urn)")

    assert after.endswith("u\n")
    assert before == "u\n"


def test_the_facts_are_the_sdks(facts):
    queue = facts.resource("azure-native:storage:Queue")

    assert facts.version == sdk_version()
    assert dict(queue.inputs.properties) == {
        "accountName": "s",
        "metadata": "{s",
        "queueName": "s",
        "resourceGroupName": "s",
    }
    assert queue.inputs.required == ("accountName", "resourceGroupName")
    assert "approximateMessageCount" in queue.outputs
    assert queue.api_version == "2024-01-01"
    assert facts.resource("azure-native:storage:Nothing") is None


def test_every_module_that_programs_use_is_there(facts):
    modules = {token.split(":")[1] for token in facts.resources}

    assert modules == {
        "applicationinsights",
        "authorization",
        "consumption",
        "keyvault",
        "managedidentity",
        "monitor",
        "network",
        "operationalinsights",
        "privatedns",
        "resources",
        "storage",
        "web",
    }
    assert facts.object("web:NameValuePair").properties == {"name": "s", "value": "s"}
    assert "StorageV2" in facts.enums["storage:Kind"]


async def test_a_cached_extract_is_read_and_a_broken_one_made_anew(tmp_path, facts, monkeypatch):
    file = tmp_path / extract_name()
    file.write_text('{"half":')
    made: list[Path] = []

    async def extract(target: Path) -> None:
        made.append(target)
        target.write_text('{"version":"1","resources":{},"objects":{},"enums":{}}')

    monkeypatch.setattr(facts_module, "_extract", extract)

    first = await FactsSource(tmp_path).get()
    second = await FactsSource(tmp_path).get()

    assert (first.version, second.version, made) == ("1", "1", [file])


async def test_a_failed_extraction_says_what_to_do_and_is_tried_again(tmp_path, monkeypatch):
    attempts = []

    async def extract(target: Path) -> None:
        attempts.append(target)
        raise EmulatorError("azure-native SDK: its types could not be read (x); run `make setup`")

    monkeypatch.setattr(facts_module, "_extract", extract)
    source = FactsSource(tmp_path)

    for _ in range(2):
        with pytest.raises(EmulatorError, match="run `make setup`"):
            await source.get()

    assert len(attempts) == 2
