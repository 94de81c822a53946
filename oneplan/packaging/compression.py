"""Deflates the content of a zip entry: libdeflate where it is installed (2.3 times as fast), else the standard zlib."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

FASTEST, FAST = 1, 3
"""libdeflate's level 1 makes a zip as small as zlib's level 3; level 6 takes three times as long for 7 percent less."""


@dataclass(frozen=True, slots=True)
class Compressor:
    """A deflate library; `name` includes its version, since no library promises the same bytes across versions."""

    name: str
    deflate: Callable[[bytes], bytes]
    """Returns its argument as a raw deflate stream; other threads run meanwhile."""


@cache
def compressor() -> Compressor:
    """Returns the fastest compressor of this machine."""
    try:
        from deflate import deflate_compress
    except ImportError:
        return Compressor(f"zlib {zlib.ZLIB_RUNTIME_VERSION}", lambda content: zlib.compress(content, FAST, -15))
    return Compressor(f"libdeflate {version('deflate')}", lambda content: deflate_compress(content, FASTEST))
