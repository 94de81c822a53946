"""Reads commands by the Azure CLI's own parser and runs none: started by the Python that the CLI is installed in.

On standard input a JSON list of pairs, the arguments and whether they are whole; on standard output a JSON list of what
is wrong with each, or null. Of what is not whole the command's or group's name is looked up only.
"""

import contextlib
import io
import json
import sys
from typing import Any

from azure.cli.core import get_default_cli


class Reader:
    """The parser of every command; loading their table takes seconds, and is done once."""

    def __init__(self) -> None:
        self._cli = get_default_cli()
        self._invocation = self._cli.invocation_cls(
            cli_ctx=self._cli,
            parser_cls=self._cli.parser_cls,
            commands_loader_cls=self._cli.commands_loader_cls,
            help_cls=self._cli.help_cls,
        )
        self._cli.invocation = self._invocation
        self._loader = self._invocation.commands_loader
        self._loader.load_command_table(None)
        self._known = dict(self._loader.command_table)

    def problem(self, arguments: list[str], whole: bool) -> str | None:
        """What the parser says of `arguments`; None when it takes them."""
        words = _words(arguments)
        command = " ".join(words)
        while command and command not in self._known:
            command = command.rpartition(" ")[0]
        if not whole and self._is_group(" ".join(words)):
            return None
        if not command:
            return f"no such command: az {' '.join(arguments)}"
        if not whole:
            return None if command.split() == words else f"no such command: az {' '.join(arguments)}"
        self._invocation.data["command_string"] = command
        self._loader.command_table = {command: self._known[command]}
        self._loader.command_name = command
        self._loader.load_arguments(command)
        parser = self._cli.parser_cls(
            cli_ctx=self._cli,
            cli_help=self._invocation.help,
            prog="az",
            parents=[self._cli.parser_cls.create_global_parser(cli_ctx=self._cli)],
        )
        parser.load_command_table(self._loader)
        return _parsed(parser, arguments)

    def _is_group(self, name: str) -> bool:
        return any(each.startswith(f"{name} ") for each in self._known)


def _words(arguments: list[str]) -> list[str]:
    return arguments[: next((at for at, each in enumerate(arguments) if each.startswith("-")), len(arguments))]


def _parsed(parser: Any, arguments: list[str]) -> str | None:
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            parser.parse_args(arguments)
    except SystemExit:
        lines = [line for line in said.getvalue().splitlines() if line.strip()]
        return lines[0] if lines else "refused without a word"
    return None


if __name__ == "__main__":
    reader = Reader()
    json.dump([reader.problem(*each) for each in json.load(sys.stdin)], sys.stdout)
