"""Jobs: their app, their trigger and what goes with it, their arguments."""

import re
from datetime import date, timedelta

from oneplan.manifest import commands, intervals
from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.draft import Draft
from oneplan.manifest.models import JobModel
from oneplan.manifest.models.job import Argument
from oneplan.manifest.problems import Problems, listing, quoted
from oneplan.manifest.triggers import continuous_kind

LONG_GRACE = timedelta(minutes=2)
"""A deploy that waits longer than this for one job is worth a word."""

_OPTION = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OWN_OPTIONS = ("stack", "help")


def check_job(scope: Scope, name: str, job: JobModel, problems: Problems) -> None:
    """Adds what is wrong with one job."""
    draft = scope.draft
    _app(scope, name, job, problems)
    if draft.trigger_is_known(name):
        _continuous(scope, name, job, problems)
    if job.stop_grace > LONG_GRACE:
        message = f"stop_grace {intervals.words(job.stop_grace)}: every deploy and restart may wait this long"
        problems.add(draft.at("jobs", name, "stop_grace"), "WJ051", f"{message}; shorten it if the job can stop sooner")
    if job.command is not None and (found := commands.trouble(job.command)):
        problems.add(draft.at("jobs", name, "command"), "WJ052", f"command {quoted(job.command)} {found}")
    for index, argument in enumerate(job.arguments):
        _argument(draft, name, index, argument, problems)
    _options(draft, name, job, problems)


def _app(scope: Scope, name: str, job: JobModel, problems: Problems) -> None:
    draft, apps = scope.draft, scope.apps
    if job.app is None and len(apps) != 1 and not draft.has("jobs", name, "app"):
        message = f"this job names no app and there are {len(apps)} apps; set `app:` or defaults.job.app"
        problems.add(draft.key("jobs", name), "WJ022", message)
    elif job.app is not None and job.app not in apps:
        message = f'app "{job.app}" does not exist; apps are {listing(apps)}'
        problems.add(draft.at("jobs", name, "app"), "WJ021", message)


def _continuous(scope: Scope, name: str, job: JobModel, problems: Problems) -> None:
    draft, kind = scope.draft, continuous_kind(job.trigger)
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
    if job.instances == "all" and scope.most_instances > 1:
        what = f'readers of "{job.trigger.queue}"' if job.trigger.queue else "copies at once"
        message = (
            f"instances: all on a plan of up to {scope.most_instances} machines gives {scope.most_instances} {what}; "
            "the code must bear that the same thing is done twice"
        )
        problems.add(draft.at("jobs", name, "instances"), "WJ049", message)


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
        message = (
            f'argument "{argument.name}": default {quoted(default)} is not of type {argument.type}; write such a value'
        )
        problems.add(mark, "WJ046", message)
    elif argument.choices and default not in argument.choices:
        message = f'argument "{argument.name}": default {quoted(default)} is not one of {listing(argument.choices)}'
        problems.add(mark, "WJ047", f"{message}; choose one of them")


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
