"""The `oneplan` command; the only part of the package that prints."""

from oneplan.cli.entry import main

__all__ = ["main"]
