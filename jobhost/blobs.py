"""The few blobs a host keeps: locks, which are leases, and the state of timers."""

from __future__ import annotations

from typing import Protocol


class Blobs(Protocol):
    """A container of small texts. Every method may raise `QueueError`."""

    def acquire(self, name: str, seconds: int) -> str | None:
        """A lease on the blob, made when it is not there; None while somebody else has it."""

    def renew(self, name: str, lease: str) -> None:
        """Keep the lease for its length from now; raises `LeaseLost` when it is no longer ours."""

    def release(self, name: str, lease: str) -> None:
        """Let others have the blob at once; nothing happens when the lease is no longer ours."""

    def read(self, name: str) -> str | None:
        """The blob's text; None when there is no such blob."""

    def write(self, name: str, text: str) -> None:
        """Store the text."""
