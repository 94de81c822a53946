"""Starts the policy pack: `pulumi preview --policy-pack policy`."""

from pulumi_policy import EnforcementLevel, PolicyPack
from rules import ALL

PolicyPack("oneplan", ALL, enforcement_level=EnforcementLevel.MANDATORY)
