"""A project in a temporary folder, and ways to load it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from oneplan.errors import Problem
from oneplan.manifest import Manifest, load, validate
from oneplan.manifest.discovery import JOB_FILE
from oneplan.manifest.files import PROJECT_FILE

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")

TODAY = date(2026, 11, 24)

SCHEMA_LINE = "# yaml-language-server: $schema=schema.json\n"
"""At the end, so that lines keep their numbers."""

BASE = """\
version: 1
name: tempus
location: switzerlandnorth
time_zone: Europe/Zurich
tags: {owner: web-team}

plan: {os: linux, sku: S1, instances: 1}

defaults:
  job: {app: worker, timeout: 10m, alert: {failures: 1, notify: [ops]}}

apps:
  storefront:
    kind: web
    source: apps/storefront
    runtime: python:3.13
    command: gunicorn --bind=0.0.0.0:$PORT storefront:app
    health: /healthz
    env: {API_URL: "${apps.api.url}"}
    sends: [thumbnails]
    uses: {photos: write}
    secrets: {SESSION_KEY: "vault:session-key"}
    slots: {staging: {jobs: stopped}}
  api: {kind: api, source: apps/api, runtime: python:3.13, uses: {products: write}}
  worker: {kind: worker, runtime: python:3.13}

queues: {thumbnails: {attempts: 5, lease: 5m, keep: 7d}}
containers: {photos: {}, thumbs: {public: false}}
tables: {products: {}, stock-movements: {}}
notify: {ops: {email: ops@watches.example}}
"""

STOCK_SYNC = """\
summary: Bring stock numbers in line with the supplier's feed
trigger: {every: 15m}
command: python -m stock_sync
timeout: 10m
retries: 2
priority: low
uses: {products: write}
alert: {late: 45m}
"""


class Project:
    """Files on disk; a change is text replaced in one of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("apps/storefront", "apps/api"):
            (root / folder).mkdir(parents=True)
        self.write("oneplan.yaml", BASE)
        self.write("jobs/stock_sync/job.yaml", STOCK_SYNC)
        self.write("jobs/stock_sync/stock_sync.py", "")

    def write(self, file: str, content: str | bytes) -> "Project":
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str) and content.endswith("\n") and path.name in (PROJECT_FILE, JOB_FILE):
            content = content.removesuffix(SCHEMA_LINE) + SCHEMA_LINE
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def replace(self, old: str, new: str, file: str = "oneplan.yaml") -> "Project":
        text = (self.root / file).read_text()
        assert text.count(old) == 1, f"{old!r} must be there once"
        return self.write(file, text.replace(old, new))

    def job(self, content: str, name: str = "extra") -> "Project":
        return self.write(f"jobs/{name}/job.yaml", content)

    def overrides(self, content: str, stack: str = "dev") -> "Project":
        lines = "".join(f"    {line}\n" for line in content.splitlines())
        return self.write(f"Pulumi.{stack}.yaml", f"config:\n  oneplan:overrides:\n{lines}")

    def load(self, stack: str = "dev") -> Manifest:
        return load(self.root, stack)

    def problems(self, stack: str = "dev") -> list[str]:
        """What stops."""
        return [str(one) for one in self.found(stack) if one.severity == "error"]

    def warnings(self, stack: str = "dev") -> list[str]:
        """What is only told."""
        return [str(one) for one in self.found(stack) if one.severity == "warning"]

    def found(self, stack: str = "dev") -> tuple[Problem, ...]:
        return validate(self.root, [stack], today=TODAY).problems


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A sound project in the form of the design's example."""
    return Project(tmp_path.resolve())


@pytest.fixture
def problems_of(project: Project) -> Callable[[str, str], list[str]]:
    """What is wrong after one replacement in `oneplan.yaml`."""

    def after(old: str, new: str) -> list[str]:
        return project.replace(old, new).problems()

    return after
