"""Photos of watches: what may come in, under which name it is kept, and which sizes exist of it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

MAX_UPLOAD_BYTES = 10 * 1024 * 1024
SIZES = ("small", "medium", "large")
"""What the thumbnails job makes of each photo."""
PHOTO_ID = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")
THUMB = re.compile(r"(?P<sku>[A-Z0-9-]+)/(?P<photo>[^/]+)/(?P<size>small|medium|large)\.webp")


class StorageUnavailableError(Exception):
    """Raised when a container or the queue does not do what was asked; the text is for the log."""


class UploadError(Exception):
    """Raised when what a visitor sent is not a photo we can take; the text is for the visitor."""

    def __init__(self, message: str, status: int = 415) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Kind:
    """A type of picture."""

    suffix: str
    content_type: str


JPEG, PNG, WEBP = Kind("jpg", "image/jpeg"), Kind("png", "image/png"), Kind("webp", "image/webp")


@dataclass(frozen=True)
class StoredThumb:
    """One size of one photo, as it lies in the container."""

    name: str
    width: int
    height: int

    @property
    def size(self) -> str:
        """`small`, `medium` or `large`."""
        return self.name.rpartition("/")[2].removesuffix(".webp")


@dataclass(frozen=True)
class Picture:
    """The content of a size, to be passed on piece by piece."""

    chunks: Iterator[bytes]
    length: int
    etag: str


class PhotoStore(Protocol):
    """Where photos are kept. Every method raises `StorageUnavailableError` when it cannot."""

    def save(self, name: str, content: bytes, kind: Kind) -> None:
        """Keep a new photo."""

    def delete(self, name: str) -> None:
        """Remove a photo; that there is none is fine."""


class ThumbStore(Protocol):
    """Where the sizes are found. Every method raises `StorageUnavailableError` when it cannot."""

    def list(self, prefix: str) -> Iterable[StoredThumb]:
        """The sizes whose names begin with `prefix`."""

    def open(self, name: str) -> Picture | None:
        """A size's content, or None when it does not exist."""


class Announcer(Protocol):
    """Tells the thumbnails job about a photo; raises `StorageUnavailableError` when it cannot."""

    def announce(self, blob: str, product: str) -> None:
        """Ask for the sizes of the photo `blob`."""


def kind_of(content: bytes) -> Kind:
    """The type of the picture by its first bytes; names and declared types prove nothing.

    Raises:
        UploadError: nothing was sent, it is too large, or it is no JPEG, PNG or WebP.
    """
    if not content:
        raise UploadError("Please choose a photo first.", 400)
    if len(content) > MAX_UPLOAD_BYTES:
        raise UploadError(too_large(), 413)
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    raise UploadError("This file is not a JPEG, PNG or WebP photo. Please choose another one.")


def too_large() -> str:
    """What a visitor reads whose photo is over the limit."""
    return f"This photo is larger than {MAX_UPLOAD_BYTES // 1024 // 1024} MB. Please choose a smaller one."


def new_photo_id(now: datetime) -> str:
    """A name never used before; later photos sort behind earlier ones."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


@dataclass(frozen=True)
class Receipt:
    """A photo that was taken in."""

    photo: str
    blob: str


class Intake:
    """Takes a photo in: stored and announced, or neither."""

    def __init__(
        self, photos: PhotoStore, announcer: Announcer, complain: Callable[[str], None], now: Callable[[], datetime]
    ) -> None:
        self._photos = photos
        self._announcer = announcer
        self._complain = complain
        self._now = now

    def take(self, sku: str, content: bytes) -> Receipt:
        """Keep the photo of the watch `sku` and ask for its sizes.

        Raises:
            UploadError: the photo is not acceptable, or the storage is away; nothing is left behind.
        """
        kind = kind_of(content)
        photo = new_photo_id(self._now())
        blob = f"{sku}/{photo}.{kind.suffix}"
        try:
            self._photos.save(blob, content, kind)
        except StorageUnavailableError as error:
            self._complain(f"photo {blob}: {error}")
            raise UploadError("The photo could not be stored just now. Please try again in a minute.", 503) from error
        try:
            self._announcer.announce(blob, sku)
        except StorageUnavailableError as error:
            self._complain(f"photo {blob}: the queue did not take its message: {error}")
            raise UploadError(self._undo(blob), 503) from error
        return Receipt(photo, blob)

    def _undo(self, blob: str) -> str:
        try:
            self._photos.delete(blob)
        except StorageUnavailableError as error:
            self._complain(f"photo {blob}: could not be deleted again: {error}")
            return "The photo was stored, but its thumbnails could not be ordered. Please upload it again in a minute."
        return "The thumbnails could not be ordered, so the photo was not kept. Please try again in a minute."


def latest(thumbs: Iterable[StoredThumb], size: str) -> Mapping[str, StoredThumb]:
    """The newest picture in `size` of each watch, by sku."""
    newest: dict[str, StoredThumb] = {}
    for thumb in thumbs:
        match = THUMB.fullmatch(thumb.name)
        if match and match["size"] == size and thumb.name > getattr(newest.get(match["sku"]), "name", ""):
            newest[match["sku"]] = thumb
    return newest
