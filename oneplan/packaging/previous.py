"""Takes compressed data over from an older zip of the same site, so that a small change costs a small build."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from zipfile import BadZipFile, ZipFile, ZipInfo

from oneplan.packaging.compression import compressor
from oneplan.packaging.store import written_whole
from oneplan.packaging.zipformat import data_offset


@dataclass(slots=True)
class PreviousZip:
    """An older zip made by the same compressor, and the SHA-256 of each of its members; a context manager.

    A zip that is gone or damaged simply has nothing to give.
    """

    path: Path
    digests: Mapping[str, bytes]
    _infos: dict[str, ZipInfo] = field(default_factory=dict)
    _file: BinaryIO | None = None

    def __enter__(self) -> Self:
        if not self.digests:
            return self
        try:
            with ZipFile(self.path) as archive:
                self._infos = {info.filename: info for info in archive.infolist()}
            self._file = self.path.open("rb")
        except (OSError, BadZipFile):
            self._infos = {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def has(self, name: str, digest: bytes) -> bool:
        """True if the older zip holds this content under this name."""
        return name in self._infos and self.digests.get(name) == digest

    def read(self, name: str) -> tuple[ZipInfo, bytes]:
        """Returns what the older zip says of the member, and its compressed data."""
        info = self._infos[name]
        if self._file is None:
            raise KeyError(name)
        self._file.seek(data_offset(info.header_offset, name))
        return info, self._file.read(info.compress_size)


def load(notes: Path, sha256: str, files: Mapping[str, str], zip_of: Callable[[str], Path]) -> PreviousZip | None:
    """Returns the zip noted at `notes`, if it is the one with this hash and this machine's compressor made it.

    Args:
        notes: what `save` has written.
        sha256: the content hash of the zip.
        files: the digests of its members in hex, as far as they are known.
        zip_of: finds a zip by its content hash.
    """
    try:
        data: dict[str, Any] = json.loads(notes.read_bytes())
        if (data["sha256"], data["compressor"]) != (sha256, compressor()):
            return None
        return PreviousZip(
            zip_of(sha256), {name: bytes.fromhex(hexed) for name, hexed in (data["digests"] | files).items()}
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def save(notes: Path, sha256: str, digests: Mapping[str, bytes]) -> None:
    """Notes the compressor of the zip just written, and the members that `load` is not told of."""
    data = {
        "sha256": sha256,
        "compressor": compressor(),
        "digests": {name: digest.hex() for name, digest in digests.items()},
    }
    with written_whole(notes, lasting=False) as out:
        out.write(json.dumps(data, separators=(",", ":")).encode())
