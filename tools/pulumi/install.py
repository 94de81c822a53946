"""Makes the Pulumi engine available: the one on PATH when it fits, else one built as a Go tool.

Run by `make setup`. What it builds stands in `bin/` beside this file: `pulumi`, a `pulumi-language-python`
that
starts `language_host.py`, and the executor script of Pulumi's own Go module. Standard library only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BIN = HERE / "bin"
ENGINE_VERSION = "3.274.1"
OLDEST, NEWEST_MAJOR = (3, 200, 0), 3
MODULE = "github.com/pulumi/pulumi"


class SetupError(Exception):
    """The engine cannot be had; the text says what is missing and what to do."""


def version_of(pulumi: str) -> tuple[int, int, int]:
    """The version that `pulumi version` prints; raises SetupError when it prints none."""
    asked = subprocess.run([pulumi, "version"], capture_output=True, text=True, check=False, env=_quiet())
    found = re.search(r"v?(\d+)\.(\d+)\.(\d+)", asked.stdout)
    if found is None:
        raise SetupError(
            f"{pulumi}: does not say its version ({asked.stderr.strip() or asked.stdout.strip()!r}); reinstall it"
        )
    return (int(found[1]), int(found[2]), int(found[3]))


def on_path() -> str | None:
    """The user's own `pulumi` when one is on PATH; raises SetupError when its version cannot run this project."""
    pulumi = shutil.which("pulumi")
    if pulumi is None or Path(pulumi).resolve().is_relative_to(BIN):
        return None
    version = version_of(pulumi)
    if version < OLDEST or version[0] != NEWEST_MAJOR:
        raise SetupError(
            f"{pulumi}: is version {'.'.join(map(str, version))}; this project wants"
            f" {'.'.join(map(str, OLDEST))} or newer, below {NEWEST_MAJOR + 1}:"
            " upgrade it, or take it off PATH and run `make setup` again"
        )
    return pulumi


def build() -> Path:
    """Builds the engine with Go and returns its path; an engine of the right version is left as it is."""
    go = shutil.which("go")
    pulumi = BIN / "pulumi"
    if not (pulumi.is_file() and version_of(str(pulumi)) == tuple(map(int, ENGINE_VERSION.split(".")))):
        if go is None:
            raise SetupError(
                "pulumi: is not on PATH and there is no Go to build it with;"
                " install Pulumi (pulumi.com/docs/install) or Go 1.26+"
            )
        print("building the Pulumi engine (about 4 minutes the first time, seconds once cached)", flush=True)
        flags = f"-s -w -X {MODULE}/sdk/v3/go/common/version.Version=v{ENGINE_VERSION}"
        partial = BIN / "pulumi.partial"
        _go(go, "build", "-trimpath", "-tags", "osusergo,grpcnotrace", "-ldflags", flags, "-o", str(partial),
            f"{MODULE}/pkg/v3/cmd/pulumi")  # fmt: skip
        partial.replace(pulumi)
    _language_host(go)
    return pulumi


def _language_host(go: str | None) -> None:
    """Writes the host's starter and copies the executor that it runs programs with."""
    executor = BIN / "pulumi-language-python-exec"
    if not executor.is_file():
        if go is None:
            raise SetupError("pulumi-language-python-exec: is missing and there is no Go to fetch it; install Go 1.26+")
        sdk = _go(go, "list", "-mod=mod", "-m", "-f", "{{.Dir}}", f"{MODULE}/sdk/v3").strip()
        shutil.copyfile(Path(sdk, "python", "cmd", "pulumi-language-python-exec"), executor)
        executor.chmod(0o755)
    starter = BIN / "pulumi-language-python"
    python = HERE.parents[1] / "venv" / "bin" / "python"
    starter.write_text(f'#!/bin/sh\nexec "{python}" "{HERE / "language_host.py"}" "$@"\n')
    starter.chmod(0o755)


def _go(go: str, *arguments: str) -> str:
    environment = os.environ | {"GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    done = subprocess.run([go, *arguments], cwd=HERE, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SetupError(
            f"go {arguments[0]}: exit code {done.returncode}, see above;"
            " Go 1.26 or newer, 4 GB of disk and the Go module proxy are needed"
        )
    return done.stdout


def _quiet() -> dict[str, str]:
    return os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}


def main() -> int:
    BIN.mkdir(exist_ok=True)
    try:
        print(f"pulumi: {on_path() or build()}")
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
