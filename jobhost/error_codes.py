"""What the storage services say is wrong, out of the SDK's errors."""

from __future__ import annotations

from azure.core.exceptions import HttpResponseError


def error_code(error: HttpResponseError) -> str:
    """The service's own word for what is wrong; the SDK has it as text or, for codes it knows, as an enumeration."""
    code = getattr(error, "error_code", None) or error.reason or type(error).__name__
    return str(getattr(code, "value", code))
