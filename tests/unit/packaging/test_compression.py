"""The deflate library."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from oneplan.packaging.compression import compressor


@given(content=st.binary(max_size=3000))
def test_any_inflate_gives_back_what_was_deflated(content: bytes):
    assert zlib.decompress(compressor().deflate(content), -15) == content


def test_name_tells_library_and_version():
    library, _, version = compressor().name.partition(" ")

    assert library in ("libdeflate", "zlib")
    assert version[0].isdigit()
