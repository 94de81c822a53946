"""Jobs: their app, their trigger and what goes with it, their arguments and alerts."""

import re
from datetime import date

from oneplan.manifest import intervals
from oneplan.manifest.draft import Draft
from oneplan.manifest.models import JobModel
from oneplan.manifest.models.job import Argument
from oneplan.manifest.problems import Problems, listing
from oneplan.manifest.triggers import continuous_kind

_OPTION = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OWN_OPTIONS = ("stack", "help")


def check(draft: Draft, problems: Problems) -> None:
    """Adds what is wrong with single jobs."""
    for name, job in draft.jobs.items():
        _app(draft, name, job, problems)
        if draft.trigger_is_known(name):
            _continuous(draft, name, job, problems)
            _alert(draft, name, job, problems)
        for index, argument in enumerate(job.arguments):
            _argument(draft, name, index, argument, problems)
        _options(draft, name, job, problems)


def _app(draft: Draft, name: str, job: JobModel, problems: Problems) -> None:
    apps = draft.declared("apps")
    if job.app is None and len(apps) != 1 and not draft.has("jobs", name, "app"):
        message = f"this job names no app and there are {len(apps)} apps; set `app:` or defaults.job.app"
        problems.add(draft.key("jobs", name), "WJ022", message)
    elif job.app is not None and job.app not in apps:
        message = f'app "{job.app}" does not exist; apps are {listing(apps)}'
        problems.add(draft.at("jobs", name, "app"), "WJ021", message)


def _continuous(draft: Draft, name: str, job: JobModel, problems: Problems) -> None:
    kind = continuous_kind(job.trigger)
    if kind is None:
        if draft.has("jobs", name, "instances"):
            message = "`instances` applies to queue and always only; a triggered job always runs once, remove it"
            problems.add(draft.key("jobs", name, "instances"), "WJ048", message)
        return
    if job.timeout is not None:
        message = f"`timeout` has no meaning for a job that never ends (trigger {kind}); use stop_grace"
        problems.add(draft.key("jobs", name, "timeout"), "WJ043", message)
    if draft.has("jobs", name, "retries"):
        message = f"`retries` has no meaning for trigger {kind}; App Service restarts it by itself, remove it"
        problems.add(draft.key("jobs", name, "retries"), "WJ044", message)


def _alert(draft: Draft, name: str, job: JobModel, problems: Problems) -> None:
    late, trigger = job.alert.late, job.trigger
    if late is None:
        return
    mark = draft.at("jobs", name, "alert", "late")
    if trigger.every is None and trigger.cron is None:
        problems.add(mark, "WJ081", "alert.late needs a schedule (every or cron); remove it")
    elif trigger.every and late <= (interval := intervals.duration(trigger.every)):
        text = f"alert.late {intervals.words(late)} is not longer than the interval {intervals.words(interval)}"
        problems.add(mark, "WJ081", f"{text}; it would fire all day, make it longer")


def _argument(draft: Draft, job: str, index: int, argument: Argument, problems: Problems) -> None:
    mark = draft.at("jobs", job, "arguments", index)
    default, is_manual = argument.default, draft.jobs[job].trigger.manual is not None
    if default is None:
        if not is_manual:
            message = (
                "`arguments` need trigger manual, or a default for each: scheduled runs get none "
                f'("{argument.name}" has no default)'
            )
            problems.add(mark, "WJ045", message)
        return
    if not _fits(default, argument.type):
        message = f'argument "{argument.name}": default {default} is not a {argument.type}'
        problems.add(mark, "WJ046", message)
    elif argument.choices and default not in argument.choices:
        message = f'argument "{argument.name}": default "{default}" is not one of {listing(argument.choices)}'
        problems.add(mark, "WJ047", message)


def _fits(text: str, kind: str) -> bool:
    match kind:
        case "int":
            return re.fullmatch("[-+]?[0-9]{1,18}", text) is not None
        case "number":
            return re.fullmatch(r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?", text) is not None
        case "bool":
            return text in ("true", "false")
        case "date":
            return _is_date(text)
        case _:
            return True


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _options(draft: Draft, job: str, model: JobModel, problems: Problems) -> None:
    seen: set[str] = set()
    for index, argument in enumerate(model.arguments):
        mark = draft.at("jobs", job, "arguments", index)
        if not _OPTION.fullmatch(argument.name) or argument.name in _OWN_OPTIONS:
            rule = f"a-z, 0-9 and single hyphens, a letter first, and not {' or '.join(_OWN_OPTIONS)}"
            problems.add(mark, "WJ018", f'argument name "{argument.name}" may use {rule}')
        if argument.name in seen:
            problems.add(mark, "WJ019", f'argument "{argument.name}" is there twice; rename one')
        seen.add(argument.name)
