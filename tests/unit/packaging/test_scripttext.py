"""Scripts that a shell stumbles over."""

from pathlib import Path

import pytest

from oneplan.errors import PackagingError
from oneplan.packaging.scripttext import check_script


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("run.sh", b"\xef\xbb\xbfecho x\n", "begins with a byte order mark, which bash takes for a part of the first"),
        ("RUN.CMD", b"\xef\xbb\xbf@echo off\r\n", "begins with a byte order mark, which cmd takes for a part of the"),
        ("run.bat", b"\xff\xfe@\0", "begins with a byte order mark, which cmd takes for a part of the first command;"),
        ("run.sh", b"echo x\r\n", "has Windows line endings (CRLF), which bash cannot run; save it with LF"),
        ("bin/tool", b"#!/usr/bin/env python3\r\nx\n", "has Windows line endings (CRLF), so that its first line names"),
    ],
)
def test_script_is_refused_with_the_reason(name: str, content: bytes, said: str):
    with pytest.raises(PackagingError) as error:
        check_script(name, Path("jobs/tidy") / name, content)

    assert str(error.value).startswith(f"jobs/tidy/{name}: {said}")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run.sh", b"#!/bin/sh\necho x\n"),
        ("run.cmd", b"@echo off\r\n"),
        ("run.ps1", b"\xef\xbb\xbfWrite-Output x\r\n"),
        ("notes.txt", b"\xef\xbb\xbfx\r\n"),
        ("empty.sh", b""),
    ],
)
def test_sound_file_is_accepted(name: str, content: bytes):
    check_script(name, Path(name), content)
