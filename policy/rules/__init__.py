"""Every rule of the pack, in the order they are reported."""

from rules.app_service import ALWAYS_ON, ENCRYPTED_ONLY, NO_PASSWORDS
from rules.storage import KEYLESS_SETTINGS, NOTHING_PUBLIC, POISON_QUEUES

ALL = [ENCRYPTED_ONLY, ALWAYS_ON, NO_PASSWORDS, NOTHING_PUBLIC, KEYLESS_SETTINGS, POISON_QUEUES]

__all__ = ["ALL"]
