"""The deflate library, and what it is spared."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.packaging.compression import compressor, deflates
from oneplan.packaging.squeeze import deflate


@given(content=st.binary(max_size=3000))
def test_any_inflate_gives_back_what_was_deflated(content: bytes):
    assert zlib.decompress(deflate(content), -15) == content


def test_name_tells_library_and_version():
    library, _, version = compressor().partition(" ")

    assert library in ("libdeflate", "zlib")
    assert version[0].isdigit()


@pytest.mark.parametrize(
    ("name", "worth"),
    [("a.txt", True), ("photo.JPG", False), ("a.png/readme", True), ("png", False), ("a.zip.txt", True), ("", True)],
)
def test_what_is_compressed_already_is_not_worth_a_try(name: str, worth: bool):
    assert deflates(name) is worth
