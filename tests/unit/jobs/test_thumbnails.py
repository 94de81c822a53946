"""Three sizes of every photo, and what becomes of photos that are none."""

from __future__ import annotations

import io
import json
import struct
import zlib

import pytest
from PIL import Image
from thumbnails.pictures import BadPhotoError, Thumbnail, thumbnails
from thumbnails.work import PhotoMissingError, StoreError, ThumbnailMaker

from jobhost import JobHost, Outcome
from jobhost.testing import Bench

BLOB = "AUR-101/20261124T061500-0badcafe.jpg"


def photo(width: int, height: int, format: str = "JPEG", mode: str = "RGB", orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret Camera"
    content = io.BytesIO()
    options = {} if mode in {"P", "CMYK"} else {"exif": exif}
    Image.new(mode, (width, height)).save(content, format, **options)
    return content.getvalue()


class MemoryPhotos(dict[str, bytes]):
    def load(self, name: str) -> bytes:
        if name not in self:
            raise PhotoMissingError
        return self[name]


class MemoryThumbs(dict[str, Thumbnail]):
    broken = False

    def save(self, name: str, thumbnail: Thumbnail) -> None:
        if self.broken:
            raise StoreError("ServiceRequestError: no route")
        self[name] = thumbnail


@pytest.fixture
def photos() -> MemoryPhotos:
    return MemoryPhotos({BLOB: photo(3000, 2000)})


@pytest.fixture
def thumbs() -> MemoryThumbs:
    return MemoryThumbs()


@pytest.fixture
def bench(photos: MemoryPhotos, thumbs: MemoryThumbs) -> Bench:
    host = JobHost()
    host.queue("thumbnails")(ThumbnailMaker(photos, thumbs).handle)
    return host.testing()


def order(bench: Bench, content: object) -> None:
    bench.send("thumbnails", json.dumps(content))
    bench.run_until_idle()


def test_message_makes_three_sizes(bench: Bench, thumbs: MemoryThumbs):
    order(bench, {"blob": BLOB, "product": "AUR-101"})

    assert {name: (thumb.width, thumb.height) for name, thumb in thumbs.items()} == {
        "AUR-101/20261124T061500-0badcafe/small.webp": (160, 107),
        "AUR-101/20261124T061500-0badcafe/medium.webp": (480, 320),
        "AUR-101/20261124T061500-0badcafe/large.webp": (1200, 800),
    }
    assert bench.outcomes == [Outcome.HANDLED]


def test_same_message_twice_changes_nothing(bench: Bench, thumbs: MemoryThumbs):
    order(bench, {"blob": BLOB})
    first = dict(thumbs)

    order(bench, {"blob": BLOB})

    assert thumbs == first


def test_bad_photo_is_retried_and_ends_in_the_poison_queue(bench: Bench, photos: MemoryPhotos, capsys):
    photos[BLOB] = b"\xff\xd8\xff but no more"

    order(bench, {"blob": BLOB})

    assert bench.outcomes == [Outcome.FAILED] * 4 + [Outcome.POISONED]
    assert bench.poison("thumbnails").bodies() == (json.dumps({"blob": BLOB}),)
    assert f"{BLOB}: is not a JPEG, PNG or WebP picture" in capsys.readouterr().out


def test_photo_that_is_missing_is_retried(bench: Bench, photos: MemoryPhotos, capsys):
    photos.clear()

    order(bench, {"blob": BLOB})

    assert bench.outcomes == [Outcome.FAILED] * 4 + [Outcome.POISONED]
    assert "is not in the photos; it may have been deleted" in capsys.readouterr().out


def test_storage_that_recovers_costs_attempts_not_photos(bench: Bench, thumbs: MemoryThumbs):
    thumbs.broken = True
    bench.send("thumbnails", json.dumps({"blob": BLOB}))
    bench.step()
    thumbs.broken = False

    bench.run_until_idle()

    assert bench.outcomes == [Outcome.FAILED, Outcome.HANDLED]
    assert len(thumbs) == 3


@pytest.mark.parametrize(
    "content",
    [{}, [], "text", {"blob": 7}, {"blob": "../secret.jpg"}, {"blob": "AUR-101/a/b.jpg"}, {"blob": "AUR-101/a.gif"}],
)
def test_message_that_names_no_photo_is_poisoned_at_once(bench: Bench, content: object):
    order(bench, content)

    assert bench.outcomes == [Outcome.POISONED]


@pytest.mark.parametrize(
    ("format", "mode", "expected"),
    [
        ("JPEG", "RGB", "RGB"),
        ("JPEG", "CMYK", "RGB"),
        ("JPEG", "L", "RGB"),
        ("PNG", "RGBA", "RGBA"),
        ("PNG", "P", "RGB"),
        ("PNG", "I;16", "RGB"),
        ("WEBP", "RGB", "RGB"),
    ],
)
def test_every_kind_of_photo_becomes_webp(format: str, mode: str, expected: str):
    made = thumbnails(photo(600, 300, format, mode))

    pictures = [Image.open(io.BytesIO(thumb.content)) for thumb in made]
    assert [(picture.format, picture.mode, picture.size) for picture in pictures] == [
        ("WEBP", expected, (160, 80)),
        ("WEBP", expected, (480, 240)),
        ("WEBP", expected, (600, 300)),
    ]


def test_small_photo_is_not_enlarged():
    assert [(thumb.width, thumb.height) for thumb in thumbnails(photo(100, 50))] == [(100, 50)] * 3


def test_photo_of_a_turned_camera_stands_upright_and_loses_its_metadata():
    large = thumbnails(photo(2000, 1000, orientation=6))[-1]

    picture = Image.open(io.BytesIO(large.content))
    assert picture.size == (600, 1200)
    assert dict(picture.getexif()) == {}


@pytest.mark.parametrize("content", [b"", b"hello", photo(10, 10, "GIF", "P")])
def test_other_files_are_refused(content: bytes):
    with pytest.raises(BadPhotoError, match="is not a JPEG, PNG or WebP picture"):
        thumbnails(content)


def test_half_a_photo_is_refused():
    whole = photo(800, 800, "PNG")

    with pytest.raises(BadPhotoError, match="is damaged"):
        thumbnails(whole[: len(whole) // 2])


def test_bomb_is_refused_before_it_is_unpacked():
    """A PNG of a few hundred bytes that says it is 60,000 × 60,000."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")

    with pytest.raises(BadPhotoError, match="has more than 80000000 pixels"):
        thumbnails(bomb)
