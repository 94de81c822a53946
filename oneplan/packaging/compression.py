"""What is worth deflating, and by which library: libdeflate (2.3 times as fast as zlib) where it is installed."""

import zlib
from functools import cache
from importlib.metadata import version

from oneplan.packaging.squeeze import LIBRARY

COMPRESSED = frozenset(
    ending
    for endings in (
        ("avif", "gif", "jpeg", "jpg", "png", "webp", "mp3", "mp4", "ogg", "webm", "woff", "woff2"),
        ("7z", "br", "bz2", "gz", "jar", "nupkg", "whl", "xz", "zip", "zst"),
    )
    for ending in endings
)
"""Endings of files that are compressed already."""


def deflates(name: str) -> bool:
    """True if a file of this name is worth a try."""
    return name[name.rfind(".") + 1 :].lower() not in COMPRESSED


@cache
def compressor() -> str:
    """Returns the library's name with its version, since no library promises the same bytes across versions."""
    return f"zlib {zlib.ZLIB_RUNTIME_VERSION}" if LIBRARY == "zlib" else f"libdeflate {version(LIBRARY)}"
