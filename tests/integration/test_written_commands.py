"""Every command of the Azure CLI and of Pulumi that people are told to type exists and takes its arguments.

The Azure CLI's own parser reads its commands; `make test-az` installs it. Pulumi's are held against its help.
"""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.integration import written

ROOT = Path(__file__).resolve().parents[2]
AZ_PYTHON = ROOT / ".oneplan" / "az" / "bin" / "python"
PULUMI = ROOT / "tools" / "pulumi" / "bin" / "pulumi"
LIMIT_SECONDS = 300

pytestmark = pytest.mark.integration


def test_commands_are_found_in_prose_and_in_blocks_of_code():
    text = """Say `az login`, or `az webapp …`:
```sh
for each in a b; do
  az account set \\
    --subscription "<name or id>" | cat  # now
done
$ az group list
```
"""
    found = written.of_text("az", text, "page.md")

    assert [(each.where, each.arguments, each.whole) for each in found] == [
        ("page.md:1", ("login",), False),
        ("page.md:1", ("webapp",), False),
        ("page.md:4", ("account", "set", "--subscription", "<name or id>"), True),
        ("page.md:7", ("group", "list"), True),
    ]
    assert written.of_text("az", "az = 1\naz login\n", "code.py", is_code=True) == []


@pytest.mark.skipif(not AZ_PYTHON.exists(), reason="the Azure CLI is not installed here; `make test-az` installs it")
def test_the_azure_cli_takes_every_command_that_is_written():
    wrong = [
        ("nosuch", "thing"),
        ("webapp", "list", "--nosuch"),
        ("acr", "show", "--query", "id"),
        ("webapp", "list-runtimes", "--os-type", "beos"),
    ]
    found = written.commands("az")

    *answers, nobody, option, name, value, group = _read_by_az(
        [(each.arguments, each.whole) for each in found]
        + [(arguments, True) for arguments in wrong]
        + [(("webapp", "nosuch"), False)]
    )

    assert nobody == "no such command: az nosuch thing"
    assert option == "unrecognized arguments: --nosuch"
    assert name == "the following arguments are required: --name/-n"
    assert (value or "").startswith("az webapp list-runtimes: 'beos' is not a valid value")
    assert group == "no such command: az webapp nosuch"
    assert len([each for each in found if each.whole]) > 30
    assert [(each.where, answer) for each, answer in zip(found, answers, strict=True) if answer] == []


def test_pulumi_takes_every_command_that_is_written():
    found = written.commands("pulumi")

    assert _problem(("stack", "init", "dev")) is None
    assert _problem(("nosuch",)) == "no such command"
    assert _problem(("stack", "nosuch")) == "no such command"
    assert _problem(("preview", "--nosuch", "--diff")) == "no such option: --nosuch"
    assert len(found) > 20
    assert [(each.where, problem) for each in found if (problem := _problem(each.arguments))] == []


def _read_by_az(commands: list[tuple[tuple[str, ...], bool]]) -> list[str | None]:
    """What the Azure CLI says of each command, without running it."""
    program = Path(__file__).with_name("az_parser.py")
    done = subprocess.run(
        [AZ_PYTHON, program],
        input=json.dumps(commands),
        text=True,
        capture_output=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[str | None] = json.loads(done.stdout)
    return answers


def _problem(arguments: tuple[str, ...]) -> str | None:
    """What is wrong with a command of Pulumi, by its help."""
    words = tuple(arguments[: next((at for at, each in enumerate(arguments) if each[0] == "-"), len(arguments))])
    usages = [usage.split() for usage in re.findall(r"(?m)^  pulumi (.*)$", _help(words))]
    aliases = re.findall(r"(?m)^Aliases:\n  (.*)$", _help(words))
    known = next((usage for usage in usages if _is_called(usage, words, " ".join(aliases).split(", "))), None)
    if known is None:
        return "no such command"
    options = [each.partition("=")[0] for each in arguments if each.startswith("--")]
    unknown = [each for each in options if not re.search(rf"{each}\b", _help(words))]
    return f"no such option: {', '.join(unknown)}" if unknown else None


def _is_called(usage: list[str], words: tuple[str, ...], aliases: list[str]) -> bool:
    """Whether `words` name the command of a line of usage; those after its name must be arguments that it takes.

    `aliases` are other words for the last one of its name.
    """
    name = [each for each in usage if re.fullmatch("[a-z][a-z-]*", each)]
    if name and set(words[len(name) - 1 : len(name)]) & set(aliases):
        name[-1] = words[len(name) - 1]
    taken = [each for each in usage if each[0] in "<[" and each not in ("[flags]", "[command]", "[--]")]
    return list(words[: len(name)]) == name and len(words) - len(name) <= len(taken)


@cache
def _help(words: tuple[str, ...]) -> str:
    command = [PULUMI, *words, "--help"]
    return subprocess.run(command, text=True, capture_output=True, timeout=LIMIT_SECONDS, check=True).stdout
