"""Raw arguments as words, the way .NET starts a program on Linux (System.Diagnostics.Process, ParseArgumentsIntoList).

No shell is between Kudu and the script: a single quote, a dollar sign or a star is a character like any other.
"""

BLANKS = " \t"


def words(raw: str) -> list[str]:
    r"""The words of a raw argument string.

    Blanks part words but not between double quotes; `\"` is a quote, and so is `""` between quotes; a backslash
    elsewhere stands for itself. A quote that is never closed ends with the text.
    """
    found: list[str] = []
    at = 0
    while at < len(raw):
        if raw[at] in BLANKS:
            at += 1
            continue
        word, at = _word(raw, at)
        found.append(word)
    return found


def _word(raw: str, at: int) -> tuple[str, int]:
    """The word that begins here, and where it ends."""
    parts: list[str] = []
    is_quoted = False
    while at < len(raw) and (is_quoted or raw[at] not in BLANKS):
        slashes = _slashes(raw, at)
        at += slashes
        if raw[at : at + 1] != '"':
            parts.append("\\" * slashes or raw[at])
            at += not slashes
            continue
        parts.append("\\" * (slashes // 2))
        if slashes % 2:
            parts.append('"')
        elif is_quoted and raw[at + 1 : at + 2] == '"':
            parts.append('"')
            at += 1
        else:
            is_quoted = not is_quoted
        at += 1
    return "".join(parts), at


def _slashes(raw: str, at: int) -> int:
    """How many backslashes stand here."""
    end = at
    while raw[end : end + 1] == "\\":
        end += 1
    return end - at
