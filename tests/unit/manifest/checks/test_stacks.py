"""What a stack's own layer repeats or replaces."""

import pytest


def told(project, *codes: str) -> list[str]:
    return [f"{one.line}:{one.column} {one.code}" for one in project.found() if one.code in codes]


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ("plan: {sku: P1v3}", []),
        ("plan: {sku: S1}", ["3:12 WJ078"]),
        ("plan: {zone_redundant: false}", []),
        ("time_zone: Europe/Zurich", ["3:5 WJ078"]),
        ("jobs: {stock-sync: {timeout: 10m}}", ["3:25 WJ078"]),
        ("jobs: {stock-sync: {alert: {failures: 1}}}", ["3:33 WJ078"]),
        ("jobs: {stock-sync: {trigger: {every: 15m}}}", ["3:25 WJ078"]),
        ("jobs: {stock-sync: {trigger: {every: 5m}}}", []),
        ("jobs: {stock-sync: {alert: null}}", []),
        ("apps: {storefront: {sends: [thumbnails]}}", ["3:25 WJ078"]),
        ("apps: {storefront: {sends: []}}", []),
        ("tags: none", ["3:11 WJ077"]),
        ("apps: {storefront: {sends: {a: b}}}", ["3:32 WJ077"]),
        ("jobs: {stock-sync: {trigger: 15m}}", []),
    ],
)
def test_an_override_changes_something_and_keeps_the_shape(project, overrides: str, expected: list[str]):
    project.overrides(overrides)

    assert told(project, "WJ077", "WJ078") == expected


def test_a_default_that_holds_already_counts_as_the_base(project):
    project.job("trigger: {manual: true}\ncommand: x\n").overrides("jobs: {extra: {timeout: 10m}}")

    assert told(project, "WJ078") == ["3:20 WJ078"]


def test_a_stack_without_a_file_repeats_nothing(project):
    assert told(project, "WJ077", "WJ078") == []
