"""The long-running process of one project folder: starts every part, keeps them, stops them."""

from emulator.daemon.folder import StateFolder
from emulator.daemon.wiring import Options, run

__all__ = ["Options", "StateFolder", "run"]
