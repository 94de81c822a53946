"""One message's work: load the photo it names, store the three sizes."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Protocol

from jobhost import Context, Retry
from thumbnails.pictures import BadPhotoError, Thumbnail, thumbnails

PHOTO = re.compile(r"(?P<product>[A-Z0-9][A-Z0-9-]{1,31})/(?P<photo>[A-Za-z0-9-]{1,64})\.(jpg|png|webp)")
"""`<product>/<photo>.<type>`, as the storefront names what it stores."""


class PhotoMissingError(Exception):
    """Raised by a store that has no such photo."""


class StoreError(Exception):
    """Raised by a store that cannot be reached or refuses; the text is one line."""


@dataclass(frozen=True)
class Photo:
    """What the storefront puts on the queue for each upload."""

    blob: str
    """The photo's name in its container: `<product>/<photo>.<type>`."""

    def __post_init__(self) -> None:
        """Refuse names that the storefront never gives."""
        if not PHOTO.fullmatch(self.blob):
            raise ValueError("names no photo; expected <product>/<photo>.jpg, .png or .webp")


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

    def handle(self, photo: Photo, context: Context) -> None:
        """Make the sizes of the photo that the message names.

        Raises:
            Retry: the photo or the storage is not in order; it may be on the next attempt.
        """
        blob = photo.blob
        started = time.monotonic()
        try:
            made = thumbnails(self.photos.load(blob))
            for thumbnail in made:
                if context.cancelled.is_set():
                    raise context.give_back()
                self.thumbs.save(thumb_name(blob, thumbnail.size), thumbnail)
        except PhotoMissingError as error:
            raise Retry(f"{blob}: is not in the photos; it may have been deleted") from error
        except BadPhotoError as error:
            raise Retry(f"{blob}: {error}") from error
        except StoreError as error:
            raise Retry(f"{blob}: {error}") from error
        sizes = ", ".join(f"{thumbnail.size} {thumbnail.width}×{thumbnail.height}" for thumbnail in made)
        context.log.info("%s: %s in %.2f s", blob, sizes, time.monotonic() - started)


def thumb_name(blob: str, size: str) -> str:
    """Where the storefront looks for a size of the photo `blob`: `<product>/<photo>/<size>.webp`."""
    return f"{blob.rpartition('.')[0]}/{size}.webp"
