"""Which parts of a source line may hold a secret, so that a problem can be shown without giving it away.

Looks at text, not at parsed YAML: the file is often one that cannot be parsed. In doubt a value is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Range = tuple[int, int]
"""Start and end in a line."""

_SECRET_NAME = re.compile(
    r"passw|passphrase|\bpwd\b|_pwd|secret|token|credential|api-?_?key|private|signature|connection-?_?string"
    r"|(^|[_\-:.])(key|pass|pw|pwd|sas|sig|pat)$",
    re.IGNORECASE,
)
_PLAIN = frozenset({"private"})
"""Keys of the manifest that look like a secret's name and say where something is reached from."""
_SECRET_VALUE = re.compile(
    r"(?:AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd|sig)=[^;&\s\"'#]+"  # connection strings, SAS
    r"|(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"  # user and password in an address
    r"|-----BEGIN [A-Z ]+-----.*"
    r"|\bey[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_.-]+"  # a signed token
    r"|\b(?:sk|pk|ghp|gho|ghs|github_pat|xox[abp]|AKIA)[-_A-Z0-9][A-Za-z0-9_-]{10,}",
    re.IGNORECASE,
)
_TOKEN = re.compile("[A-Za-z0-9+/_=-]{20,}")
_RANDOM = re.compile("[A-Za-z0-9+]{20,}")
_KEY = re.compile(r"""(?:^|[\s{,\[?-])(?P<quote>["']?)(?P<key>[\w][\w.:\-]*?)(?P=quote)\s*:(?=[\s"']|$)""")
_REFERENCE = re.compile(r"""["']?(?:vault:|stack:|\$\{)""")
_NO_SCALAR = re.compile(r"(?:[{\[|>&*]|$|#|<<)")
_FARTHEST = 2_000
"""Lines looked at above one, for the keys it stands under."""


def hidden(lines: Sequence[str], number: int) -> list[Range]:
    """Returns the ranges of a line (counted from 1) that are not to be shown, in order, none touching another."""
    line = lines[number - 1]
    above = list(_keys_above(lines, number - 1))
    pairs = list(_pairs(line))
    found = [*_secret_looking(line)]
    is_guarded = any(_guards(key) for key in above)
    for key, start, end in pairs:
        is_guarded = is_guarded or key == "secrets"
        if (is_guarded or _guards(key)) and not _REFERENCE.match(line, start):
            found.append((start, end))
    if is_guarded and not pairs and not _REFERENCE.match(line.strip("- ")):
        found.append((len(line) - len(line.lstrip()), len(line.rstrip())))
    return _joined(found)


def is_reference(text: str) -> bool:
    """Whether a value only says where its secret is: `vault:`, `stack:` or `${…}`."""
    return _REFERENCE.match(text) is not None


def _secret_looking(line: str) -> Iterator[Range]:
    yield from (match.span() for match in _SECRET_VALUE.finditer(line))
    for token in _TOKEN.finditer(line):
        runs = _RANDOM.findall(token.group())
        if any(not run.isalpha() and not run.isdigit() for run in runs):
            yield token.span()


def _guards(key: str) -> bool:
    """Whether what stands under a key is secret by the key's name."""
    return key == "secrets" or (key not in _PLAIN and _SECRET_NAME.search(key) is not None)


def _pairs(line: str) -> Iterator[tuple[str, int, int]]:
    """Each key in a line with where its value begins and ends; a value that is a map or a list has none of its own."""
    keys = list(_KEY.finditer(line))
    for at, match in enumerate(keys):
        start = match.end() + len(line[match.end() :]) - len(line[match.end() :].lstrip())
        limit = keys[at + 1].start() if at + 1 < len(keys) else len(line)
        value = line[start:limit].rstrip().rstrip(",}] ")
        if _NO_SCALAR.match(line, start) or not value:
            yield match["key"], start, start
        else:
            yield match["key"], start, start + len(value)


def _keys_above(lines: Sequence[str], at: int) -> Iterator[str]:
    """The keys a line stands under, by indentation, nearest first."""
    indent = _indent(lines[at])
    for above in range(at - 1, max(at - 1 - _FARTHEST, -1), -1):
        line = lines[above]
        if not line.strip() or line.lstrip().startswith("#") or _indent(line) >= indent:
            continue
        indent = _indent(line)
        yield from (match["key"] for match in _KEY.finditer(line) if not _is_closed(line, match.end()))
        if indent == 0:
            return


def _is_closed(line: str, start: int) -> bool:
    """Whether a key's flow map or list ends on its own line, so that nothing below belongs to it."""
    rest = line[start:]
    return rest.count("}") + rest.count("]") >= rest.count("{") + rest.count("[") > 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t-"))


def _joined(ranges: Sequence[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in sorted(each for each in ranges if each[0] < each[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
