"""Keeps installed Python dependencies: a folder for each set of requirements and platform, never changed later."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from oneplan.packaging.archive import Member
from oneplan.packaging.ignore import parse
from oneplan.packaging.installer import Installer
from oneplan.packaging.platforms import Platform
from oneplan.packaging.requirements import RequirementFile
from oneplan.packaging.store import locked, unwritable
from oneplan.packaging.tree import Source, walk

_FORMAT = 1
_LISTING = "files.json"
_CONTENT = "site-packages"
_LEFT_OUT = parse(
    [
        "/bin/",  # console scripts name this machine's Python in their first line
        "__pycache__/",
        "*.pyc",
        "/.lock",
        "*.dist-info/INSTALLER",
        "*.dist-info/REQUESTED",
        "*.dist-info/direct_url.json",
        "*.dist-info/uv_*.json",
    ]
)
"""What differs between machines or installers, and nothing needs at run time."""


@dataclass(frozen=True, slots=True)
class Wheels:
    """The dependencies of one site for one platform."""

    files: tuple[RequirementFile, ...]
    platform: Platform
    store: Path

    @property
    def key(self) -> str:
        """SHA-256 over what decides the outcome, in hex; the folder's name. Empty if nothing is required."""
        if not self.files:
            return ""
        parts = [str(_FORMAT), self.platform.description, *(file.text for file in self.files)]
        return sha256("\0".join(parts).encode()).hexdigest()

    @property
    def is_installed(self) -> bool:
        """Whether `members` installs nothing."""
        return not self.files or (self.store / self.key / _LISTING).exists()

    def members(self, prefix: str, install: Installer) -> list[Member]:
        """Returns the installed files below `prefix`, installing them if no build has done so before.

        Raises:
            PackagingError: if they cannot be installed.
        """
        if not self.files:
            return []
        folder = self.store / self.key
        if not (folder / _LISTING).exists():
            with locked(self.store / f"{self.key}.lock"):
                if not (folder / _LISTING).exists():
                    self._install_into(folder, install)
        listing = json.loads((folder / _LISTING).read_bytes())
        content = folder / _CONTENT
        return [
            Member(prefix + name, mode, bytes.fromhex(digest), size, str(content / name))
            for name, mode, digest, size in listing
        ]

    def _install_into(self, folder: Path, install: Installer) -> None:
        """Fills a folder and renames it to `folder`; the lock is held, so what lies there is from a killed build."""
        unfinished = folder.with_name(f"{folder.name}.unfinished")
        try:
            for leftover in (unfinished, folder):
                shutil.rmtree(leftover, ignore_errors=True)
            content = unfinished / _CONTENT
            content.mkdir(parents=True)
            install(self.files, self.platform, content)
            _settle_records(content)
            (unfinished / _LISTING).write_text(json.dumps(_listing(content)))
            unfinished.rename(folder)
        except OSError as error:
            raise unwritable(error, folder) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def _listing(content: Path) -> Sequence[tuple[str, int, str, int]]:
    found = sorted(walk(Source(content, "", _LEFT_OUT)))
    return [
        (
            file.name,
            0o755 if file.stamp.mode & 0o100 else 0o644,
            sha256(Path(file.path).read_bytes()).hexdigest(),
            file.stamp.size,
        )
        for file in found
    ]


def _settle_records(content: Path) -> None:
    """Drops from each package's list of files those that are left out, and sorts it."""
    for record in content.glob("*.dist-info/RECORD"):
        lines = record.read_text(encoding="utf-8").splitlines()
        kept = sorted(line for line in lines if not _is_left_out(line.split(",")[0]))
        record.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


def _is_left_out(name: str) -> bool:
    return name.startswith(("../", "bin/")) or _LEFT_OUT.excludes(name)  # pip writes one, uv the other
