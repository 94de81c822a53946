"""YAML in, frozen values out: the manifest of one stack, read, merged and checked."""

from oneplan.manifest.load import load, stacks
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
    "Job",
    "Manifest",
    "Notify",
    "Plan",
    "Queue",
    "Runtime",
    "Slot",
    "Table",
    "Trigger",
    "load",
    "stacks",
]
