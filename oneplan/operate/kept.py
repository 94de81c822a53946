"""The manifest for whoever looks at what runs: kept from one look to the next while its files say the same.

What is kept is used only when every file that it came from has the very content it had, there is no other job, no
folder of an app leads elsewhere, and this program is the same. It is a file of the user alone in `.oneplan`, written
whole; any other is passed over, and the files are read as ever.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType

from oneplan.errors import PackagingError
from oneplan.manifest import discovery, files, plain, secretive, source
from oneplan.manifest.load import load
from oneplan.manifest.problems import Problems
from oneplan.manifest.values import Manifest

STATE_FOLDER = ".oneplan"
_LARGEST_BYTES = 64 * 1024 * 1024
_STACK_NAME = re.compile("[A-Za-z0-9._-]+")


def manifest_to_look_with(root: Path, stack: str) -> Manifest:
    """Returns the manifest of a stack as `load(thorough=False)` does, without the addresses of `notify`.

    Raises:
        ManifestError: with all problems, sorted by place.
    """
    root, stack = root.resolve(), stack.rpartition("/")[2]
    place = root / STATE_FOLDER / "cache" / "manifest" / f"{stack}.json"
    if not _STACK_NAME.fullmatch(stack) or not (root / STATE_FOLDER).is_dir():
        return _loaded(root, stack)
    kept = _read(place)
    if kept and (patterns := _patterns(kept[0])) is not None and _key(root, stack, patterns) == kept[0].get("key"):
        with suppress(plain.NotPlainError):
            found = plain.from_text(kept[1])
            if _leads_to_itself(found):
                return found
    return _loaded_and_kept(root, stack, place)


def _loaded(root: Path, stack: str) -> Manifest:
    return replace(load(root, stack, thorough=False), notify=MappingProxyType({}))


def _loaded_and_kept(root: Path, stack: str, place: Path) -> Manifest:
    patterns = discovery.patterns(files.project_file(root, Problems()), Problems())
    before = _key(root, stack, patterns)
    found = _loaded(root, stack)
    if before is None or found.follows_links or before != _key(root, stack, patterns):
        return found
    with suppress(plain.NotPlainError, PackagingError):  # the next look takes longer, no more than that
        _write(place, before, patterns, plain.to_text(found))
    return found


def _key(root: Path, stack: str, patterns: tuple[str, ...]) -> str | None:
    """A digest of all that a manifest is made from; None when one of its files cannot be read."""
    digest = blake2b(f"{sys.version} {root} {stack}".encode("utf-8", "surrogateescape"), digest_size=32)
    folders = discovery.folders(str(root), patterns)
    names = [*_program(), "", *folders, "", *discovery.misnamed(str(root), patterns, folders), ""]
    digest.update("\n".join(names).encode("utf-8", "surrogateescape"))
    own = (files.PROJECT_FILE, f"Pulumi.{stack}.yaml")
    for file in (*own, *(f"{folder}/{discovery.JOB_FILE}" for folder in folders)):
        try:
            content = source.first_bytes(f"{root}/{file}")
        except FileNotFoundError:
            digest.update(b"-")
            continue
        except OSError:
            return None
        digest.update(b"%d " % len(content))
        digest.update(content)
    return digest.hexdigest()


def _program() -> Iterator[str]:
    """Names and stamps of the files that read and check a manifest."""
    package = Path(files.__file__).parent
    for folder in (package, package / "models", package / "checks", package.parent.parent / "ncrontab"):
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                if entry.name.endswith((".py", ".json")):
                    seen = entry.stat()
                    yield f"{entry.path} {seen.st_size} {seen.st_mtime_ns}"


def _leads_to_itself(manifest: Manifest) -> bool:
    """Whether the apps' folders are still where they were: none of the folders on the way has become a link."""
    folders = [str(app.source) for app in manifest.apps.values() if app.source]
    return all(os.path.realpath(folder) == folder for folder in folders)


def _read(place: Path) -> tuple[dict[str, object], bytes] | None:
    """What is known of a kept manifest, and its text; None without one that the user alone can write, whole."""
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        seen = os.fstat(descriptor)
        is_own = stat.S_ISREG(seen.st_mode) and seen.st_uid == os.geteuid() and not seen.st_mode & 0o077
        if not is_own or seen.st_size > _LARGEST_BYTES:
            return None
        head, _, text = file.read().partition(b"\n")
    try:
        known = json.loads(head)
    except ValueError:
        return None
    is_whole = isinstance(known, dict) and known.get("text") == blake2b(text, digest_size=32).hexdigest()
    return (known, text) if is_whole else None


def _patterns(known: dict[str, object]) -> tuple[str, ...] | None:
    found = known.get("jobs")
    return tuple(map(str, found)) if isinstance(found, list) else None


def _write(place: Path, key: str, patterns: tuple[str, ...], text: str) -> None:
    from oneplan.packaging.store import written_whole

    if secretive.is_secret_like(text):
        return
    content = text.encode("utf-8")
    head = {"key": key, "jobs": patterns, "text": blake2b(content, digest_size=32).hexdigest()}
    with written_whole(place, mode=0o600) as out:
        out.write(json.dumps(head).encode() + b"\n" + content)
