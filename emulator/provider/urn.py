"""Pulumi's URNs: ``urn:pulumi:stack::project::parent$type::name``."""

from __future__ import annotations

import re

# Older states carry types with an API version: azure-native:storage/v20240101:Queue.
_VERSION = re.compile(r"/v\d{8}(?:preview)?(?=:)")


def token_of(urn: str) -> str:
    """Returns the type token in a URN, without parents and API version."""
    parts = urn.split("::", 3)
    token = parts[2] if len(parts) == 4 else urn
    return _VERSION.sub("", token.rpartition("$")[2])


def name_of(urn: str) -> str:
    """Returns the resource's name in the program."""
    return urn.split("::", 3)[-1]
