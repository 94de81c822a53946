"""JSON as Newtonsoft.Json reads it by default.

Comments, single quotes, trailing and doubled commas, keys without quotes, hexadecimal and octal numbers are accepted,
so an annotated settings.job works.
"""

import codecs
import json
import math
import re
from typing import Any

_SPACE = re.compile(r"(?:\s|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z0-9_$+.\-]+")
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
_NUMBER = re.compile(r"(-?)(?:0[xX]([0-9a-fA-F]+)|0([0-7]+))")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_DEEPEST = 128


def loads(text: str) -> Any:
    """The value that a text holds.

    Raises:
        ValueError: the text is no JSON even to a lenient reader.
    """
    reader = _Reader(text.removeprefix("\ufeff"))
    value = reader.value(0)
    reader.end()
    return value


def decode(content: bytes) -> str:
    """The text of a file as .NET's StreamReader reads it: UTF-8 unless a mark says otherwise, what is neither replaced.

    PowerShell's `>` and `Out-File` write UTF-16 with such a mark.
    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", "utf-8"))
    return content[len(mark) :].decode(encoding, "replace")


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def value(self, depth: int) -> Any:
        if depth > _DEEPEST:
            raise self._error("nested too deeply")
        match self._peek():
            case "{":
                return self._object(depth)
            case "[":
                return self._array(depth)
            case '"' | "'":
                return self._string()
            case _:
                return self._bare(self._word())

    def end(self) -> None:
        if self._peek():
            raise self._error("text after the end")

    def _object(self, depth: int) -> dict[str, Any]:
        self._at += 1
        found: dict[str, Any] = {}
        while not self._took("}"):
            key = self._string() if self._peek() in {'"', "'"} else self._word()
            if not self._took(":"):
                raise self._error("expected ':'")
            found[key] = self.value(depth + 1)
            self._separator("}")
        return found

    def _array(self, depth: int) -> list[Any]:
        self._at += 1
        found: list[Any] = []
        while not self._took("]"):
            found.append(None if self._peek() == "," else self.value(depth + 1))
            self._separator("]")
        return found

    def _separator(self, closing: str) -> None:
        if not self._took(",") and self._peek() != closing:
            raise self._error(f"expected ',' or '{closing}'")

    def _string(self) -> str:
        quote, self._at = self._text[self._at], self._at + 1
        parts: list[str] = []
        while (character := self._next()) != quote:
            parts.append(self._escape() if character == "\\" else character)
        # surrogate halves written as two escapes become one character
        return "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _escape(self) -> str:
        character = self._next()
        if character == "u":
            digits = "".join(self._next() for _ in range(4))
            return chr(int(digits, 16))
        return _ESCAPES.get(character, character)

    def _bare(self, word: str) -> Any:
        if word in _WORDS:
            return _WORDS[word]
        try:
            return _number(word)
        except ValueError:
            raise self._error(f"unknown value '{word[:40]}'") from None

    def _word(self) -> str:
        self._peek()
        match = _WORD.match(self._text, self._at)
        if match is None:
            raise self._error("expected a value")
        self._at = match.end()
        return match[0]

    def _took(self, character: str) -> bool:
        if self._peek() != character:
            return False
        self._at += 1
        return True

    def _peek(self) -> str:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise self._error("unexpected end")
        self._at += 1
        return self._text[self._at - 1]

    def _error(self, problem: str) -> ValueError:
        line = self._text.count("\n", 0, self._at) + 1
        return ValueError(f"line {line}: {problem}")


def _number(word: str) -> Any:
    """The number that a word is; one that JSON cannot write is a text, as Newtonsoft writes it.

    Raises:
        ValueError: it is none.
    """
    if match := _NUMBER.fullmatch(word):
        sign, hexadecimal, octal = match.groups()
        value = int(hexadecimal, 16) if hexadecimal else int(octal, 8)
        return -value if sign else value
    found = json.loads(re.sub(r"^(-?)\.", r"\g<1>0.", word))
    if isinstance(found, float) and not math.isfinite(found):
        return "NaN" if math.isnan(found) else f"{'-' if found < 0 else ''}Infinity"
    return found
