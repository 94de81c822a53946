"""What tests of whole programs share: the engine's place, and the example project running from a copy of its own."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="session")
def pulumi_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables for a `pulumi` that touches nothing outside a temporary folder."""
    home = tmp_path_factory.mktemp("pulumi")
    (home / "state").mkdir()
    bin_folder = ROOT / "tools" / "pulumi" / "bin"
    path = os.environ["PATH"] if shutil.which("pulumi") else f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
    return {
        "PATH": path,
        "HOME": str(home),
        "PULUMI_HOME": str(home / "home"),
        "PULUMI_BACKEND_URL": f"file://{home / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


@dataclass(frozen=True)
class Project:
    """A copy of the example, and the `oneplan` command run in it."""

    folder: Path

    def oneplan(self, *arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Runs `oneplan`; its exit code must be `code`, unless that is None."""
        environment = os.environ | {"NO_COLOR": "1", "COLUMNS": "160"}
        done = subprocess.run(
            [str(BIN / "oneplan"), *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert code is None or done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def status(self) -> dict[str, Any]:
        """What `oneplan status --json` says."""
        found: dict[str, Any] = json.loads(self.oneplan("status", "--json").stdout)
        return found

    def app(self, name: str) -> dict[str, Any]:
        """One app of the status."""
        return next(app for app in self.status()["apps"] if app["name"] == name)

    def job(self, name: str) -> dict[str, Any]:
        """One job of the status."""
        return next(job for job in self.status()["jobs"] if job["name"] == name)

    def daemon(self) -> dict[str, Any]:
        """Where the local Azure listens."""
        found: dict[str, Any] = json.loads((self.folder / ".oneplan" / "daemon.json").read_text())
        return found

    def edit(self, file: str, old: str, new: str) -> None:
        """Replaces a text that must be in the file."""
        path = self.folder / file
        text = path.read_text()
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new))


def copy_example(folder: Path) -> Project:
    """The owner's files as a clone would have them, with this clone's environment and tools."""
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "__main__.py", "oneplan.yaml"):
        shutil.copy2(ROOT / name, folder / name)
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("apps", "jobs", "policy"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("venv", "tools"):
        (folder / name).symlink_to(ROOT / name)
    return Project(folder)


def copy_with_wheels(folder: Path, wheels: Path) -> Project:
    """The example with vendored packages that other copies share."""
    made = copy_example(folder)
    cache = made.folder / ".oneplan" / "cache"
    cache.mkdir(parents=True)
    (cache / "wheels").symlink_to(wheels)
    return made


@pytest.fixture(scope="session")
def example_in() -> Callable[[Path, Path], Project]:
    """Makes a copy of the example in a folder, with the packages of another; it is not up yet."""
    return copy_with_wheels


@pytest.fixture(scope="session")
def project_in() -> Callable[[Path], Project]:
    """Makes the `oneplan` command for a project in a folder."""
    return Project


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Vendored packages, installed once and shared by the copies of one session."""
    return tmp_path_factory.mktemp("wheels")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Iterator[Project]:
    """A copy of the example that is not up yet; taken down and stopped at the end, whatever happened."""
    made = copy_with_wheels(tmp_path_factory.mktemp("example"), wheels)
    yield made
    made.oneplan("local", "stop", code=None)


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """Asks until the answer is true, and returns it; fails with the last answer when time is up."""

    def ask(question: Callable[[], Any], *, seconds: float = 30.0, every: float = 0.2) -> Any:
        deadline = time.monotonic() + seconds
        while True:
            answer = question()
            if answer:
                return answer
            if time.monotonic() > deadline:
                pytest.fail(f"not within {seconds} s; the last answer was {answer!r}")
            time.sleep(every)

    return ask
