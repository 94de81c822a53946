"""Deflates the content of a zip entry: zlib-ng where it is installed (1.4 times as fast), else the standard zlib."""

import zlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Protocol, cast

LEVEL = 3
"""Level 6 takes 2.7 times as long on a site's usual 27 MB of wheels, for a zip 7 percent smaller."""


class _Deflater(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class _DeflateLibrary(Protocol):
    """The part of zlib's interface that zlib-ng has too."""

    DEFLATED: int
    MAX_WBITS: int

    def compressobj(self, level: int, method: int, wbits: int, /) -> _Deflater: ...


@dataclass(frozen=True, slots=True)
class Compressor:
    """A deflate library; `name` includes its version, since no library promises the same bytes across versions."""

    name: str
    library: _DeflateLibrary

    def deflate(self, content: bytes) -> bytes:
        """Returns `content` as a raw deflate stream."""
        deflater = self.library.compressobj(LEVEL, self.library.DEFLATED, -self.library.MAX_WBITS)
        return deflater.compress(content) + deflater.flush()


@cache
def compressor() -> Compressor:
    """Returns the fastest compressor of this machine."""
    try:
        from zlib_ng import zlib_ng
    except ImportError:
        return Compressor(f"zlib {zlib.ZLIB_RUNTIME_VERSION}", cast("_DeflateLibrary", zlib))
    return Compressor(f"zlib-ng {version('zlib-ng')}", cast("_DeflateLibrary", zlib_ng))
