"""Refuses scripts that a shell stumbles over at their first byte or at the end of each line."""

from pathlib import Path

from oneplan.errors import PackagingError

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
SHELL = (".sh", ".cmd", ".bat")


def check_script(name: str, path: str | Path, content: bytes) -> None:
    """Raises a PackagingError for a shell script with a byte order mark, and for one of Unix with Windows lines.

    Args:
        name: the file's name in the package, by which it is known for a script.
        path: where it is, for the message.
        content: its bytes.
    """
    lower = name.lower()
    if lower.endswith(SHELL) and content.startswith(_BYTE_ORDER_MARKS):
        shell = "bash" if lower.endswith(".sh") else "cmd"
        raise PackagingError(
            f"{path}: begins with a byte order mark, which {shell} takes for a part of the first command; "
            "save it as UTF-8 without BOM"
        )
    if lower.endswith(".sh") and b"\r\n" in content:
        raise PackagingError(f"{path}: has Windows line endings (CRLF), which bash cannot run; save it with LF")
    if content.startswith(b"#!") and content.partition(b"\n")[0].endswith(b"\r"):
        raise PackagingError(
            f"{path}: has Windows line endings (CRLF), so that its first line names no program; save it with LF"
        )
