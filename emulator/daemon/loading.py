"""Modules that are long to import, loaded in threads while the services start."""

from __future__ import annotations

import importlib
import threading

_ONE_AT_A_TIME = threading.Lock()


def load(module: str) -> None:
    """Imports a module, one thread at a time.

    Two threads that import parts of one package from different ends would see each other's half-made modules: Python
    gives its locks up rather than wait for ever.
    """
    with _ONE_AT_A_TIME:
        importlib.import_module(module)
