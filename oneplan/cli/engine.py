"""The Pulumi engine: which executable, with which environment, and running it on this terminal."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import oneplan
from oneplan.cli.foreground import run_in_foreground
from oneplan.errors import OperateError
from oneplan.operate.daemon import Daemon, State

OLDEST = (3, 200, 0)
TOO_NEW_MAJOR = 4
_OURS = Path("tools", "pulumi", "bin", "pulumi")
INSTALLATION = Path(oneplan.__file__).resolve().parents[1]
"""The checkout that this command comes from; `make setup` there serves every project."""


@dataclass(frozen=True)
class Pulumi:
    """A Pulumi executable that fits this project."""

    path: Path
    is_ours: bool
    """Whether it is the one `make setup` built, rather than the user's own."""


def find_pulumi(root: Path, state: State, path: str | None = None, *, installation: Path | None = None) -> Pulumi:
    """The user's `pulumi` on PATH, else the one `make setup` built, in the project or where oneplan is installed.

    Raises OperateError without any.
    """
    ours = [folder / _OURS for folder in (root, installation or INSTALLATION)]
    found = shutil.which("pulumi", path=path)
    if found and Path(found).resolve() not in {each.resolve() for each in ours}:
        _check_version(Path(found), state)
        return Pulumi(Path(found), is_ours=False)
    for each in ours:
        if each.is_file():
            return Pulumi(each, is_ours=True)
    raise OperateError("pulumi: not found; run `make setup`, or install it from pulumi.com/docs/install")


def local_variables(daemon: Daemon, state: State, pulumi: Pulumi | None, path: str) -> dict[str, str]:
    """What points plain `pulumi` at the local Azure; no secret: the operator's token is named by its file."""
    variables = {
        "PULUMI_DEBUG_PROVIDERS": f"azure-native:{daemon.provider_port}",
        "PULUMI_BACKEND_URL": f"file://{state.folder / 'pulumi'}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_PYTHON_CMD": sys.executable,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "ONEPLAN_TOKEN_FILE": str(state.token_file),
    }
    if pulumi is not None and pulumi.is_ours:
        variables["PULUMI_HOME"] = str(state.folder / "pulumi-home")
        variables["PATH"] = os.pathsep.join([str(pulumi.path.parent), path])
    return variables


class Engine:
    """Runs Pulumi for one stack."""

    def __init__(
        self,
        root: Path,
        stack: str,
        pulumi: Pulumi,
        variables: Mapping[str, str],
        *,
        run: Callable[..., int] | None = None,
    ) -> None:
        self._root = root
        self._stack = stack
        self._pulumi = pulumi
        # The interpreter of a program whose Pulumi.yaml names no virtualenv: ours, which has what the program imports.
        own = {"PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_PYTHON_CMD": sys.executable}
        self._environment = {**os.environ, **own, **variables}
        self._run = run or run_in_foreground

    def __call__(self, *arguments: str) -> int:
        """Runs `pulumi ARGUMENTS --stack STACK` with its output on the terminal; returns its exit code."""
        return self._start([*arguments, "--stack", self._stack])

    def select(self) -> None:
        """Makes the stack when it is not there, and selects it for plain `pulumi`."""
        code = self._start(["stack", "select", "--create", self._stack])
        if code:
            raise OperateError(
                f"stack {self._stack}: pulumi cannot select it (exit code {code}); its message is above, and a stack in"
                " Azure needs `pulumi login` and `az login` first"
            )

    def outputs(self) -> dict[str, Any]:
        """What the stack's program exported at its last end; nothing where Pulumi does not say, as for a new stack.

        Pulumi's own message is left out: whatever keeps it from answering, the command after this one meets too.
        """
        command = [str(self._pulumi.path), "stack", "output", "--json", "--stack", self._stack]
        asked = subprocess.run(command, cwd=self._root, env=self._environment, capture_output=True, check=False)
        if asked.returncode or not asked.stdout.strip():
            return {}
        found: dict[str, Any] = json.loads(asked.stdout)
        return found

    def _start(self, arguments: Sequence[str]) -> int:
        environment = self._environment
        if arguments[0] == "preview":
            # It changes no state, yet writes a checkpoint in memory for each resource: most of a large one's time.
            environment = {"PULUMI_SKIP_CHECKPOINTS": "true", **environment}
        if not _shows_debug(arguments, environment):
            environment = {"ONEPLAN_SDK_DEBUG": "off", **environment}
        return self._run([str(self._pulumi.path), *arguments], cwd=self._root, env=environment)


def _shows_debug(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether Pulumi may show or log the program's debug messages: by an option, short or long, or its variable.

    Options that merely look alike count too: messages too many cost time, messages too few are missed.
    """
    long = ("--debug", "--verbose", "--logtostderr", "--logflow")
    return (
        any(each.startswith(long) for each in arguments)
        or any(re.match("-[a-z]*[dv]", each) for each in arguments)
        or any(f"PULUMI_OPTION_{each[2:].upper()}" in environment for each in long)
    )


def _check_version(pulumi: Path, state: State) -> None:
    """Raises OperateError for a version this project cannot use; asks an executable once."""
    cache = state.folder / "cache" / "pulumi-version.json"
    stamp = pulumi.resolve().stat()
    key = [str(pulumi.resolve()), stamp.st_size, stamp.st_mtime_ns]
    try:
        known = json.loads(cache.read_text())
    except (OSError, ValueError):
        known = {}
    if known.get("key") == key:
        return
    version = _version(pulumi)
    if version < OLDEST or version[0] >= TOO_NEW_MAJOR:
        raise OperateError(
            f"{pulumi}: is version {'.'.join(map(str, version))}; 3.200.0 or newer and below 4 is needed:"
            " upgrade it, or take it off PATH and run `make setup`"
        )
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.write_text(json.dumps({"key": key}))


def _version(pulumi: Path) -> tuple[int, int, int]:
    environment = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        asked = subprocess.run(
            [pulumi, "version"], capture_output=True, text=True, check=False, timeout=30, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OperateError(f"{pulumi}: does not start ({_reason(error)}); reinstall it, or run `make setup`") from error
    found = re.search(r"v?(\d+)\.(\d+)\.(\d+)", asked.stdout)
    if found is None:
        raise OperateError(f"{pulumi}: does not say its version; reinstall it, or run `make setup`")
    return int(found[1]), int(found[2]), int(found[3])


def _reason(error: OSError | subprocess.TimeoutExpired) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else f"no answer within {error.timeout:.0f} s"
