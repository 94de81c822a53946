"""Schedules exactly as App Service reads them: parse, normal form, next occurrence, Kudu's decision.

Pure and standard library only, so that the job library, the emulator and the manifest share one meaning.
"""

from ncrontab.decision import CATCH_UP, LONGEST_WAIT, NextRun, next_run, resolve
from ncrontab.fields import ScheduleError
from ncrontab.grammar import GENERATIONS, NEWEST, parse
from ncrontab.schedule import Schedule

__all__ = [
    "CATCH_UP",
    "GENERATIONS",
    "LONGEST_WAIT",
    "NEWEST",
    "NextRun",
    "Schedule",
    "ScheduleError",
    "next_run",
    "parse",
    "resolve",
]
