"""From a WebJob as App Service has it to a job of ours, and what is told about the difference.

Which file runs and what `settings.job` means: Kudu.Core/Jobs/JobsManagerBase.cs, Kudu.Contracts/Jobs/JobSettings.cs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import ncrontab
from oneplan.authoring import lenient_json
from oneplan.authoring.scalars import Value
from oneplan.authoring.sites import SiteFile, SiteJob
from oneplan.manifest import intervals
from oneplan.manifest.problems import quoted

SETTINGS, DISABLED = "settings.job", "disable.job"
NOT_COPIED = (SETTINGS, DISABLED)
ENDINGS = (".cmd", ".bat", ".exe", ".ps1", ".sh", ".py", ".php", ".js", ".fsx")
ON_LINUX = (".sh", ".py", ".php", ".js")
LONGEST_GRACE = 1800
"""Seconds; what `stop_grace` takes."""

_TYPES = {"schedule": (str, "a text"), "is_singleton": (bool, "true or false"), "is_in_place": (bool, "true or false"),
          "stopping_wait_time": (int, "a whole number")}  # fmt: skip
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Carried:
    """One job as it will be, without its app."""

    label: str
    """What messages call it: `triggered/nightly`."""
    name: str
    fields: Mapping[str, Value]
    files: Mapping[str, SiteFile]
    notes: tuple[str, ...]
    """What cannot be carried over, or is different afterwards."""

    @property
    def folder(self) -> str:
        """The name of the job's folder in the project."""
        return self.name.replace("-", "_")


def carry(job: SiteJob, *, is_windows: bool) -> Carried | str:
    """Returns the job as it will be, or why App Service would not start it."""
    notes: list[str] = []
    files = _script_folder(job.files, notes)
    top = sorted((name for name in files if "/" not in name), key=str.lower)
    script = chosen_script(top)
    if script is None:
        return "holds nothing that App Service starts (run.cmd, run.sh, run.py …), so it never ran; give it one"
    if "job.yaml" in files:
        return "has a job.yaml of its own, where oneplan writes one; rename it"
    name = proper_name(job.name)
    if name is None:
        return f"its name has nothing that could be a name here; rename the folder to 2 to {_LONGEST_NAME} letters"
    if name != job.name:
        notes.append(f'is called "{name}" here; addresses and scripts that name {quoted(job.name)} need the new name')
    settings = _settings(files, notes)
    fields: dict[str, Value] = {}
    _trigger(job, settings, fields, notes)
    _script(script, is_windows, fields, notes)
    _running(job, settings, fields, notes)
    if DISABLED in files or DISABLED in job.files:
        fields["enabled"] = False
    kept = {path: file for path, file in files.items() if path not in NOT_COPIED}
    return Carried(job.label, name, fields, kept, tuple(notes))


def chosen_script(names: list[str]) -> str | None:
    """Returns the file App Service runs among those of a folder, in their order; None when there is none.

    `run.*` in the order of the endings, then `project.json` (before `.fsx`), then the first with an ending it knows.
    """
    fallback = None
    for ending in ENDINGS:
        if ending == ".fsx" and any(name.lower() == "project.json" for name in names):
            return None  # a DNX job: nothing can run it any more
        matching = [name for name in names if name.lower().endswith(ending)]
        if run := next((name for name in matching if name.lower() == f"run{ending}"), None):
            return run
        fallback = fallback or next(iter(matching), None)
    return fallback


