"""Which pictures a page shows: looked up in the thumbs container, remembered for a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from shop.photos import SIZES, THUMB, Picture, StorageUnavailableError, StoredThumb, ThumbStore, latest

FRESH_SECONDS = 3.0


@dataclass(frozen=True)
class PhotoState:
    """How far the sizes of one photo are."""

    photo: str
    thumbs: tuple[StoredThumb, ...]
    """In the order small, medium, large; only those that exist."""

    @property
    def is_complete(self) -> bool:
        """Whether all sizes exist."""
        return len(self.thumbs) == len(SIZES)


class Gallery:
    """Finds pictures; a storage that does not answer means pages without photos, not pages without watches."""

    def __init__(
        self,
        thumbs: ThumbStore,
        complain: Callable[[str], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._thumbs = thumbs
        self._complain = complain
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._covers: Mapping[str, StoredThumb] = {}
        self._asked = float("-inf")

    def covers(self) -> Mapping[str, StoredThumb]:
        """The newest medium picture of each watch, by sku."""
        with self._lock:
            if self._monotonic() - self._asked >= FRESH_SECONDS:
                self._covers = latest(self._list(""), "medium")
                self._asked = self._monotonic()
            return self._covers

    def newest(self, sku: str) -> PhotoState | None:
        """The sizes of the newest photo of the watch that has a large one."""
        thumbs = list(self._list(f"{sku}/"))
        cover = latest(thumbs, "large").get(sku)
        return _state(cover.name.split("/")[1], thumbs) if cover else None

    def state(self, sku: str, photo: str) -> PhotoState:
        """How far the sizes of that photo are.

        Raises:
            StorageUnavailableError: the container does not answer.
        """
        return _state(photo, self._thumbs.list(f"{sku}/{photo}/"))

    def open(self, name: str) -> Picture | None:
        """A picture's content, or None.

        Raises:
            StorageUnavailableError: the container does not answer.
        """
        return self._thumbs.open(name)

    def _list(self, prefix: str) -> Iterable[StoredThumb]:
        try:
            return self._thumbs.list(prefix)
        except StorageUnavailableError as error:
            self._complain(f"gallery: {error}; the page goes without photos")
            return ()


def _state(photo: str, thumbs: Iterable[StoredThumb]) -> PhotoState:
    found = {
        match["size"]: thumb for thumb in thumbs if (match := THUMB.fullmatch(thumb.name)) and match["photo"] == photo
    }
    return PhotoState(photo, tuple(found[size] for size in SIZES if size in found))
