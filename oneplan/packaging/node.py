"""Node modules of a folder with a `package-lock.json`: installed once for each lock file and platform, never changed.

npm checks every package against the lock file's hash. Install scripts are not run: they are other people's
programs, and make what fits this machine alone.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from oneplan.errors import PackagingError
from oneplan.manifest.values import OperatingSystem, Target
from oneplan.packaging.archive import Member
from oneplan.packaging.ignore import parse
from oneplan.packaging.store import locked, unwritable
from oneplan.packaging.tree import Source, unreadable, walk

LOCK = "package-lock.json"
MODULES = "node_modules"
PACKAGE = "package.json"

_SETTINGS = ".npmrc"
_LISTING = "files.json"
_LEFT_OUT = parse([".bin/", "!/.bin/", ".cache/", "/.package-lock.json"])
"""Commands of modules for their own modules, and npm's own notes."""

_NPM = ("npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund")

Run = Callable[[tuple[str, ...], Path], tuple[int, str]]
"""Runs words in a folder and returns exit code and error output."""


@dataclass(frozen=True, slots=True)
class NodeModules:
    """The modules of one folder."""

    folder: Path
    shown: str
    """The folder from the project's root."""
    prefix: str
    """Where the folder is in the package; empty, or ending in a slash."""
    platform: tuple[str, ...]
    """npm's options for where the modules will run."""

    def key(self) -> str:
        """SHA-256 over what decides the outcome, in hex; the name of the folder that keeps it.

        Raises:
            PackagingError: if one of the files cannot be read.
        """
        parts = [*_NPM, *self.platform, *(self._text(name) for name in (PACKAGE, LOCK, _SETTINGS))]
        return sha256("\0".join(parts).encode()).hexdigest()

    def is_installed(self, store: Path) -> bool:
        """Whether `members` installs nothing."""
        return (store / self.key() / _LISTING).exists()

    def members(self, store: Path, run: Run) -> list[Member]:
        """Returns the installed files below `prefix`, installing them if no build has done so before.

        Raises:
            PackagingError: if they cannot be installed, with what npm says.
        """
        key = self.key()
        folder = store / key
        if not (folder / _LISTING).exists():
            with locked(store / f"{key}.lock"):
                if not (folder / _LISTING).exists():
                    self._install_into(folder, run)
        root = folder / MODULES
        return [
            Member(f"{self.prefix}{MODULES}/{name}", mode, bytes.fromhex(digest), size, str(root / name))
            for name, mode, digest, size in json.loads((folder / _LISTING).read_bytes())
        ]

    def _install_into(self, folder: Path, run: Run) -> None:
        unfinished = folder.with_name(f"{folder.name}.unfinished")
        try:
            for leftover in (unfinished, folder):
                shutil.rmtree(leftover, ignore_errors=True)
            (unfinished / MODULES).mkdir(parents=True)
            for name in (PACKAGE, LOCK, _SETTINGS):
                if text := self._text(name):
                    (unfinished / name).write_text(text, encoding="utf-8")
            self._install(unfinished, run)
            (unfinished / MODULES).mkdir(exist_ok=True)
            (unfinished / _SETTINGS).unlink(missing_ok=True)  # it may hold a token
            _replace_links(unfinished / MODULES / ".bin")
            (unfinished / _LISTING).write_text(json.dumps(_listing(unfinished / MODULES)))
            unfinished.rename(folder)
        except OSError as error:
            raise unwritable(error, folder) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def _install(self, folder: Path, run: Run) -> None:
        code, said = run((*_NPM, *self.platform), folder)
        if code:
            lines = [line.partition("npm error ")[2] for line in said.splitlines() if line.startswith("npm error ")]
            telling = [line for line in lines if not line.startswith(("code ", "A complete log", "errno "))]
            reason = (telling or said.strip().splitlines() or ["it gave no reason"])[0].rstrip(".")
            raise PackagingError(f"{self.shown}/{LOCK}: npm: {reason}; mend it there with `npm install`, and try again")

    def _text(self, name: str) -> str:
        path = self.folder / name
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            if isinstance(error, OSError):
                raise unreadable(error, path) from error
            raise PackagingError(f"{self.shown}/{name}: is not UTF-8 text; save it as UTF-8") from error


def platform_of(target: Target, system: OperatingSystem) -> tuple[str, ...]:
    """Returns npm's options for where a site's modules run; none for this machine."""
    if target == "local":
        return ()
    return ("--os=win32", "--cpu=x64") if system == "windows" else ("--os=linux", "--cpu=x64", "--libc=glibc")


def run_npm(words: tuple[str, ...], folder: Path) -> tuple[int, str]:
    """Runs npm in a folder and returns its exit code and error output."""
    try:
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        return 127, "npm error npm is not on PATH, install Node"
    return done.returncode, done.stderr


def _replace_links(commands: Path) -> None:
    """Puts a script in the place of each link to a command, since a zip for App Service carries no links."""
    links = sorted(commands.iterdir()) if commands.is_dir() else []
    for link in (each for each in links if each.is_symlink()):
        target = link.readlink().as_posix()
        link.unlink()
        link.write_text(f'#!/bin/sh\nexec node "$(dirname "$0")/{target}" "$@"\n', encoding="utf-8")
        link.chmod(0o755)


def _listing(modules: Path) -> Iterable[tuple[str, int, str, int]]:
    return [
        (
            file.name,
            0o755 if file.stamp.mode & 0o100 else 0o644,
            sha256(Path(file.path).read_bytes()).hexdigest(),
            file.stamp.size,
        )
        for file in sorted(walk(Source(modules, "", _LEFT_OUT)))
    ]
