"""Alerts and money."""

from datetime import timedelta

import pytest

from ncrontab import parse
from oneplan.manifest.checks.alerts import longest_gap


def told(project, code: str) -> list[str]:
    return [str(one) for one in project.found() if one.code == code]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("0 */15 * * * *", timedelta(minutes=15)),
        ("0 0 6 * * *", timedelta(days=1)),
        ("0 0 6 * * 1-5", timedelta(days=3)),
        ("0 0 8-18 * * 1-5", timedelta(days=2, hours=14)),
        ("0 0 6 1 * *", timedelta(days=31)),
        ("0 0 6 29 2 *", timedelta(days=8 * 365 + 1)),
        ("0 0 6 30 2 *", None),
    ],
)
def test_the_longest_pause_between_runs(schedule: str, expected: timedelta | None):
    assert longest_gap(parse(schedule)) == expected


@pytest.mark.parametrize(("late", "count"), [("24h", 1), ("25h", 0)])
def test_late_is_longer_than_the_pause(project, late: str, count: int):
    project.job(f'trigger: {{cron: "0 6 * * *"}}\ncommand: x\nalert: {{late: {late}}}\n')

    assert len(told(project, "WJ081")) == count


@pytest.mark.parametrize(
    ("trigger", "suggested"),
    [
        ("{every: 20s}", "1m"),
        ("{every: 15m}", "30m"),
        ("{every: 6h}", "7h"),
        ('{cron: "0 6 * * 1-5"}', "73h"),
        ('{cron: "0 6 1 1 *"}', None),
        ("{manual: true}", None),
        ("{always: true}", None),
    ],
)
def test_a_scheduled_job_gets_a_late_alert_that_can_work(project, trigger: str, suggested: str | None):
    project.job(f"trigger: {trigger}\ncommand: x\n")

    found = [one for one in told(project, "WJ082") if "extra" in one]

    assert [one.rpartition("late: ")[2] for one in found] == ([f"{suggested}}}"] if suggested else [])


def test_a_job_that_is_off_needs_none(project):
    project.job("trigger: {every: 1h}\ncommand: x\nenabled: false\n")

    assert told(project, "WJ082") == []


@pytest.mark.parametrize(
    ("plan", "budget", "expected"),
    [
        ("sku: S1, instances: 1", "{monthly: 70}", None),
        (
            "sku: S1, instances: 2",
            "{monthly: 70}",
            (
                "monthly estimate 139 USD is above budget 70 USD (plan S1 x 2; list price of 2026-09 in eastus); use a "
                "smaller plan or raise it"
            ),
        ),
        (
            "sku: S1, autoscale: {min: 1, max: 3}",
            "{monthly: 150}",
            (
                "monthly estimate 208 USD is above budget 150 USD (plan S1 x 3; list price of 2026-09 in eastus); use "
                "a smaller plan or raise it"
            ),
        ),
        (
            "sku: P5mv4, instances: 1",
            "{monthly: 150}",
            (
                "oneplan knows no list price of P5mv4 on linux, so nothing is compared with budget 150 USD; see "
                "Azure's pricing calculator"
            ),
        ),
        (
            "sku: S1, instances: 1",
            "{monthly: 150, currency: CHF}",
            "oneplan knows no price in CHF, so nothing is compared with budget 150 CHF; see Azure's pricing calculator",
        ),
    ],
)
def test_the_plan_is_compared_with_the_budget(project, plan: str, budget: str, expected: str | None):
    project.replace("sku: S1, instances: 1", plan).replace("tags: {owner", f"budget: {budget}\ntags: {{owner")

    found = [one.partition("WJ084 ")[2] for one in told(project, "WJ084")]

    assert found == ([expected] if expected else [])
