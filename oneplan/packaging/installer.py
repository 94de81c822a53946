"""Installs a site's Python dependencies into a folder: with uv where that is safe and there, else with pip."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from oneplan.packaging import pip, uv
from oneplan.packaging.platforms import Platform
from oneplan.packaging.requirements import RequirementFile


class Installer(Protocol):
    """What puts packages into a folder; a fake in tests."""

    def __call__(self, files: Sequence[RequirementFile], platform: Platform, folder: Path) -> None:
        """Installs what `files` ask for into the empty `folder`, for `platform`."""


def install(files: Sequence[RequirementFile], platform: Platform, folder: Path) -> None:
    """Installs what `files` ask for, resolved together, into the empty `folder`.

    uv takes a tenth of pip's time. It does not read pip's configuration, so it could ask another index; it is used only
    where every package is pinned by hash, which makes that harmless. Where uv fails, pip has the last word.

    Raises:
        PackagingError: with what pip says, if it fails.
    """
    if not (all(file.is_hashed() for file in files) and uv.install(files, platform, folder)):
        pip.install(files, platform, folder)
