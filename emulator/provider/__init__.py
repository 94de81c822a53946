"""The azure-native provider's protocol, answered by the local Azure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.provider.server import serve

__all__ = ["serve"]


def __getattr__(name: str) -> object:
    # Imported when asked for: `emulator.provider.extract` is a program of its own and needs no gRPC.
    if name == "serve":
        from emulator.provider.server import serve

        return serve
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
