"""YAML in, frozen values out: the manifest of one stack, read, merged and checked."""

from oneplan.manifest.load import load, stacks
from oneplan.manifest.provenance import Difference, Effective, UnknownNameError, difference, explain
from oneplan.manifest.report import Report, validate
from oneplan.manifest.values import (
    App,
    Argument,
    Container,
    Job,
    Manifest,
    Notify,
    Plan,
    Queue,
    Runtime,
    Slot,
    Table,
    Trigger,
)

__all__ = [
    "App",
    "Argument",
    "Container",
    "Difference",
    "Effective",
    "Job",
    "Manifest",
    "Notify",
    "Plan",
    "Queue",
    "Report",
    "Runtime",
    "Slot",
    "Table",
    "Trigger",
    "UnknownNameError",
    "difference",
    "explain",
    "load",
    "stacks",
    "validate",
]
