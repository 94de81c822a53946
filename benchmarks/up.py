"""How long `oneplan up` and what follows it take, beside `pulumi up` of an empty program: `python -m benchmarks.up`.

Not part of the default run: it brings the whole example up in a temporary copy, with the wheels cached by `make up`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Comparison

ROOT = Path(__file__).resolve().parents[1]
WHEELS = ROOT / ".oneplan" / "cache" / "wheels"
OWNED = ("Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "__main__.py", "oneplan.yaml", "apps", "jobs")
JOB = Path("jobs", "stock_sync", "stock_sync", "__main__.py")
PEER = "pulumi up, empty program"
PHASE = re.compile(r"(local Azure|pulumi|sites) ([\d.]+) s")


def main() -> None:
    """Prints each figure as it is measured."""
    if not WHEELS.is_dir():
        sys.exit(f"{WHEELS}: is missing; run `make up` once, so that no package is downloaded here")
    with tempfile.TemporaryDirectory() as place:
        folder = _copy(Path(place, "example"))
        try:
            _measure(folder, _Peer(Path(place, "peer")))
        finally:
            _run(folder, "local", "stop")


def _measure(folder: Path, peer: "_Peer") -> None:
    _show("up: fresh, warm wheels", folder, peer, "up")
    _show("up: nothing changed", folder, peer, "up")
    with (folder / JOB).open("a", encoding="utf-8") as file:
        file.write("\n# another line\n")
    _show("up: one job file changed", folder, peer, "up")
    _show("preview: nothing changed", folder, peer, "preview")
    _show("status", folder, peer, "status")


def _show(title: str, folder: Path, peer: "_Peer", *arguments: str) -> None:
    """One line with the ratio, then the command's own phases; the peer runs directly before."""
    beside = peer.seconds()
    started = time.perf_counter()
    printed = _run(folder, *arguments, check=True)
    print(Comparison(title, PEER, time.perf_counter() - started, beside), flush=True)
    for phase, seconds in PHASE.findall(printed.rpartition("is up")[2]):
        print(f"  {phase:<42} {float(seconds) * 1000:9.0f} ms", flush=True)


class _Peer:
    """An empty Pulumi program with a state folder of its own."""

    def __init__(self, folder: Path) -> None:
        (folder / "state").mkdir(parents=True)
        options = f"  options: {{virtualenv: {ROOT / 'venv'}}}\n"
        (folder / "Pulumi.yaml").write_text(f"name: peer\nruntime:\n  name: python\n{options}")
        (folder / "__main__.py").write_text("")
        self._folder = folder
        self._environment = _environment() | {
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        self._pulumi("stack", "init", "dev")

    def seconds(self) -> float:
        """How long one `up` takes."""
        started = time.perf_counter()
        self._pulumi("up", "--yes", "--skip-preview", "--stack", "dev")
        return time.perf_counter() - started

    def _pulumi(self, *arguments: str) -> None:
        command = ["pulumi", *arguments, "--non-interactive"]
        subprocess.run(command, cwd=self._folder, env=self._environment, check=True, capture_output=True)


def _environment() -> dict[str, str]:
    """With the user's `pulumi` first, else the one `make setup` built; Python may write its bytecode."""
    path = os.pathsep.join([os.environ["PATH"], str(ROOT / "tools" / "pulumi" / "bin")])
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PATH": path}


def _copy(folder: Path) -> Path:
    """The example as a clone would have it, with this clone's environment, tools and wheels."""
    (folder / ".oneplan" / "cache").mkdir(parents=True)
    for name in OWNED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    for name in ("venv", "tools"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(WHEELS, folder / ".oneplan" / "cache" / "wheels", symlinks=True)
    return folder


def _run(folder: Path, *arguments: str, check: bool = False) -> str:
    """Runs `oneplan`; returns all it printed."""
    command = [sys.executable, "-m", "oneplan", *arguments]
    done = subprocess.run(command, cwd=folder, env=_environment(), check=False, capture_output=True, text=True)
    if check and done.returncode:
        sys.exit(f"oneplan {' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


if __name__ == "__main__":
    main()