def proper_name(name: str) -> str | None:
    """Returns a job's name by the manifest's rules: `Stock_Sync2` is `stock-sync2`."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name)
    word = re.sub("[^a-z0-9]+", "-", split.lower()).lstrip("-0123456789")[:_LONGEST_NAME].strip("-")
    return word if len(word) >= 2 else None


def trigger_of(schedule: str) -> Mapping[str, Value]:
    """Returns the trigger that keeps a schedule: an even interval, else a cron text, five fields where seconds are 0.

    Raises:
        ncrontab.ScheduleError: App Service does not understand it.
        intervals.IntervalError: it never fires.
    """
    parsed = ncrontab.parse(schedule)
    if even := _even_intervals().get(str(parsed)):
        return {"every": even}
    fields = schedule.split()
    text = " ".join(fields[1:] if fields[0] == "0" else fields)
    intervals.cron(text)
    return {"cron": text}


@cache
def _even_intervals() -> Mapping[str, str]:
    """Schedules in their normal form, with the interval that `every` has for each."""
    texts = [
        f"{n}{unit}" for unit, whole in (("s", 60), ("m", 60), ("h", 24)) for n in range(1, whole) if not whole % n
    ]
    return {str(ncrontab.parse(intervals.every(text))): text for text in texts}


def _script_folder(files: Mapping[str, SiteFile], notes: list[str]) -> Mapping[str, SiteFile]:
    """The files of the script's folder: the job's own or, as long as its only entry is a folder, that one."""
    depth = ""
    while len(tops := {path.partition("/")[0] for path in files}) == 1 and (only := min(tops)) not in files:
        files = {path.removeprefix(f"{only}/"): file for path, file in files.items()}
        depth += f"{only}/"
    if depth:
        notes.append(f"its files were in {depth} and stand in the job's folder now, where App Service starts them")
    return files


def _settings(files: Mapping[str, SiteFile], notes: list[str]) -> dict[str, Any]:
    """What `settings.job` says and App Service hears; everything else is told."""
    if SETTINGS not in files:
        return {}
    try:
        values = lenient_json.loads(files[SETTINGS].content())
    except ValueError as error:
        notes.append(f"settings.job cannot be read ({error}), so App Service goes by none of it")
        return {}
    if not isinstance(values, dict):
        if values is not None:
            notes.append("settings.job is no JSON object, so App Service goes by none of it")
        return {}
    heard: dict[str, Any] = {}
    for key, value in values.items():
        kind, wanted = _TYPES.get(key, (None, ""))
        if kind is None:
            notes.append(f"settings.job: {quoted(key)} means nothing to App Service and is left out")
        elif type(value) is not kind:
            shown = f'"{value}"' if isinstance(value, str) else quoted(value)
            notes.append(f"settings.job: {key} is {shown}, not {wanted}, so App Service goes by its default")
        else:
            heard[key] = value
    return heard


def _trigger(job: SiteJob, settings: dict[str, Any], fields: dict[str, Value], notes: list[str]) -> None:
    schedule = settings.get("schedule")
    if job.type == "continuous":
        if schedule:
            notes.append("settings.job: schedule means nothing for a continuous job and is left out")
        fields["trigger"] = {"always": True}
        return
    fields["trigger"] = {"manual": True}
    if not schedule:
        return
    try:
        fields["trigger"] = trigger_of(schedule)
    except ncrontab.ScheduleError as error:
        notes.append(f'schedule "{schedule}" never fired: {str(error).rstrip(".")}; the job is started by hand now')
    except intervals.IntervalError:
        notes.append(f'schedule "{schedule}" never fires, for no such day exists; the job is started by hand now')


def _script(script: str, is_windows: bool, fields: dict[str, Value], notes: list[str]) -> None:
    ending = script[script.rindex(".") :].lower()
    if script != f"run{ending}":
        fields["script"] = script
    if not is_windows and ending not in ON_LINUX:
        notes.append(f"{script} runs on Windows only and the plan is Linux; set plan.os to windows, or port it")


def _running(job: SiteJob, settings: dict[str, Any], fields: dict[str, Value], notes: list[str]) -> None:
    if job.type == "continuous":
        fields["instances"] = "one" if settings.get("is_singleton") else "all"
    elif "is_singleton" in settings:
        notes.append("settings.job: is_singleton means nothing for a triggered job and is left out")
    if "is_in_place" in settings:
        notes.append(
            "settings.job: is_in_place has no place in job.yaml and is left out; App Service decides by the script"
        )
    wait = settings.get("stopping_wait_time")
    if wait is None:
        return
    seconds = min(max(wait, 1), LONGEST_GRACE)
    if seconds != wait:
        notes.append(
            f"settings.job: stopping_wait_time {wait} became {seconds}; stop_grace takes 1 to {LONGEST_GRACE} s"
        )
    fields["stop_grace"] = f"{seconds}s"
