"""`settings.job` as App Service reads it: Newtonsoft.Json takes comments, single quotes, trailing commas and bare keys.

https://www.newtonsoft.com/json/help/html/ReadJsonWithJsonTextReader.htm. The text is rewritten to plain JSON, token by
token; what is no token of either stays as it is and is refused there.
"""

import json
import re
from typing import Any

_TOKEN = re.compile(
    r"""(?P<comment>//[^\r\n]*|/\*.*?\*/)
    |(?P<double>"(?:[^"\\]|\\.)*")
    |(?P<single>'(?:[^'\\]|\\.)*')
    |(?P<key>[A-Za-z_$][\w$]*)(?=\s*:)
    |(?P<comma>,)(?=(?:\s|//[^\r\n]*|/\*.*?\*/)*[}\]])
    |(?P<other>[^"'/,A-Za-z_$]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_LARGEST = 1024 * 1024


def loads(content: bytes) -> Any:
    """Returns the value that a file holds; raises ValueError when even a lenient reader finds none."""
    if len(content) > _LARGEST:
        raise ValueError("it is larger than 1 MiB")
    text = content.decode("utf-8-sig")
    try:
        return json.loads("".join(_plain(token) for token in _TOKEN.finditer(text)), strict=False)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON, at line {error.lineno}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _plain(token: re.Match[str]) -> str:
    match token.lastgroup:
        case "comment":
            return " " + "\n" * token[0].count("\n")
        case "comma":
            return ""
        case "key":
            return json.dumps(token[0])
        case "single":
            body = re.sub(
                r"\\(.)|(\")", lambda part: '\\"' if part[2] else _escape(part[1]), token[0][1:-1], flags=re.DOTALL
            )
            return f'"{body}"'
        case _:
            return token[0]


def _escape(letter: str) -> str:
    return letter if letter == "'" else f"\\{letter}"
