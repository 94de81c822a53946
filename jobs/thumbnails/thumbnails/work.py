"""One message's work: load the photo it names, store the three sizes."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Protocol

from jobhost import Message, Poison, Retry
from thumbnails.pictures import BadPhotoError, Thumbnail, thumbnails

PHOTO = re.compile(r"(?P<product>[A-Z0-9][A-Z0-9-]{1,31})/(?P<photo>[A-Za-z0-9-]{1,64})\.(jpg|png|webp)")
"""`<product>/<photo>.<type>`, as the storefront names what it stores."""


class PhotoMissingError(Exception):
    """Raised by a store that has no such photo."""


class StoreError(Exception):
    """Raised by a store that cannot be reached or refuses; the text is one line."""


class Photos(Protocol):
    """Where the storefront puts photos."""

    def load(self, name: str) -> bytes:
        """The photo's bytes; raises `PhotoMissingError` or `StoreError`."""


class Thumbs(Protocol):
    """Where the sizes go."""

    def save(self, name: str, thumbnail: Thumbnail) -> None:
        """Store or replace the picture; raises `StoreError`."""


@dataclass(frozen=True)
class ThumbnailMaker:
    """Handles the messages of the thumbnails queue. Doing one twice changes nothing."""

    photos: Photos
    thumbs: Thumbs

    def handle(self, message: Message) -> str:
        """Make the sizes of the photo that the message names; answers a line for the log.

        Raises:
            Poison: the message does not name a photo.
            Retry: the photo or the storage is not in order; it may be on the next attempt.
        """
        blob = _blob(message)
        started = time.monotonic()
        try:
            made = thumbnails(self.photos.load(blob))
            for thumbnail in made:
                self.thumbs.save(thumb_name(blob, thumbnail.size), thumbnail)
        except PhotoMissingError as error:
            raise Retry(f"{blob}: is not in the photos; it may have been deleted") from error
        except BadPhotoError as error:
            raise Retry(f"{blob}: {error}") from error
        except StoreError as error:
            raise Retry(f"{blob}: {error}") from error
        sizes = ", ".join(f"{thumbnail.size} {thumbnail.width}×{thumbnail.height}" for thumbnail in made)
        return f"{blob}: {sizes} in {time.monotonic() - started:.2f} s"


def thumb_name(blob: str, size: str) -> str:
    """Where the storefront looks for a size of the photo `blob`: `<product>/<photo>/<size>.webp`."""
    return f"{blob.rpartition('.')[0]}/{size}.webp"


def _blob(message: Message) -> str:
    content = message.json()
    blob = content.get("blob") if isinstance(content, dict) else None
    if not isinstance(blob, str) or not PHOTO.fullmatch(blob):
        raise Poison('message: names no photo; expected {"blob": "<product>/<photo>.jpg", "product": "<product>"}')
    return blob
