"""A project folder in a temporary place, and the manifest of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from oneplan.manifest.values import App, Job, Manifest, Plan, Runtime, Trigger
from oneplan.packaging import SitePackage, build
from oneplan.packaging.platforms import Platform
from oneplan.packaging.requirements import RequirementFile

MANUAL = Trigger("manual", text="manual")


@dataclass
class RecordingInstaller:
    """Installs a module that holds the requirement texts, and remembers its calls."""

    calls: list[tuple[list[str], str]] = field(default_factory=list)

    def __call__(self, files: Sequence[RequirementFile], platform: Platform, folder: Path) -> None:
        self.calls.append(([file.shown for file in files], platform.description))
        (folder / "installed.py").write_text("".join(file.text for file in files))
        (folder / "bin").mkdir()
        (folder / "bin" / "tool").write_text("#!/usr/bin/python\n")


@dataclass
class Project:
    """A project with one app `shop`, to which jobs are added."""

    root: Path
    target: str = "local"
    system: str = "linux"
    runtime: Runtime = field(default_factory=lambda: Runtime("python", "3.13"))
    has_site: bool = True
    jobs: dict[str, Job] = field(default_factory=dict)
    install: RecordingInstaller = field(default_factory=RecordingInstaller)

    @property
    def site(self) -> Path:
        return self.root / "apps" / "shop"

    def write(self, path: str, content: str | bytes = "", mode: int = 0o644) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        file.chmod(mode)
        return file

    def job(self, name: str = "tidy", **fields: Any) -> Job:
        folder = self.root / "jobs" / name.replace("-", "_")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "job.yaml").write_text("trigger: {manual: true}\n")
        job = Job(name, folder, "shop", **{"trigger": MANUAL, **fields})
        self.jobs[name] = job
        return job

    def manifest(self) -> Manifest:
        self.site.mkdir(parents=True, exist_ok=True)
        return Manifest(
            root=self.root,
            stack="dev",
            target=self.target,
            name="tempus",
            location="switzerlandnorth",
            time_zone="Europe/Zurich",
            plan=Plan(self.system, "B2"),
            apps={"shop": App("shop", "web", self.runtime, self.site if self.has_site else None)},
            jobs=self.jobs,
        )

    def build(self) -> SitePackage:
        return build(self.manifest(), "shop", install=self.install)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
