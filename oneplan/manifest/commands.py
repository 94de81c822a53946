"""What a job's `command` may be: one command whose words may be followed by arguments; and what it starts."""

import re

_SHOWN = 10  # letters of an operator in a message
_QUOTED = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.|\$\([^()]*\)""", re.DOTALL)
_OPERATOR = re.compile(r"[();<>|&]+|(?<!\S)#")
_MODULE = re.compile(r"python3?(?:\.\d+)?(?:\s+-[uBOEIsSv]+)*\s+-m\s+([A-Za-z_][\w.]*)(?:\s|$)")
_FILE = re.compile(r"(?:python3?(?:\.\d+)?(?:\s+-[uBOEIsSv]+)*|node|php|bash|sh)\s+([A-Za-z0-9_./][\w./-]*)(?:\s|$)")
_PROGRAMS = {"python": "python", "python3": "python", "node": "node", "php": "php", "dotnet": "dotnet", "java": "java"}


def trouble(command: str) -> str | None:
    """Returns what keeps a text from being one command, as the end of a message; None for a sound one."""
    text = command.strip()
    bare = _QUOTED.sub("q", text)
    if "'" in bare or '"' in bare:
        return "has an open quote; close it"
    operator = _OPERATOR.search(bare)
    if operator or "\n" in text or not text:
        found = f'"{operator.group()[:_SHOWN]}"' if operator else "several lines" if text else "nothing"
        return f"contains {found}; write one command, or wrap it: sh -c '...'"
    if re.match(r"[A-Za-z_]\w*=", text):
        return "sets a variable; write it under env"
    return None


def module_of(command: str) -> str | None:
    """Returns the module that `python -m` is asked to run; None for another command."""
    match = _MODULE.match(command.strip())
    return match.group(1) if match else None


def file_of(command: str) -> str | None:
    """Returns the file that an interpreter is asked to run, when it is named by a relative path."""
    match = _FILE.match(command.strip())
    found = match.group(1) if match else None
    return found if found and not found.startswith("/") and "." in found else None


def language_of(command: str) -> str | None:
    """Returns the language of the interpreter a command starts; None for any other program."""
    words = command.split(maxsplit=1)
    return _PROGRAMS.get(words[0]) if words else None
