"""Every rule of the pack, in the order they are reported."""

from rules.app_service import ALWAYS_ON, ENCRYPTED_ONLY, NO_PASSWORDS
from rules.limits import MACHINES, MONEY, REGIONS, SIZES, TAGS
from rules.security import (
    KEYLESS_INSIGHTS,
    KEYLESS_STORAGE,
    LOCKED_SITES,
    NARROW_ROLES,
    NO_PLAIN_SECRETS,
    VAULTS,
)
from rules.stacks import ONE_PLAN, POISON_ALERTS, STICKY_SLOTS, STILL_SLOTS
from rules.storage import KEYLESS_SETTINGS, NOTHING_PUBLIC, POISON_QUEUES

ALL = [
    ENCRYPTED_ONLY,
    ALWAYS_ON,
    NO_PASSWORDS,
    LOCKED_SITES,
    NOTHING_PUBLIC,
    KEYLESS_STORAGE,
    KEYLESS_SETTINGS,
    KEYLESS_INSIGHTS,
    NO_PLAIN_SECRETS,
    VAULTS,
    NARROW_ROLES,
    POISON_QUEUES,
    ONE_PLAN,
    STILL_SLOTS,
    STICKY_SLOTS,
    POISON_ALERTS,
    SIZES,
    REGIONS,
    TAGS,
    MACHINES,
    MONEY,
]

__all__ = ["ALL"]
