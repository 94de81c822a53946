"""The resources of the local Azure: one module a family, with its rules, effects and answers."""

from emulator.resources.azure import Azure
from emulator.resources.errors import AlreadyExistsError, AzureError, UnknownTypeError
from emulator.resources.service import Resources

__all__ = ["AlreadyExistsError", "Azure", "AzureError", "Resources", "UnknownTypeError"]
