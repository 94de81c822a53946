"""How the content of a message lies in its queue: as it is, or in Base64 as .NET and Functions write it.

Each message is decoded for itself and strictly: the SDK's own policy drops foreign characters, and one bad message
makes it lose the whole page that came with it.
"""

from __future__ import annotations

import base64
import binascii
from typing import Literal, get_args

from jobhost.errors import InvalidPayload, PayloadTooLarge

Encoding = Literal["auto", "base64", "text"]
ENCODINGS: tuple[str, ...] = get_args(Encoding)
MAX_BODY_BYTES = 64 * 1024
"""The service's limit for a message as it lies in the queue (Queue Storage REST, Put Message)."""
_JSON_STARTS = (b"{", b"[")


def decoded(body: str, encoding: Encoding) -> bytes:
    """The content that the sender meant.

    `auto` takes text that begins like a JSON object or list as it is, opens Base64 of such text, and leaves
    everything else alone: a brace or bracket is no letter of Base64, so the three cannot be mistaken.

    Raises:
        InvalidPayload: the body is not what `encoding` says; it never will be.
    """
    content = body.encode(errors="surrogatepass")
    if encoding == "text" or (encoding == "auto" and content.lstrip().startswith(_JSON_STARTS)):
        return content
    try:
        opened = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        if encoding == "auto":
            return content
        raise InvalidPayload('body: is not Base64; expected that, or a queue function with encoding="text"') from error
    return opened if encoding == "base64" or opened.lstrip().startswith(_JSON_STARTS) else content


def encoded(content: bytes, encoding: Encoding) -> str:
    """The body that says `content`; Base64 unless `text` is asked for.

    Raises:
        PayloadTooLarge: it would be over 64 KiB; Base64 leaves room for 49,152 bytes.
        InvalidPayload: plain text was asked for and the content is none.
    """
    if encoding == "text":
        room, body = MAX_BODY_BYTES, content
    else:
        room, body = MAX_BODY_BYTES // 4 * 3, base64.b64encode(content)
    if len(content) > room:
        form = "text" if encoding == "text" else "Base64"
        raise PayloadTooLarge(
            f"payload: has {len(content)} bytes; expected at most {room} as {form}, or the name of a blob that holds it"
        )
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidPayload("payload: is not UTF-8 text; expected that, or encoding='base64'") from error
