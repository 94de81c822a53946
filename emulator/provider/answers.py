"""Answers to Check and Diff, in the protocol's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.provider._stubs import provider_pb2
from emulator.provider.codec import dump
from emulator.provider.diff import Change, Difference
from emulator.resources.handler import Problem


def check(inputs: Mapping[str, Any], problems: Iterable[Problem]) -> Any:
    """Returns checked inputs, or their failures."""
    failures = [_failure(problem, inputs) for problem in sorted(problems, key=lambda problem: problem.property)]
    return provider_pb2.CheckResponse(inputs=None if failures else dump(inputs), failures=failures)


def _failure(problem: Problem, inputs: Mapping[str, Any]) -> Any:
    """Returns a failure that reads well: the engine shows a property with its value, but finds top-level ones only."""
    if problem.property in inputs or not problem.property:
        return provider_pb2.CheckFailure(property=problem.property, reason=problem.reason)
    return provider_pb2.CheckFailure(reason=f"{problem.property}: {problem.reason}")


def diff(difference: Difference) -> Any:
    """Returns a difference with exact paths; the engine applies ``replaceOnChanges`` to them."""
    if not difference.changes:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME,
        diffs=difference.properties,
        replaces=difference.replaces,
        deleteBeforeReplace=difference.delete_before_replace,
        detailedDiff={change.text: _detail(change) for change in difference.changes},
        hasDetailedDiff=True,
    )


def _detail(change: Change) -> Any:
    kind = f"{change.kind}_REPLACE" if change.replaces else str(change.kind)
    return provider_pb2.PropertyDiff(kind=provider_pb2.PropertyDiff.Kind.Value(kind), inputDiff=True)
