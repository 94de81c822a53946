"""Uploading a photo, following it, and passing the sizes through."""

from __future__ import annotations

import io
import re

import pytest

PHOTO = "20261124T061500-0badcafe"
PNG = b"\x89PNG\r\n\x1a\nrest"
WEBP = b"RIFF\x00\x00\x00\x00WEBPrest"


def send(shop, content: bytes, *, sku: str = "KES-011", name: str = "photo.jpg", **headers: str):
    fields = {"photo": (io.BytesIO(content), name)} if content is not None else {}
    return shop.post(f"/products/{sku}/photos", data=fields, headers=headers)


def test_photo_is_stored_announced_and_followed(shop, neighbours, jpeg: bytes):
    answer = send(shop, jpeg)

    location = re.fullmatch(r"/products/KES-011\?photo=(20261124T061500-[0-9a-f]{8})#photo", answer.location)
    assert answer.status_code == 303
    blob = f"KES-011/{location[1]}.jpg"
    assert [(name, content) for name, (content, _) in neighbours.photos.items()] == [(blob, jpeg)]
    assert neighbours.messages == [(blob, "KES-011")]


@pytest.mark.parametrize(
    ("content", "name", "suffix", "content_type"),
    [(PNG, "a.jpg", "png", "image/png"), (WEBP, "a.exe", "webp", "image/webp")],
)
def test_kind_follows_from_the_bytes_not_from_the_name(
    shop, neighbours, content: bytes, name: str, suffix: str, content_type: str
):
    send(shop, content, name=name)

    [(blob, (_, kind))] = neighbours.photos.items()
    assert (blob.rpartition(".")[2], kind.content_type) == (suffix, content_type)


@pytest.mark.parametrize(
    ("content", "status", "text"),
    [
        (b"GIF89a", 415, "This file is not a JPEG, PNG or WebP photo."),
        (b"<svg onload=alert(1)>", 415, "This file is not a JPEG, PNG or WebP photo."),
        (b"", 400, "Please choose a photo first."),
        (b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024), 413, "This photo is larger than 10 MB."),
        (b"\xff\xd8\xff" + b"0" * (11 * 1024 * 1024), 413, "This photo is larger than 10 MB."),
    ],
)
def test_other_files_are_refused_with_a_reason(shop, neighbours, content: bytes, status: int, text: str):
    answer = send(shop, content)

    assert answer.status_code == status
    assert text in answer.text
    assert (neighbours.photos, neighbours.messages) == ({}, [])


def test_form_without_a_file_is_refused(shop):
    answer = shop.post("/products/KES-011/photos")

    assert answer.status_code == 400
    assert "Please choose a photo first." in answer.text


def test_photo_that_cannot_be_announced_is_not_kept(shop, neighbours, jpeg: bytes):
    neighbours.away.add("queue")

    answer = send(shop, jpeg)

    assert answer.status_code == 503
    assert "The thumbnails could not be ordered, so the photo was not kept." in answer.text
    assert neighbours.photos == {}


def test_photo_that_cannot_be_deleted_again_is_owned_up_to(shop, neighbours, jpeg: bytes):
    neighbours.away |= {"queue", "delete"}

    answer = send(shop, jpeg)

    assert answer.status_code == 503
    assert "The photo was stored, but its thumbnails could not be ordered." in answer.text
    assert len(neighbours.complaints) == 2


def test_storage_that_is_away_is_said(shop, neighbours, jpeg: bytes):
    neighbours.away.add("photos")

    answer = send(shop, jpeg)

    assert answer.status_code == 503
    assert "The photo could not be stored just now." in answer.text


def test_photo_of_an_unknown_watch_is_refused(shop, neighbours, jpeg: bytes):
    assert send(shop, jpeg, sku="NO-1").status_code == 404
    assert neighbours.photos == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    ],
)
def test_other_sites_pages_change_nothing(shop, neighbours, jpeg: bytes, headers: dict[str, str]):
    answer = send(shop, jpeg, **headers)

    assert answer.status_code == 403
    assert neighbours.photos == {}


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {}])
def test_own_page_and_programs_may_upload(shop, jpeg: bytes, headers: dict[str, str]):
    assert send(shop, jpeg, **headers).status_code == 303


def test_script_is_told_which_sizes_exist(shop, neighbours):
    neighbours.pictures = {f"KES-011/{PHOTO}/small.webp": b"x"}

    answer = shop.get(f"/products/KES-011/photos/{PHOTO}")

    assert answer.json == {
        "photo": PHOTO,
        "complete": False,
        "thumbnails": [{"size": "small", "url": f"/thumbs/KES-011/{PHOTO}/small.webp", "width": 480, "height": 320}],
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_script_is_told_when_the_storage_is_away(shop, neighbours):
    neighbours.away.add("thumbs")

    assert shop.get(f"/products/KES-011/photos/{PHOTO}").status_code == 503


def test_picture_is_passed_through_and_may_be_kept_for_ever(shop, neighbours):
    neighbours.pictures = {f"KES-011/{PHOTO}/small.webp": b"picture"}

    answer = shop.get(f"/thumbs/KES-011/{PHOTO}/small.webp")

    assert (answer.data, answer.mimetype, answer.content_length) == (b"picture", "image/webp", 7)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_picture_that_the_browser_has_is_not_sent_again(shop, neighbours):
    neighbours.pictures = {f"KES-011/{PHOTO}/small.webp": b"picture"}

    answer = shop.get(f"/thumbs/KES-011/{PHOTO}/small.webp", headers={"If-None-Match": '"0x1"'})

    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [f"KES-011/{PHOTO}/huge.webp", "KES-011/../small.webp", f"kes/{PHOTO}/small.webp", f"KES-011/{PHOTO}/small.webp"],
)
def test_picture_that_does_not_exist_is_404(shop, path: str):
    answer = shop.get(f"/thumbs/{path}")

    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")
