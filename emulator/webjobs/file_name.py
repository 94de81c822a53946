"""The name of an uploaded file, from the Content-Disposition header (Kudu.Services/Jobs/JobsController.cs)."""

import email.errors
import email.header

from aiohttp.multipart import content_disposition_filename, parse_content_disposition


def from_header(header: str | None) -> str | None:
    """The bare name; none: the header is absent, cannot be read or names no file.

    .NET's clients write other letters than ASCII as an encoded word (RFC 2047), curl as UTF-8, Python as Latin-1.
    """
    _, parameters = parse_content_disposition(readable(header or ""))
    name = content_disposition_filename(parameters)
    return _decoded(name).strip('"').replace("\\", "/").rsplit("/", 1)[-1] if name else None


def readable(header: str) -> str:
    """The header's text: bytes that are no UTF-8, which arrive as surrogates, are Latin-1."""
    try:
        header.encode()
    except UnicodeEncodeError:
        return header.encode("utf-8", "surrogateescape").decode("latin-1")
    return header


def _decoded(name: str) -> str:
    if not name.strip('"').startswith("=?"):
        return name
    try:
        return str(email.header.make_header(email.header.decode_header(name.strip('"'))))
    except (email.errors.HeaderParseError, LookupError, ValueError):
        return name
