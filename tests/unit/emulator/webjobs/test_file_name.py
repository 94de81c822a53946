"""Names of uploaded files."""

import base64
from urllib.parse import quote

import pytest

from emulator.webjobs.file_name import from_header, readable

ACCENTS = "Job file with long name and accents àéè.cmd"


@pytest.mark.parametrize(
    "parameter",
    [
        f'filename="=?utf-8?B?{base64.b64encode(ACCENTS.encode()).decode()}?="',
        f'filename="{ACCENTS}"',
        f'filename="{ACCENTS.encode("latin-1").decode("utf-8", "surrogateescape")}"',
        f"filename*=UTF-8''{quote(ACCENTS)}",
        f'filename="C:\\\\jobs\\\\{ACCENTS}"',
    ],
)
def test_uploaded_name_is_read_as_clients_write_it(parameter):
    """F05, 9.3: as an encoded word by .NET's, as UTF-8, as Latin-1 by Python's, and in the form of RFC 5987."""
    assert from_header(f"attachment; {parameter}") == ACCENTS


@pytest.mark.parametrize("header", [None, "", "attachment", "filename=run.sh", 'attachment; filename="run.sh'])
def test_header_without_a_file_names_none(header):
    """9.3: absent, unparsable or without a filename."""
    assert from_header(header) is None


@pytest.mark.parametrize("name", ["=?utf-8?B?!!!?=", "=?no-such-code?B?eA==?=", "=?x"])
def test_words_that_cannot_be_decoded_are_names(name):
    assert from_header(f'attachment; filename="{name}.sh"') is not None


@pytest.mark.parametrize(("header", "text"), [("caf\udce9/1", "café/1"), ("café/1", "café/1"), ("", "")])
def test_headers_that_are_no_utf_8_are_latin_1(header, text):
    assert readable(header) == text
