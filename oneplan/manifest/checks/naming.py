"""Names: what keys may look like, what Azure makes of them, and that none means two things.

Azure's rules: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules and
https://learn.microsoft.com/rest/api/storageservices/naming-queues-and-metadata.
"""

import re

from oneplan.manifest import names
from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.draft import STORED, Draft
from oneplan.manifest.problems import Problems

_WORD = re.compile("[a-z]([a-z0-9]|-(?=[a-z0-9]))*")
_LONGEST = 40
_STORED_NAME = re.compile("[a-z0-9]([a-z0-9]|-(?=[a-z0-9]))*")
_TABLE_NAME = re.compile("[A-Za-z][A-Za-z0-9]{2,62}")
_POISON_ROOM = len(names.poison(""))
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{kind}{number}" for kind in ("com", "lpt") for number in range(10))}
)
"""Names that no folder can have on Windows; a job is a folder."""


def check(scope: Scope, problems: Problems) -> None:
    """Adds what is wrong with names."""
    draft = scope.draft
    if draft.project and not is_word(draft.project.name):
        problems.add(draft.at("name"), "WJ018", word_rule(draft.project.name))
    for section in ("apps", "jobs", "notify"):
        for name in draft.declared(section):
            if not is_word(name):
                problems.add(draft.key(section, name), "WJ018", word_rule(name))
    _devices(scope, problems)
    _stored(draft, problems)
    _two_meanings(draft, problems)
    _azure_lengths(draft, problems)


def _devices(scope: Scope, problems: Problems) -> None:
    for name in () if scope.is_linux else scope.draft.jobs:
        if name in _DEVICES:
            message = f'a job cannot be called "{name}" on windows, which keeps that name for a device; rename it'
            problems.add(scope.draft.key("jobs", name), "WJ110", message)


def is_word(name: str) -> bool:
    """Whether a name may be an app's, a job's or a group's."""
    return 2 <= len(name) <= _LONGEST and _WORD.fullmatch(name) is not None


def word_rule(name: str) -> str:
    """Returns the message about a name that may not."""
    return (
        f'name "{name}" may use a-z, 0-9 and single hyphens, must start with a letter and end with a letter or '
        f"digit, 2 to {_LONGEST} characters"
    )


def _stored(draft: Draft, problems: Problems) -> None:
    shape = "a-z, 0-9 and single hyphens between them"
    longest = 63 - _POISON_ROOM
    for name in draft.declared("queues"):
        if not (_STORED_NAME.fullmatch(name) and 3 <= len(name) <= longest):
            message = f'queue name "{name}": 3 to {longest} characters, {shape} (room for "-poison")'
            problems.add(draft.key("queues", name), "WJ062", message)
        elif name.endswith("-poison") and name.removesuffix("-poison") in draft.declared("queues"):
            message = f'queue "{name}" is made for its reader\'s failures already; remove it or rename it'
            problems.add(draft.key("queues", name), "WJ062", message)
    for name in draft.declared("containers"):
        if not (_STORED_NAME.fullmatch(name) and 3 <= len(name) <= 63):
            message = f'container name "{name}": 3 to 63 characters, {shape}'
            problems.add(draft.key("containers", name), "WJ085", message)
    for name in draft.declared("tables"):
        if not (_STORED_NAME.fullmatch(name) and _TABLE_NAME.fullmatch(names.table(name))):
            message = f'table name "{name}": {shape}, a letter first, and 3 to 63 characters without the hyphens'
            problems.add(draft.key("tables", name), "WJ085", message)


def _two_meanings(draft: Draft, problems: Problems) -> None:
    seen: dict[str, str] = {}
    for section, kind in STORED.items():
        for name in draft.declared(section):
            if name in seen:
                message = f'"{name}" is a {seen[name]} and a {kind}; `uses` could mean either, rename one'
                problems.add(draft.key(section, name), "WJ086", message)
            seen.setdefault(name, kind)
    azure: dict[str, str] = {}
    for name in draft.declared("tables"):
        other = azure.setdefault(names.table(name), name)
        if other != name:
            message = f'tables "{other}" and "{name}" are both {names.table(name)} in Azure; rename one'
            problems.add(draft.key("tables", name), "WJ086", message)


def _azure_lengths(draft: Draft, problems: Problems) -> None:
    if draft.project is None or not is_word(draft.project.name):
        return
    name, stack = draft.project.name, draft.stack
    for kind, long in (
        ("resource group", names.resource_group(name, stack)),
        ("plan", names.plan(name, stack)),
        ("storage account", names.runtime_account(name, stack, "")),
    ):
        if len(long) > names.LIMITS[kind]:
            problems.add(draft.at("name"), "WJ027", too_long(kind, long, "`name` or the stack's name"))
    for app in draft.declared("apps"):
        for kind, long in (
            ("site", names.site(name, stack, app, "")),
            ("identity", names.identity(name, stack, app)),
        ):
            if len(long) > names.LIMITS[kind]:
                problems.add(draft.key("apps", app), "WJ027", too_long(kind, long, "`name` or the app's key"))


def too_long(kind: str, long: str, shorten: str) -> str:
    """Returns the message about a name of Azure's that would be too long."""
    limit = names.LIMITS[kind]
    return f'the Azure name "{long}" has {len(long)} characters; the limit for a {kind} is {limit}, shorten {shorten}'
