"""Azure Resource Manager over HTTPS: reads of what exists, and the WebJobs operations."""

from emulator.arm.access import may_change
from emulator.arm.application import app
from emulator.arm.errors import ArmError
from emulator.arm.sites import Sites

__all__ = ["ArmError", "Sites", "app", "may_change"]
