"""The shared plan's day and the next runs of its jobs: pure values from a manifest, a date and a zone."""

from oneplan.timeline.chart import Bar, Cell, bars, cells, columns_for, hours
from oneplan.timeline.crowding import Crowd, Overlap, crowds, overlaps, running, starts_a_minute, taken
from oneplan.timeline.day import Day, Row, day_of
from oneplan.timeline.spread import Spread, Suggestion, shifted, spread
from oneplan.timeline.svg import svg
from oneplan.timeline.upcoming import Upcoming, of_jobs, of_text, told, zone_of

__all__ = [
    "Bar",
    "Cell",
    "Crowd",
    "Day",
    "Overlap",
    "Row",
    "Spread",
    "Suggestion",
    "Upcoming",
    "bars",
    "cells",
    "columns_for",
    "crowds",
    "day_of",
    "hours",
    "of_jobs",
    "of_text",
    "overlaps",
    "running",
    "shifted",
    "spread",
    "starts_a_minute",
    "svg",
    "taken",
    "told",
    "zone_of",
]
