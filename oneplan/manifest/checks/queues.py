"""Queues: who reads them, and whether messages live long enough."""

from oneplan.manifest import intervals
from oneplan.manifest.checks.references import no_queue
from oneplan.manifest.draft import Draft
from oneplan.manifest.problems import Problems


def check(draft: Draft, problems: Problems) -> None:
    """Adds what is wrong between queues and their readers."""
    readers: dict[str, str] = {}
    for name, job in draft.jobs.items():
        queue = job.trigger.queue
        if queue is None:
            continue
        mark = draft.at("jobs", name, "trigger", "queue")
        if queue not in draft.declared("queues"):
            problems.add(mark, "WJ023", no_queue(draft, queue))
        elif queue in readers:
            message = f'queue "{queue}" is read by {readers[queue]} and {name}; one reader per queue'
            problems.add(mark, "WJ065", message)
        readers.setdefault(queue, name)
    _lifetimes(draft, problems)


def _lifetimes(draft: Draft, problems: Problems) -> None:
    for name, queue in draft.queues.items():
        busy = queue.attempts * queue.lease
        if queue.keep < busy:
            message = (
                f"keep {intervals.words(queue.keep)} is shorter than attempts x lease ({intervals.words(busy)}); "
                "messages would vanish before they are poison, make it longer"
            )
            where = "keep" if draft.has("queues", name, "keep") else "lease"
            problems.add(draft.at("queues", name, where), "WJ067", message)
