"""From a file to its text, or to a located problem: encodings, size and stray bytes are dealt with here."""

import codecs
import errno
import os
import re
import stat
from functools import lru_cache

from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import Mark

LARGEST_BYTES = 1024 * 1024

_NEVER_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read_text(path: str | os.PathLike[str], file: str, problems: Problems) -> str | None:
    """Returns the text of a YAML file, or None after adding the problem that prevents it."""
    start = Mark(file, 1, 1)
    try:
        content = first_bytes(path)
    except OSError as error:
        problems.add(start, "WJ001", f"cannot be read ({error.strerror}); make it a readable file")
        return None
    if len(content) > LARGEST_BYTES:
        problems.add(start, "WJ001", "is larger than 1 MiB; a manifest is a few pages, move data elsewhere")
        return None
    if content.startswith(_WIDE):
        problems.add(start, "WJ001", "is UTF-16 or UTF-32 text; save it as UTF-8")
        return None
    return _decode(content.removeprefix(codecs.BOM_UTF8), file, problems)


def first_bytes(path: str | os.PathLike[str]) -> bytes:
    """Returns the file's first bytes, one more than may be; a pipe or a device is never waited for.

    Raises OSError for what cannot be read or is no file.
    """
    descriptor = os.open(path, os.O_RDONLY | _NEVER_WAIT)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR) if stat.S_ISDIR(mode) else "not a file")
        content = os.read(descriptor, LARGEST_BYTES + 1)
        while 0 < len(content) <= LARGEST_BYTES and (more := os.read(descriptor, LARGEST_BYTES + 1 - len(content))):
            content += more
        return content
    finally:
        os.close(descriptor)


def _decode(content: bytes, file: str, problems: Problems) -> str | None:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        byte = content[error.start]
        problems.add(_after(before, file), "WJ001", f"byte 0x{byte:02x} is not UTF-8 text; save it as UTF-8")
        return None
    if stray := (_CONTROL if text.isascii() else _unprintable()).search(text):
        mark = _after(text[: stray.start()], file)
        code = f"U+{ord(stray.group()):04X}"
        problems.add(mark, "WJ001", f"control character {code} is not allowed in YAML; remove it")
        return None
    return text


@lru_cache(maxsize=1)
def _unprintable() -> re.Pattern[str]:
    """What YAML forbids; made when it is needed, for that takes as long as to read a hundred files."""
    return re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ufffd\U00010000-\U0010ffff]")


def _after(text: str, file: str) -> Mark:
    lines = re.split("\r\n|\n|\r", text)
    return Mark(file, len(lines), len(lines[-1]) + 1)
