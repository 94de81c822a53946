"""The texts that new files begin with; they travel inside the package as `templates/…/*.tmpl`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

_SUFFIX = ".tmpl"
_HOLE = re.compile(r"\{\{(\w+)\}\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Returns the text with each `{{name}}` replaced; raises KeyError for one that has no value."""
    return _HOLE.sub(lambda hole: values[hole[1]], text)


def program(name: str, values: Mapping[str, str]) -> str:
    """Returns a file of `templates/programs`, filled in."""
    return fill((_root() / "programs" / f"{name}{_SUFFIX}").read_text("utf-8"), values)


def folder(name: str, values: Mapping[str, str]) -> dict[str, str]:
    """Returns all files of a folder of templates by their path in the project, filled in."""
    return {path: fill(text, values) for path, text in _walk(_root() / name, "")}


def _walk(place: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(place.iterdir(), key=lambda each: each.name):
        name = entry.name.removesuffix(_SUFFIX)
        # Build tools pass over names that begin with a dot.
        path = prefix + (name.removeprefix("dot") if name.startswith("dot.") else name)
        if entry.is_dir():
            yield from _walk(entry, f"{path}/")
        elif entry.name.endswith(_SUFFIX):
            yield path, entry.read_text("utf-8")


def _root() -> Traversable:
    return files("oneplan.authoring") / "templates"
