"""Reads a tree that no build has seen: each small file once, for its digest and for its data in the zip."""

import time
from collections.abc import Callable, Iterable

from oneplan.packaging.compression import deflates
from oneplan.packaging.scripttext import SHELL
from oneplan.packaging.squeeze import Squeezed
from oneplan.packaging.squeezer import SMALL_BYTES, Squeezer
from oneplan.packaging.tree import FoundFile
from oneplan.packaging.trees import REMEMBERED_BYTES, Digests, Known, TreeRecord, digests, stamp_at


def first_digests(found: Iterable[FoundFile], squeezer: Callable[[], Squeezer] = Squeezer) -> Digests:
    """Returns stamp and SHA-256 of each file, and of the small ones what the zip will hold.

    Raises:
        PackagingError: if a file cannot be read, or is a script that a shell would stumble over.
    """
    small, rest = _sorted_out(found)
    now = time.time_ns()
    with squeezer() as squeezing:
        answers = squeezing.all([(file.path, file.stamp.size, deflates(file.name)) for file in small])
    files: dict[str, Known] = {}
    contents: dict[str, bytes | Squeezed] = {}
    for file, answer in zip(small, answers, strict=True):
        if answer is None:
            rest.append(file)
        else:
            files[file.name] = stamp_at(file.stamp, now), answer[0].hex()
            contents[file.name] = answer
    others = digests(rest, TreeRecord())
    return Digests(files | others.files, contents | others.contents)


def _sorted_out(found: Iterable[FoundFile]) -> tuple[list[FoundFile], list[FoundFile]]:
    """Returns the small files that memory has room for, and those that are read one by one."""
    small: list[FoundFile] = []
    rest: list[FoundFile] = []
    room = REMEMBERED_BYTES
    for file in found:
        size = file.stamp.size
        if size < SMALL_BYTES and size <= room and not file.name.lower().endswith(SHELL):
            small.append(file)
            room -= size
        else:
            rest.append(file)
    return small, rest
