"""Libraries of an app and its jobs: they share one site, so they share one version of each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.problems import Problems

FILE = "requirements.txt"
_LARGEST_BYTES = 1024 * 1024
_PINNED = re.compile(
    r"^[ \t]*([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[[^\]\n]*\])?[ \t]*==[ \t]*([A-Za-z0-9][A-Za-z0-9.!+_-]*)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Pin:
    version: str
    owner: str


def check(scope: Scope, problems: Problems) -> None:
    """Adds jobs that need another version of a library than their app, or than another job beside it."""
    draft = scope.draft
    for app, jobs in scope.jobs_of.items():
        pins: dict[str, _Pin] = {}
        model = draft.apps.get(app)
        if model and model.source:
            for library, version in pinned(f"{draft.root}/{model.source}/{FILE}").items():
                pins[library] = _Pin(version, f'app "{app}"')
        for job in jobs:
            for library, version in pinned(f"{draft.folders[job]}/{FILE}").items():
                first = pins.setdefault(library, _Pin(version, f'job "{job}"'))
                if first.version != version:
                    message = (
                        f"requirements differ: this job needs {library} {version}, {first.owner} has {first.version}, "
                        f'and they share one runtime on app "{app}"; use one version, or another app'
                    )
                    problems.add(draft.key("jobs", job), "WJ061", message)


def pinned(path: str) -> Mapping[str, str]:
    """Returns the versions a requirements file pins, by normal name; nothing when it cannot be read."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - asked of every job: a Path costs more than the file
            return _pins(stream.read(_LARGEST_BYTES))
    except (OSError, ValueError):  # no such file is the usual case; what is wrong with one is packaging's to tell
        return {}


@lru_cache(maxsize=256)
def _pins(content: bytes) -> Mapping[str, str]:
    found = _PINNED.findall(content.decode(errors="replace"))
    return {re.sub("[-_.]+", "-", library).lower(): version for library, version in found}
