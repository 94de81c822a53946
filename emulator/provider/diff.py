"""What changed between old and new inputs, by exact path, and whether that asks for a new resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from emulator.provider.naming import CREATE_BEFORE_DELETE
from emulator.resources.handler import Handler
from emulator.resources.values import Archive, Asset, Unknown, reveal

Path = tuple[str | int, ...]

_PLAIN_KEY = re.compile(r"[A-Za-z_$][\w$]*")
_TOKEN = re.compile(r'\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([^.\[\]]+)')


class Kind(StrEnum):
    """What happened to a property."""

    ADD = "ADD"
    DELETE = "DELETE"
    UPDATE = "UPDATE"


@dataclass(frozen=True)
class Change:
    """One changed property."""

    path: Path
    kind: Kind
    replaces: bool = False

    @property
    def top(self) -> str:
        """The top-level input it is in."""
        return str(self.path[0])

    @property
    def text(self) -> str:
        """The path as Pulumi writes it: ``siteConfig.appSettings[0].value``."""
        return format_path(self.path)


@dataclass(frozen=True)
class Difference:
    """All changes of a resource."""

    changes: tuple[Change, ...]
    delete_before_replace: bool

    @property
    def properties(self) -> tuple[str, ...]:
        """The changed top-level inputs."""
        return tuple(dict.fromkeys(change.top for change in self.changes))

    @property
    def replaces(self) -> tuple[str, ...]:
        """The top-level inputs whose change asks for a new resource."""
        return tuple(dict.fromkeys(change.top for change in self.changes if change.replaces))


def compare(
    handler: Handler, olds: Mapping[str, Any], news: Mapping[str, Any], ignored: Sequence[str] = ()
) -> Difference:
    """Returns the difference between old and new inputs; secrets count by value, assets by hash."""
    rules = {(name,) for name in handler.path.parameters} | {tuple(rule.split(".")) for rule in handler.force_new}
    skipped = [parse_path(text) for text in ignored]
    changes = tuple(
        Change(path, kind, replaces=any(_below(path, rule) or _below(rule, path) for rule in rules))
        for path, kind in _changes(_visible(olds), _visible(news), ())
        if not any(_below(path, skip) for skip in skipped)
    )
    # A generated name is free for the next one at once; a fixed name must be freed first (azure-native's `Diff`).
    fixed_name = not (reveal(news.get(CREATE_BEFORE_DELETE)) or reveal(olds.get(CREATE_BEFORE_DELETE)))
    return Difference(changes, fixed_name and any(change.replaces for change in changes))


def format_path(path: Path) -> str:
    """Returns a path in Pulumi's notation."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN_KEY.fullmatch(part):
            text += f".{part}" if text else part
        else:
            escaped = part.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
    return text


def parse_path(text: str) -> Path:
    """Reads Pulumi's notation; ``*`` stands for any key or index."""
    parts: list[str | int] = []
    for index, quoted, plain in _TOKEN.findall(text):
        if index:
            parts.append(int(index) if index.isdigit() else "*")
        else:
            parts.append(plain or re.sub(r"\\(.)", r"\1", quoted))
    return tuple(parts)


def _visible(inputs: Mapping[str, Any]) -> dict[str, Any]:
    shown = {key: reveal(value) for key, value in inputs.items() if not key.startswith("__")}
    if isinstance(shown.get("location"), str):
        shown["location"] = shown["location"].replace(" ", "").lower()
    return shown


def _changes(old: Any, new: Any, path: Path) -> Iterator[tuple[Path, Kind]]:
    match old, new:
        case dict(), dict():
            for key in sorted({*old, *new}):
                yield from _member(old.get(key), new.get(key), (*path, key))
        case list(), list():
            for index in range(max(len(old), len(new))):
                yield from _member(_at(old, index), _at(new, index), (*path, index))
        case _ if not _same(old, new):
            yield path, Kind.UPDATE


def _member(old: Any, new: Any, path: Path) -> Iterator[tuple[Path, Kind]]:
    if old is None and new is None:
        return
    if old is None:
        yield path, Kind.ADD
    elif new is None:
        yield path, Kind.DELETE
    else:
        yield from _changes(old, new, path)


def _at(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else None


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return False
    if isinstance(old, Asset | Archive) and isinstance(new, Asset | Archive):
        return type(old) is type(new) and old.hash == new.hash
    return type(old) is type(new) and bool(old == new)


def _below(path: Path, root: Path) -> bool:
    """Tells whether ``path`` is ``root`` or stands below it."""
    return len(path) >= len(root) and all(wanted in ("*", part) for part, wanted in zip(path, root, strict=False))
