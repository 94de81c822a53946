"""Queues: who reads them and sends to them, and whether messages live long enough."""

from oneplan.manifest import intervals
from oneplan.manifest.checks.references import no_queue
from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.models import QueueModel
from oneplan.manifest.problems import Problems


def check(scope: Scope, problems: Problems) -> None:
    """Adds what is wrong between queues, their readers and their senders."""
    readers = _readers(scope, problems)
    senders, takers = _users(scope)
    for name, queue in scope.draft.queues.items():
        reader = readers.get(name)
        if reader and name not in senders:
            message = (
                f'queue "{name}" has a reader but nobody sends to it; add `sends: [{name}]` to the app or job that does'
            )
            problems.add(scope.draft.key("queues", name), "WJ063", message)
        elif name in senders and not reader and name not in takers:
            message = f'queue "{name}" has a sender but no job reads it; add a job with trigger {{queue: {name}}}'
            problems.add(scope.draft.key("queues", name), "WJ064", message)
        _lifetime(scope, name, queue, problems)
        _alert(scope, name, queue, problems)
        if reader:
            _lease(scope, name, queue, reader, problems)


def _readers(scope: Scope, problems: Problems) -> dict[str, str]:
    readers: dict[str, str] = {}
    for name, job in scope.draft.jobs.items():
        queue = job.trigger.queue
        if queue is None:
            continue
        mark = scope.draft.at("jobs", name, "trigger", "queue")
        if queue not in scope.queues:
            problems.add(mark, "WJ023", no_queue(scope, queue))
        elif queue in readers:
            message = f'queue "{queue}" is read by {readers[queue]} and {name}; one reader per queue'
            problems.add(mark, "WJ065", message)
        readers.setdefault(queue, name)
    return readers


def _users(scope: Scope) -> tuple[set[str], set[str]]:
    """Queues that something sends to, and those that something reads by itself, without a trigger."""
    senders, takers = set[str](), set[str]()
    for _, part in scope.draft.carriers():
        senders.update(part.sends)
        for name, access in part.uses.items():
            (senders if access == "write" else takers).add(name)
    return senders, takers


def _lifetime(scope: Scope, name: str, queue: QueueModel, problems: Problems) -> None:
    draft, busy = scope.draft, queue.attempts * queue.lease
    if queue.keep < busy:
        message = (
            f"keep {intervals.words(queue.keep)} is shorter than attempts x lease ({intervals.words(busy)}); "
            "messages would vanish before they are poison, make it longer"
        )
        where = "keep" if draft.has("queues", name, "keep") else "lease"
        problems.add(draft.at("queues", name, where), "WJ067", message)
    elif queue.keep <= queue.delay:
        message = (
            f"keep {intervals.words(queue.keep)} is not longer than delay {intervals.words(queue.delay)}; "
            "messages would vanish before they can be read, make it longer"
        )
        problems.add(draft.at("queues", name, "delay"), "WJ067", message)


def _lease(scope: Scope, name: str, queue: QueueModel, reader: str, problems: Problems) -> None:
    grace = scope.draft.jobs[reader].stop_grace
    if queue.lease < grace:
        message = (
            f"lease {intervals.words(queue.lease)} is shorter than the time {reader} has to finish when it is stopped "
            f"({intervals.words(grace)}); a message may be handled twice, make it longer"
        )
        where = ("queues", name, "lease") if scope.draft.has("queues", name, "lease") else ("queues", name)
        problems.add(scope.draft.at(*where), "WJ066", message)


def _alert(scope: Scope, name: str, queue: QueueModel, problems: Problems) -> None:
    draft, alert = scope.draft, queue.alert
    if alert.poison is None:
        message = f'no poison alert on "{name}"; failed messages would go unseen, add alert: {{poison: 1}}'
        problems.add(draft.key("queues", name), "WJ068", message)
    if alert.oldest is not None and alert.oldest >= queue.keep:
        message = (
            f"alert.oldest {intervals.words(alert.oldest)} is not shorter than keep {intervals.words(queue.keep)}; "
            "no message gets that old, shorten it"
        )
        problems.add(draft.at("queues", name, "alert", "oldest"), "WJ114", message)
