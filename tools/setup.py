"""Makes a fresh clone ready to run: Python packages, the Pulumi engine and the storage emulator, side by
side.

Each part is done once and again only when what it is made from changes, so that a second run costs
milliseconds.
Run by `make setup`; `--browser` adds what only tests need, Chromium, the YAML language server and axe. Standard library
only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / "venv"
PYTHON = VENV / "bin" / "python"
AZURITE = ROOT / "tools" / "azurite"
EDITOR = ROOT / "tools" / "editor"
AXE = ROOT / "tools" / "axe"
ENGINE = ROOT / "tools" / "pulumi"
OLDEST_PYTHON = (3, 11)
NODE = Lock()
"""Held while Node is put into the virtual environment, which two parts may want at once."""


class SetupError(Exception):
    """A part cannot be set up; the text says what failed and what to do."""


@dataclass(frozen=True)
class Part:
    """One thing to set up, the files it is made from and the proof that it is there."""

    title: str
    sources: tuple[Path, ...]
    stamp: Path
    present: Path
    make: Callable[[], None]

    def key(self) -> str:
        """Digest of what the part is made from, this clone's place included: a venv does not survive a move."""
        digest = hashlib.sha256(f"{ROOT} {sys.version_info[:2]}".encode())
        for source in self.sources:
            digest.update(source.read_bytes())
        return digest.hexdigest()

    def is_done(self) -> bool:
        return self.present.exists() and self.stamp.is_file() and self.stamp.read_text() == self.key()


def install_packages() -> None:
    """The virtual environment with the pinned packages and this project in it."""
    if not PYTHON.exists() or run_quiet([str(PYTHON), "-c", ""]).returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        run(
            [sys.executable, "-m", "venv", str(VENV)],
            "python3: cannot make a virtual environment; install python3-venv",
        )
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = ["--require-hashes", "-r", str(ROOT / "requirements.txt")]
    run([*pip, "--require-hashes", "-r", str(ROOT / "requirements-uv.txt")], "pip: cannot install requirements-uv.txt")
    # uv is ten times as quick, but knows none of pip's settings, such as a company's own index.
    quick = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    if run_quiet([*quick, *wanted]).returncode:
        run([*pip, *wanted], "pip: cannot install requirements.txt")
    run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], "pip: cannot install this project")
    compile_ahead()


def compile_ahead() -> None:
    """Bytecode of what `oneplan` imports: uv writes none, and with PYTHONDONTWRITEBYTECODE no run does either."""
    names = (
        "oneplan",
        "ncrontab",
        "typer",
        "pydantic",
        "pydantic_core",
        "annotated_types",
        "typing_inspection",
        "yaml",
    )
    where = run_quiet([str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"]).stdout.strip()
    folders = [folder for name in names if (folder := find_folder(name, ROOT, Path(where)))]
    run_quiet([str(PYTHON), "-m", "compileall", "-q", *map(str, folders)])


def find_folder(name: str, *places: Path) -> Path | None:
    return next((place / name for place in places if (place / name).is_dir()), None)


def install_engine() -> None:
    """`pulumi`, found on PATH or built."""
    run([sys.executable, str(ENGINE / "install.py")], "")


def install_from_npm(folder: Path, packages: Future[float]) -> None:
    """A folder's package-lock.json, with the Node of this machine or, where there is none, the one PyPI carries."""
    environment = dict(os.environ)
    if shutil.which("node") is None or shutil.which("npm") is None:
        packages.result()
        wheel = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(ROOT / "requirements-node.txt")]
        hint = "node: is not on PATH and cannot be installed from PyPI; install Node.js 20 or newer"
        with NODE:
            run([str(PYTHON), *wheel], hint)
        environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    npm = shutil.which("npm", path=environment["PATH"])
    if npm is None:
        raise SetupError("npm: not found beside node; install Node.js 20 or newer with npm")
    flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    run([npm, "ci", *flags], f"npm: cannot install tools/{folder.name}", cwd=folder, env=environment)


def install_browser() -> None:
    """Chromium from the system's packages, and PHP along with it: there are PHP jobs among the tests."""
    if shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser"):
        return
    if shutil.which("apt-get") is None:
        raise SetupError("chromium: not found; install Chromium for the browser tests")
    admin = [] if os.geteuid() == 0 else ["sudo", "-n"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    hint = "chromium: cannot be installed from the system's packages; install it by hand for the browser tests"
    run([*admin, "apt-get", "update", "-qq"], hint, env=environment)
    run(
        [*admin, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "php-cli"],
        hint,
        env=environment,
    )


def run(command: list[str], hint: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Runs a command to its end; raises SetupError with its last lines when it fails."""
    done = subprocess.run(
        command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        tail = "\n".join(f"  {line}" for line in done.stdout.strip().splitlines()[-12:])
        raise SetupError(f"{hint or Path(command[0]).name}\n{tail}" if tail else hint)


def run_quiet(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def timed(part: Part, make: Callable[[], None]) -> float:
    """Makes the part and returns the seconds it took; the stamp is written last."""
    started = time.monotonic()
    make()
    part.stamp.parent.mkdir(parents=True, exist_ok=True)
    part.stamp.write_text(part.key())
    took = time.monotonic() - started
    print(f"  {part.title:<32} {took:6.1f} s", flush=True)
    return took


def set_up(tests: bool) -> None:
    """Does what is not done yet, in parallel; raises the first SetupError when all have ended."""
    packages = Part(
        "Python packages",
        (ROOT / "requirements.txt", ROOT / "pyproject.toml"),
        VENV / ".ready",
        PYTHON,
        install_packages,
    )
    engine_files = tuple(ENGINE / name for name in ("go.mod", "go.sum", "install.py"))
    engine = Part("Pulumi engine", engine_files, ENGINE / "bin" / ".ready", ENGINE / "bin", install_engine)
    storage = Part(
        "storage emulator (Azurite)",
        (AZURITE / "package-lock.json",),
        AZURITE / "node_modules" / ".ready",
        AZURITE / "node_modules" / "azurite",
        lambda: install_from_npm(AZURITE, first),
    )
    editor = Part(
        "YAML language server",
        (EDITOR / "package-lock.json",),
        EDITOR / "node_modules" / ".ready",
        EDITOR / "node_modules" / "yaml-language-server",
        lambda: install_from_npm(EDITOR, first),
    )
    axe = Part(
        "accessibility checker (axe)",
        (AXE / "package-lock.json",),
        AXE / "node_modules" / ".ready",
        AXE / "node_modules" / "axe-core",
        lambda: install_from_npm(AXE, first),
    )
    first: Future[float] = Future()
    everything = (packages, engine, storage, *([editor, axe] if tests else []))
    wanted = [part for part in everything if not part.is_done()]
    if wanted:
        print(f"setting up: {', '.join(part.title for part in wanted)}", flush=True)
    with ThreadPoolExecutor() as pool:
        if packages in wanted:
            first = pool.submit(timed, packages, packages.make)
        else:
            first.set_result(0.0)
        others = [pool.submit(timed, part, part.make) for part in wanted if part is not packages]
        if tests:
            others.append(pool.submit(lambda: (install_browser(), 0.0)[1]))
    for future in (first, *others):
        future.result()


def main() -> int:
    if sys.version_info < OLDEST_PYTHON:
        print(f"python3: is {sys.version.split()[0]}; oneplan needs 3.11 or newer", file=sys.stderr)
        return 1
    try:
        set_up(tests="--browser" in sys.argv[1:])
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
