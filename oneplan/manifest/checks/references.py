"""Everything that names something else: queues, containers, tables, notify groups, and `${...}` in `env`."""

from collections.abc import Mapping

from oneplan.manifest import references
from oneplan.manifest.draft import STORED, Draft
from oneplan.manifest.models import JobModel
from oneplan.manifest.problems import Problems, listing, near
from oneplan.manifest.references import Reference, ReferenceSyntaxError
from oneplan.manifest.tree import Path


def check(draft: Draft, problems: Problems) -> None:
    """Adds what points to nothing."""
    circle = _Circle()
    for path, part in draft.carriers():
        _sends(draft, path, part.sends, problems)
        _uses(draft, path, part.uses, problems)
        for variable, text in part.env.items():
            for reference in _references(draft, (*path, "env", variable), text, problems):
                app = draft.app_of(part) if isinstance(part, JobModel) else str(path[1])
                if app and reference.path[0] == "apps":
                    circle.add(app, reference.path[1], (*path, "env", variable))
        if isinstance(part, JobModel):
            _notified(draft, path, part.alert.notify, problems)
    if draft.project:
        _notified(draft, ("defaults", "job"), draft.project.defaults.job.alert.notify, problems)
    circle.check(draft, problems)


def _sends(draft: Draft, path: Path, queues: tuple[str, ...], problems: Problems) -> None:
    for index, queue in enumerate(queues):
        if queue not in draft.declared("queues"):
            problems.add(draft.at(*path, "sends", index), "WJ023", no_queue(draft, queue))


def no_queue(draft: Draft, queue: str) -> str:
    """Returns the message about a queue that is not declared."""
    return f'queue "{queue}" does not exist; declare it under queues, {near(queue, draft.declared("queues"))}'


def _uses(draft: Draft, path: Path, uses: Mapping[str, str], problems: Problems) -> None:
    known = [name for section in STORED for name in draft.declared(section)]
    for name in uses:
        if name not in known:
            message = f'no container, table or queue is called "{name}"; {near(name, known)}'
            problems.add(draft.key(*path, "uses", name), "WJ025", message)


def _notified(draft: Draft, path: Path, groups: tuple[str, ...], problems: Problems) -> None:
    known = draft.declared("notify")
    for index, group in enumerate(groups):
        if group not in known:
            message = f'notify group "{group}" does not exist; groups are {listing(known)}'
            problems.add(draft.at(*path, "alert", "notify", index), "WJ024", message)


def _references(draft: Draft, path: Path, text: str, problems: Problems) -> list[Reference]:
    try:
        found = [part for part in references.parse(text) if isinstance(part, Reference)]
    except ReferenceSyntaxError as error:
        message = f"{error}; write ${{apps.<name>.url}}, or $${{ for a literal ${{"
        problems.add(draft.at(*path), "WJ025", message)
        return []
    known = {str(reference) for reference in _known(draft)}
    good = []
    for reference in found:
        if str(reference) in known:
            good.append(reference)
        else:
            message = f'reference "{reference}" points to nothing; {near(str(reference), known)}'
            problems.add(draft.at(*path), "WJ025", message)
    return good


def _known(draft: Draft) -> list[Reference]:
    named = [
        Reference((section, name, attribute))
        for section, attributes in references.ATTRIBUTES.items()
        for name in draft.declared(section)
        for attribute in attributes
    ]
    return [*named, *(Reference((word,)) for word in references.PLAIN)]


class _Circle:
    """Which app's settings need which other app first; what a job reads is a setting of its app."""

    def __init__(self) -> None:
        self._needs: dict[str, dict[str, Path]] = {}

    def add(self, app: str, needed: str, path: Path) -> None:
        self._needs.setdefault(app, {}).setdefault(needed, path)

    def check(self, draft: Draft, problems: Problems) -> None:
        for start in self._needs:
            route = self._route(start, start, [start])
            if route and start == min(route):
                path = self._needs[start][route[1]]
                words = " -> ".join(route)
                hint = "an app finds its own address in WEBSITE_HOSTNAME" if len(route) == 2 else "take one of them out"
                message = f"references form a circle: {words}; {hint}"
                problems.add(draft.at(*path), "WJ026", message)

    def _route(self, here: str, goal: str, walked: list[str]) -> list[str] | None:
        for needed in self._needs.get(here, {}):
            if needed == goal:
                return [*walked, goal]
            if needed not in walked and (route := self._route(needed, goal, [*walked, needed])):
                return route
        return None
