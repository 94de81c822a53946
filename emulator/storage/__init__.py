"""The storage services on this machine: Azurite as a child process, its accounts, and calls into them."""

from emulator.storage.errors import SasError, StorageError
from emulator.storage.node import find_node
from emulator.storage.service import StorageService

__all__ = ["SasError", "StorageError", "StorageService", "find_node"]
