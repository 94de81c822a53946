"""A project folder with a small Azure behind it, and the command run in it as a user would."""

import contextlib
import fcntl
import io
import json
import os
import stat
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from oneplan.cli import main, screen
from oneplan.operate.testing import SUBSCRIPTION, FakeAzure, FakeRun, FakeSite, continuous, triggered

SCHEMA = "# yaml-language-server: $schema="
PROJECT = {
    "Pulumi.dev.yaml": f"{SCHEMA}./schemas/stack.schema.json\nconfig:\n  oneplan:target: local\n",
    "Pulumi.yaml": "name: oneplan\nruntime: python\n",
    "oneplan.yaml": f"""\
        {SCHEMA}./schemas/oneplan.schema.json
        version: 1
        name: tempus
        location: switzerlandnorth
        time_zone: Europe/Zurich
        plan: {{os: linux, sku: B2}}
        apps:
          worker: {{kind: worker, runtime: python:3.13, sends: [thumbnails]}}
        queues: {{thumbnails: {{alert: {{poison: 1, notify: [ops]}}}}}}
        notify: {{ops: {{email: ops@watches.example}}}}
        """,
    "jobs/catalogue_reindex/job.yaml": f"""\
        {SCHEMA}../../schemas/job.schema.json
        app: worker
        trigger: {{manual: true}}
        command: python -m catalogue_reindex
        arguments:
          - {{name: brand, type: string, default: all}}
          - {{name: since, type: date}}
          - {{name: dry-run, type: bool, default: true}}
        """,
    "jobs/catalogue_reindex/catalogue_reindex.py": "",
    "jobs/stock_sync/job.yaml": f"""\
        {SCHEMA}../../schemas/job.schema.json
        app: worker
        trigger: {{every: 15m}}
        command: python -m stock_sync
        alert: {{late: 45m, notify: [ops]}}
        """,
    "jobs/stock_sync/stock_sync.py": "",
    "jobs/thumbnails/job.yaml": f"""\
        {SCHEMA}../../schemas/job.schema.json
        app: worker
        trigger: {{queue: thumbnails}}
        command: python -m thumbnails
        """,
    "jobs/thumbnails/thumbnails.py": "",
}
"""Without a doubt, so that nothing is told beside what a test is about."""


@dataclass(frozen=True)
class Result:
    """What a command did."""

    code: int
    out: str
    err: str


class Shell:
    """Runs `oneplan` in the project folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, *arguments: str) -> Result:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            screen.out.cache_clear()
            screen.err.cache_clear()
            code = main(arguments)
        return Result(int(code), out.getvalue(), err.getvalue())

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))

    def pulumi(self, script: str) -> None:
        """Puts a `pulumi` where `make setup` puts it; the script notes its arguments in `pulumi.calls`."""
        path = self.root / "tools/pulumi/bin/pulumi"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "$*" >> "{self.root}/pulumi.calls"\n{textwrap.dedent(script)}\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    @property
    def calls(self) -> list[str]:
        return (self.root / "pulumi.calls").read_text().splitlines()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A project in which nothing runs yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr("oneplan.cli.engine.INSTALLATION", tmp_path)  # not this checkout's own pulumi
    made = Shell(tmp_path)
    made.write(PROJECT)
    return made


@pytest.fixture
def azure(shell: Shell) -> Iterator[FakeAzure]:
    """The local Azure, up."""
    folder = shell.root / ".oneplan"
    folder.mkdir()
    (folder / "token").write_text("secret")
    with FakeAzure(token="secret") as running, (folder / "daemon.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        facts = {
            "pid": os.getpid(),
            "provider_port": 4001,
            "control_url": running.url,
            "arm_url": running.url,
            "identity_url": f"{running.url}/msi/token",
            "subscription_id": SUBSCRIPTION,
            "tenant_id": "t",
            "ca_bundle": str(folder / "tls/bundle.pem"),
            "started": "2026-11-24T05:00:00+00:00",
        }
        (folder / "daemon.json").write_text(json.dumps(facts))
        yield running


@pytest.fixture
def worker(azure: FakeAzure) -> FakeSite:
    """A deployed site with three jobs."""
    azure.queues = {"thumbnails": 3, "thumbnails-poison": 0}
    runs = [FakeRun("202611240500000000", log="one\ntwo\n")]
    jobs = [
        continuous("thumbnails", log="waiting\n"),
        triggered("stock-sync", schedule="0 */15 * * * *", runs=runs),
        triggered("catalogue-reindex"),
    ]
    return azure.add_site("worker", "tempus-dev-worker-abcde", jobs)
