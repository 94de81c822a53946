"""Unpacking a package beside the site, so that a damaged one changes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

from emulator.appservice.deployment.archive import FILE_MODE, Limits, extract, open_archive, read_entries
from emulator.appservice.deployment.request import Destination
from emulator.appservice.deployment.sync import Journal, is_ignored, needs_copy


def stage_zip(package: Path, staged: Path, destination: Destination, limits: Limits) -> tuple[Journal, list[str]]:
    """Unpacks what differs from the destination; returns what is to be done and warnings for the log.

    Raises:
        ArchiveError: the package is damaged or not to be trusted.
    """
    prefix = destination.prefix
    staged.mkdir(parents=True, exist_ok=True)
    with open_archive(package) as archive:
        entries, warnings = read_entries(package, archive, limits)
        wanted = [
            entry
            for entry in entries
            if needs_copy(destination.folder, prefix + entry.name, entry.modified, clean=destination.clean)
        ]
        extract(archive, wanted, staged / prefix)
    files = {prefix + entry.name: entry.modified for entry in entries if not is_ignored(prefix + entry.name)}
    return Journal(str(destination.folder), destination.clean, files), warnings


def stage_file(package: Path, staged: Path, destination: Destination, _limits: Limits) -> tuple[Journal, list[str]]:
    """One static file: the destination names it."""
    staged.mkdir(parents=True, exist_ok=True)
    file = staged / destination.folder.name
    shutil.copyfile(package, file)
    file.chmod(FILE_MODE)
    files = {destination.folder.name: file.stat().st_mtime}
    return Journal(str(destination.folder.parent), clean=False, files=files), []
