"""Everything that names something else: queues, containers, tables, notify groups, and `${...}` in `env`."""

from collections.abc import Iterable, Mapping

from oneplan.manifest import references
from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.draft import Draft
from oneplan.manifest.models import AppModel, JobModel
from oneplan.manifest.problems import Problems, listing, near
from oneplan.manifest.references import Reference, ReferenceSyntaxError
from oneplan.manifest.tree import Path


def check_job(scope: Scope, name: str, job: JobModel, problems: Problems) -> None:
    """Adds what points to nothing in one job."""
    _part(scope, ("jobs", name), job, problems)
    _notified(scope, ("jobs", name, "alert"), job.alert.notify, problems)


def check(scope: Scope, problems: Problems) -> None:
    """Adds what points to nothing elsewhere, and apps that need each other's address."""
    for name, app in scope.draft.apps.items():
        _part(scope, ("apps", name), app, problems)
        for index, domain in enumerate(app.domains):
            _references(scope, ("apps", name, "domains", index), domain, problems)
        for slot, model in app.slots.items():
            for variable, text in model.env.items():
                _references(scope, ("apps", name, "slots", slot, "env", variable), text, problems)
    for name, queue in scope.draft.queues.items():
        _notified(scope, ("queues", name, "alert"), queue.alert.notify, problems)
    if project := scope.draft.project:
        _notified(scope, ("defaults", "job", "alert"), project.defaults.job.alert.notify, problems)
        _notified(scope, ("budget",), project.budget.notify if project.budget else (), problems)
    _circles(scope).check(scope.draft, problems)


def _part(scope: Scope, path: Path, part: AppModel | JobModel, problems: Problems) -> None:
    for index, queue in enumerate(part.sends):
        if queue not in scope.queues:
            problems.add(scope.draft.at(*path, "sends", index), "WJ023", no_queue(scope, queue))
    _uses(scope, path, part.uses, problems)
    for variable, text in part.env.items():
        _references(scope, (*path, "env", variable), text, problems)


def no_queue(scope: Scope, queue: str) -> str:
    """Returns the message about a queue that is not declared."""
    return f'queue "{queue}" does not exist; declare it under queues, {near(queue, scope.queues)}'


def _uses(scope: Scope, path: Path, uses: Mapping[str, str], problems: Problems) -> None:
    for name in uses:
        if name not in scope.stored:
            message = f'no container, table or queue is called "{name}"; {near(name, scope.stored)}'
            problems.add(scope.draft.key(*path, "uses", name), "WJ025", message)


def _notified(scope: Scope, path: Path, groups: Iterable[str], problems: Problems) -> None:
    for index, group in enumerate(groups):
        if group not in scope.groups:
            message = f'notify group "{group}" does not exist; groups are {listing(scope.groups)}'
            problems.add(scope.draft.at(*path, "notify", index), "WJ024", message)


def _references(scope: Scope, path: Path, text: str, problems: Problems) -> None:
    if "${" not in text:
        return
    try:
        found = [part for part in references.parse(text) if isinstance(part, Reference)]
    except ReferenceSyntaxError as error:
        message = f"{error}; write ${{apps.<name>.url}}, or $${{ for a literal ${{"
        problems.add(scope.draft.at(*path), "WJ025", message)
        return
    for reference in found:
        if str(reference) not in scope.references:
            message = f'reference "{reference}" points to nothing; {near(str(reference), scope.references)}'
            problems.add(scope.draft.at(*path), "WJ025", message)


def _circles(scope: Scope) -> "_Circle":
    circle = _Circle()
    for path, part in scope.draft.carriers():
        for variable, text in part.env.items():
            if "${apps." not in text:
                continue
            app = scope.app_of(part) if isinstance(part, JobModel) else str(path[1])
            for needed in _apps_in(text, scope.references):
                if app:
                    circle.add(app, needed, (*path, "env", variable))
    return circle


def _apps_in(text: str, known: frozenset[str]) -> list[str]:
    try:
        parts = references.parse(text)
    except ReferenceSyntaxError:
        return []
    return [
        part.path[1] for part in parts if isinstance(part, Reference) and part.path[0] == "apps" and str(part) in known
    ]


class _Circle:
    """Which app's settings need which other app first; what a job reads is a setting of its app."""

    def __init__(self) -> None:
        self._needs: dict[str, dict[str, Path]] = {}

    def add(self, app: str, needed: str, path: Path) -> None:
        self._needs.setdefault(app, {}).setdefault(needed, path)

    def check(self, draft: Draft, problems: Problems) -> None:
        for start in self._left():
            route = self._route(start)
            if route and start == min(route):
                path = self._needs[start][route[1]]
                words = " -> ".join(route)
                hint = "an app finds its own address in WEBSITE_HOSTNAME" if len(route) == 2 else "take one of them out"
                message = f"references form a circle: {words}; {hint}"
                problems.add(draft.at(*path), "WJ026", message)

    def _left(self) -> list[str]:
        """Those apps that are in a circle or need one; the others can be made one after the other."""
        waits_for = {app: len(needed) for app, needed in self._needs.items()}
        needed_by: dict[str, list[str]] = {}
        for app, needed in self._needs.items():
            for other in needed:
                needed_by.setdefault(other, []).append(app)
        ready = [app for app in needed_by if app not in waits_for]
        for done in ready:
            for app in needed_by.get(done, ()):
                waits_for[app] -= 1
                if not waits_for[app]:
                    ready.append(app)
        return [app for app, count in waits_for.items() if count]

    def _route(self, start: str) -> list[str] | None:
        """The shortest way from an app back to itself."""
        before: dict[str, str] = {}
        waiting = [start]
        for here in waiting:
            for needed in self._needs.get(here, {}):
                if needed == start:
                    return [*_walked(before, start, here), start]
                if needed not in before and needed != start:
                    before[needed] = here
                    waiting.append(needed)
        return None


def _walked(before: Mapping[str, str], start: str, here: str) -> list[str]:
    way = [here]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]
