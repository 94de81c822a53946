"""Problems of a small project, and its files."""

from collections.abc import Sequence

import pytest

from oneplan.cli.formats.found import Found, Sources
from oneplan.errors import Problem

FILES = {
    "jobs/stock sync/job.yaml": ["app: wrker", "trigger: {every: 15m}", "env: {API_TOKEN: hunter2}"],
    "oneplan.yaml": ["version: 1", "plan: {os: linux, sku: B2}"],
}


@pytest.fixture
def sources() -> Sources:
    def lines(file: str) -> Sequence[str]:
        return FILES.get(file, ())

    return lines


@pytest.fixture
def problems() -> tuple[Problem, ...]:
    job = "jobs/stock sync/job.yaml"
    return (
        Problem(job, 1, 6, "WJ021", 'app "wrker" does not exist; apps are worker'),
        Problem(job, 3, 18, "WJ069", '"API_TOKEN" looks like a secret; put it under secrets', stacks=("prod",)),
        Problem("oneplan.yaml", 2, 25, "WJ060", "100% of memory: a,b]; c", severity="warning"),
    )


@pytest.fixture
def found(problems: tuple[Problem, ...]) -> Found:
    return Found(("dev", "prod"), problems)
