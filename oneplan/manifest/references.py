"""References in `env` values: `${apps.api.url}`.

The whole vocabulary is `ATTRIBUTES` and `PLAIN`. There is no template engine and no shell variable: a preview
must not depend on the machine it runs on. `$${` is a literal `${`, and a lone `$` is itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

ATTRIBUTES = {
    "apps": ("url", "name"),
    "queues": ("name", "url"),
    "containers": ("name", "url"),
    "tables": ("name", "url"),
}
"""What can be asked of a named thing, by section: `${section.thing.attribute}`."""

PLAIN = ("stack", "name")
"""What stands alone: `${stack}` and `${name}`."""

_TOKEN = re.compile(r"\$\$\{|\$\{")
_PATH = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*")


class ReferenceSyntaxError(ValueError):
    """Raised when a `${` does not open a well-formed reference."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A pointer into the manifest, such as `("apps", "api", "url")`."""

    path: tuple[str, ...]

    def __str__(self) -> str:
        return "${" + ".".join(self.path) + "}"


def parse(text: str) -> tuple[str | Reference, ...]:
    """Splits a value into literal text and references, in order; empty text gives no parts.

    Raises:
        ReferenceSyntaxError: a `${` is not closed, or holds something other than a dotted path.
    """
    parts: list[str | Reference] = []
    literal = ""
    for piece in _pieces(text):
        if isinstance(piece, str):
            literal += piece
            continue
        if literal:
            parts.append(literal)
        parts.append(piece)
        literal = ""
    return (*parts, literal) if literal else tuple(parts)


def _pieces(text: str) -> Iterator[str | Reference]:
    position = 0
    while token := _TOKEN.search(text, position):
        yield text[position : token.start()]
        position = token.end()
        if token.group() == "$${":
            yield "${"
            continue
        end = text.find("}", position)
        if end < 0:
            raise ReferenceSyntaxError(f'"{text[token.start() :]}" has no closing brace')
        inside = text[position:end]
        if not _PATH.fullmatch(inside):
            raise ReferenceSyntaxError(f'"${{{inside}}}" is not a reference')
        yield Reference(tuple(inside.split(".")))
        position = end + 1
    yield text[position:]
