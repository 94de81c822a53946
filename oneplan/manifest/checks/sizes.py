"""What App Service says about plan sizes: tiers, processors, memory and limits.

Sources: https://learn.microsoft.com/azure/app-service/overview-hosting-plans,
https://learn.microsoft.com/azure/app-service/app-service-configure-premium-v4-tier and
https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-app-service-limits.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_FAMILIES = (
    # pattern, tier, most instances, slots, processors and memory (GB) of number 0, 1, 2, ...
    (r"F(\d)", "Free", 1, 0, {1: (1, 1)}),
    (r"D(\d)", "Shared", 1, 0, {1: (1, 1)}),
    (r"B(\d)", "Basic", 3, 0, {1: (1, 1.75), 2: (2, 3.5), 3: (4, 7)}),
    (r"S(\d)", "Standard", 10, 5, {1: (1, 1.75), 2: (2, 3.5), 3: (4, 7)}),
    (r"P(\d)V2", "PremiumV2", 30, 20, {1: (1, 3.5), 2: (2, 7), 3: (4, 14)}),
    (r"P(\d)V[34]", "Premium", 30, 20, {0: (1, 4), 1: (2, 8), 2: (4, 16), 3: (8, 32)}),
    (r"P(\d)MV[34]", "Premium", 30, 20, {1: (2, 16), 2: (4, 32), 3: (8, 64), 4: (16, 128), 5: (32, 256)}),
    (r"I(\d)V[24]", "Isolated", 100, 20, {1: (2, 8), 2: (4, 16), 3: (8, 32), 4: (16, 64), 5: (32, 128), 6: (64, 256)}),
    (r"I(\d)MV[24]", "Isolated", 100, 20, {1: (2, 16), 2: (4, 32), 3: (8, 64), 4: (16, 128), 5: (32, 256)}),
)
_ADVISED_APPS = {
    "B1": 8, "S1": 8, "P1V2": 8, "P0V3": 8,
    "B2": 16, "S2": 16, "P2V2": 16, "P1V3": 16,
    "B3": 32, "S3": 32, "P3V2": 32, "P2V3": 32, "P1MV3": 32,
    "P3V3": 64, "P2MV3": 64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """One size of plan."""

    sku: str
    """As Azure writes it in messages, such as `P1V3`."""
    tier: str
    most_instances: int
    slots: int
    """How many slots an app may have beside production."""
    cores: int
    memory: float
    """GB of one instance."""
    advised_apps: int | None
    """More apps than this slow each other down; None when Azure gives no figure."""
    most_apps: int | None
    """More apps than this are refused."""

    @property
    def has_always_on(self) -> bool:
        """Whether a site may stay loaded; without, schedules and continuous jobs sleep after 20 minutes."""
        return self.tier not in ("Free", "Shared")

    @property
    def has_autoscale(self) -> bool:
        """Whether Azure Monitor may change the number of instances."""
        return self.tier not in ("Free", "Shared", "Basic")

    @property
    def has_zones(self) -> bool:
        """Whether instances may be spread over availability zones."""
        return self.tier.startswith(("Premium", "Isolated"))

    @property
    def has_windows_containers(self) -> bool:
        """Whether Windows can run images here; Premium v4 cannot."""
        return self.tier == "Isolated" or (self.tier == "Premium" and self.sku.endswith("V3"))


@lru_cache(maxsize=64)
def size_of(sku: str) -> Size | None:
    """Returns what is known about a size; None for one that is not."""
    name = sku.upper()
    for pattern, tier, most, slots, numbers in _FAMILIES:
        match = re.fullmatch(pattern, name)
        if match and (power := numbers.get(int(match.group(1)))):
            most_apps = {"Free": 10, "Shared": 100}.get(tier)
            return Size(name, tier, most, slots, power[0], power[1], _ADVISED_APPS.get(name), most_apps)
    return None
