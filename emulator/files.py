"""Files that are either whole or not there: how the emulator writes what must survive a kill."""

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Replace `path` by `content` in one step; readers see the old file or the new one, never a part.

    The file has `mode` from its first byte on, so a secret is never readable by others even for a moment.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def is_plain_name(name: str) -> bool:
    """Whether `name` can be that of one file or folder; anything else could lead to another place."""
    return name not in {"", ".", ".."} and not any(character in name for character in "/\\\0")
