"""`pulumi preview` of 50 apps and 1,000 jobs, beside a hand-written program of the same resources.

`python -m benchmarks.preview`, some minutes. The peer registers what ours does, by azure-native's classes and with
outputs where ours has them, from a list made beforehand; it knows the alias transformation too. The second figure is
ours without that transformation. The real engine and the emulator's provider answer all three.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pulumi

from benchmarks import large
from benchmarks.measure import Comparison, compare

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
NOBODY = "00000000-0000-4000-8000-000000000000"
PLAIN = """
import components.program as program
program.without_old_aliases = lambda args: None
"""
PEER = r"""
import importlib, inspect, json, re
from functools import cache
from pathlib import Path
import pulumi

def lean(args):
    args.opts.aliases = None
    return pulumi.ResourceTransformationResult(args.props, args.opts)

def live(value):
    if isinstance(value, dict) and "$file" in value:
        return pulumi.FileAsset(value["$file"])
    if isinstance(value, dict):
        return {key: live(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [live(inner) for inner in value]
    if not isinstance(value, str) or "[[" not in value:
        return value
    parts = re.split(r"\[\[(\d+)\]\]", value)
    return pulumi.Output.concat(*(made[int(part)].id if at % 2 else part for at, part in enumerate(parts)))

@cache
def words(noun):
    return {word.replace("_", ""): word for word in inspect.signature(noun._internal_init).parameters}

pulumi.runtime.register_stack_transformation(lean)
made = []
for kind, name, parent, inputs in json.loads(Path("resources.json").read_text()):
    opts = pulumi.ResourceOptions(parent=None if parent is None else made[parent])
    if not kind.startswith("azure-native:"):
        made.append(pulumi.ComponentResource(kind, name, None, opts))
        continue
    _, module, noun = kind.split(":")
    noun = getattr(importlib.import_module(f"pulumi_azure_native.{module}"), noun)
    given = {words(noun)[key.lower()]: live(value) for key, value in inputs.items()}
    made.append(noun(name, **given, opts=opts))
"""


class Recorder(pulumi.runtime.Mocks):
    """Answers like the engine, with `[[7]]` for the id of the eighth resource, and keeps what it was asked to make."""

    def __init__(self) -> None:
        self.order: dict[tuple[str, str], int] = {}
        self.parents: dict[tuple[str, str], tuple[str, str] | None] = {}
        self.inputs: dict[tuple[str, str], dict[str, Any]] = {}

    def seen(self, args: pulumi.ResourceTransformationArgs) -> None:
        """Keeps the place in the program and the parent; a transformation that changes nothing."""
        parent = args.opts.parent
        self.order[args.type_, args.name] = len(self.order)
        self.parents[args.type_, args.name] = (parent._type, parent._name) if parent else None  # no public way

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Keeps the inputs; what Azure would add is what the components read."""
        self.inputs[args.typ, args.name] = args.inputs
        last = args.typ.rpartition(":")[2]
        named = {
            "StorageAccount": "accountName",
            "ResourceGroup": "resourceGroupName",
            "BlobContainer": "containerName",
        }
        added: dict[str, Any] = {
            "clientId": NOBODY,
            "principalId": NOBODY,
            "connectionString": "InstrumentationKey=key",
            "defaultHostName": "a.test",
            "hostNameSslStates": [{"name": "a.scm.test", "hostType": "Repository"}],
            "primaryEndpoints": {kind: f"https://a.{kind}.test/" for kind in ("blob", "queue", "table")},
        }
        if last in named:
            added["name"] = args.inputs[named[last]]
        if "identity" in args.inputs:
            added["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {}}
        return f"[[{self.order.get((args.typ, args.name), 0)}]]", {**args.inputs, **added}

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, str]:
        """Who is logged in."""
        return {"subscriptionId": "sub", "tenantId": "tenant", "clientId": "me", "objectId": "me"}

    def resources(self) -> list[tuple[str, str, int | None, dict[str, Any]]]:
        """Type, name, the parent's number and inputs, in the program's order; without the stack itself."""
        return [
            (*key, self.order.get(parent) if (parent := self.parents[key]) else None, self.inputs.get(key, {}))
            for key in self.order
        ]


def main() -> None:
    """Prints each figure as it is measured."""
    with tempfile.TemporaryDirectory() as place:
        ours, plain, peer = (Path(place, name) for name in ("ours", "plain", "peer"))
        _project(ours, (ROOT / "__main__.py").read_text())
        _project(plain, PLAIN + (ROOT / "__main__.py").read_text())
        resources = _recorded(ours)
        _project(peer, PEER)
        (peer / "resources.json").write_text(json.dumps(resources, default=lambda asset: {"$file": asset.path}))
        try:
            _oneplan(ours, "local", "start")
            local = json.loads(_oneplan(ours, "local", "env", "--json"))
            for folder in (ours, plain, peer):
                _pulumi(folder, local, "stack", "init", "dev")
            title = f"preview: {large.APPS} apps, {large.JOBS:,} jobs, {len(resources):,} resources"
            print(_beside(title, ours, "the same, written by hand", peer, local), "(limit 1.1)", flush=True)
            print(_beside(title, ours, "ours with the old aliases", plain, local), "(limit 0.5)", flush=True)
        finally:
            _oneplan(ours, "local", "stop")


def _beside(title: str, ours: Path, peer_title: str, peer: Path, local: dict[str, str]) -> Comparison:
    works = [lambda folder=folder: _pulumi(folder, local, "preview", "--stack", "dev") for folder in (ours, peer)]
    return compare(title, works[0], peer_title, works[1], rounds=ROUNDS)


def _project(folder: Path, program: str) -> None:
    folder.mkdir()
    large.write(folder)
    (folder / "__main__.py").write_text(program)
    (folder / "Pulumi.yaml").write_text(
        f"name: large\nruntime: {{name: python, options: {{virtualenv: {ROOT / 'venv'}}}}}\n"
    )
    for name in ("components", "oneplan", "ncrontab", "jobhost", "tools"):
        (folder / name).symlink_to(ROOT / name)


def _recorded(folder: Path) -> list[tuple[str, str, int | None, dict[str, Any]]]:
    """The resources of the project in `folder`, which fills its cache of packages too."""
    from components import declare

    recorder = Recorder()
    pulumi.runtime.set_mocks(recorder, project="large", stack="dev", preview=False)

    @pulumi.runtime.test
    def whole() -> object:
        pulumi.runtime.register_stack_transformation(recorder.seen)
        return declare(folder, "dev", today=date(2026, 11, 1))

    whole()
    return recorder.resources()


def _pulumi(folder: Path, local: dict[str, str], *arguments: str) -> None:
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    as_oneplan_does = {"PULUMI_SKIP_CHECKPOINTS": "true", "ONEPLAN_SDK_DEBUG": "off"}
    environment = kept | local | as_oneplan_does | {"PULUMI_BACKEND_URL": f"file://{folder}"}
    command = [shutil.which("pulumi", path=environment["PATH"]) or "pulumi", *arguments, "--non-interactive"]
    done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def _oneplan(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "oneplan", *arguments]
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
