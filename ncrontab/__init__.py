"""Schedules exactly as App Service reads them: parse, normal form, next occurrence, Kudu's decision, words, zones.

Pure and standard library only, so that the job library, the emulator and the manifest share one meaning. What is
not here by name is in `ncrontab.day` (crowding), `ncrontab.zones` (Windows and IANA names) and `ncrontab.normal`.
"""

from ncrontab.decision import CATCH_UP, LONGEST_WAIT, NextRun, next_run, resolve
from ncrontab.fields import ScheduleError
from ncrontab.grammar import GENERATIONS, NEWEST, parse
from ncrontab.instants import ClockChange, Run, clock_changes, effects, occurrences, runs
from ncrontab.normal import normalise
from ncrontab.remarks import remarks
from ncrontab.schedule import Schedule
from ncrontab.words import words

__all__ = [
    "CATCH_UP",
    "GENERATIONS",
    "LONGEST_WAIT",
    "NEWEST",
    "ClockChange",
    "NextRun",
    "Run",
    "Schedule",
    "ScheduleError",
    "clock_changes",
    "effects",
    "next_run",
    "normalise",
    "occurrences",
    "parse",
    "remarks",
    "resolve",
    "runs",
    "words",
]
