"""The storage services' errors.

StorageError        a storage service refused, or cannot be reached
 └ SasError         a shared access signature was asked for in a way that cannot be
"""

from emulator.errors import EmulatorError


class StorageError(EmulatorError):
    """Carries the service's HTTP status (503 where there is no answer) and its error code."""

    def __init__(self, message: str, *, status: int = 503, code: str = "ServiceUnavailable") -> None:
        super().__init__(message)
        self.status, self.code = status, code


class SasError(StorageError):
    """The body of `listServiceSas` is wrong; ARM answers 400 with this code."""

    def __init__(self, message: str) -> None:
        super().__init__(message, status=400, code="InvalidValuesForRequestParameters")
