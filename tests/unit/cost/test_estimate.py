"""The monthly estimate of a stack."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from oneplan.cost import Line, estimate
from oneplan.cost.estimate import runs_a_month
from oneplan.manifest.values import App, Autoscale, Container, Job, Manifest, Network, Plan, Queue, Runtime, Trigger

BARE = Manifest(Path("/p"), "prod", "azure", "shop", "westeurope", "Etc/UTC", Plan("linux", "P1v3"))
QUARTERLY = Trigger("schedule", "0 */15 * * * *")


def job(name: str, trigger: Trigger = QUARTERLY, **fields) -> Job:
    return Job(name, Path("/p/jobs") / name, "web", trigger, **fields)


def lines(manifest: Manifest) -> dict[str, Line]:
    return {line.what: line for line in estimate(manifest).lines}


def test_plan_costs_its_instances():
    found = lines(replace(BARE, plan=Plan("linux", "P1v3", instances=2)))["plan"]

    assert (found.basis, found.least, found.most) == ("P1v3 on linux x 2", pytest.approx(259.88), pytest.approx(259.88))


def test_autoscale_gives_a_range():
    found = estimate(replace(BARE, plan=Plan("linux", "P1v3", autoscale=Autoscale(1, 3))))

    assert found.most - found.least == pytest.approx(2 * 0.178 * 730)
    assert found.lines[0].basis == "P1v3 on linux x 1 to 3"


def test_plan_without_a_list_price_is_said():
    found = estimate(replace(BARE, plan=Plan("windows", "I1v2")))

    assert found.lines[0] == Line("plan", "I1v2 on windows x 1: the list has no price of it", None, None)
    assert (found.is_whole, found.least) == (False, pytest.approx(0.0208))


def test_storage_grows_with_containers_and_queue_readers():
    bare = lines(BARE)
    full = lines(
        replace(BARE, containers={"photos": Container("photos")}, jobs={"a": job("a", Trigger("queue", queue="q"))})
    )

    assert (bare["storage"].basis, full["storage"].basis) == ("1 GB assumed", "11 GB assumed")
    assert "queues" not in bare
    assert full["queues"].most == pytest.approx(25.92 * 0.0004)


def test_logs_grow_with_runs_and_are_free_up_to_five_gigabytes():
    few = lines(replace(BARE, jobs={"a": job("a")}))["logs"]
    many = {f"j{number}": job(f"j{number}", Trigger("schedule", "* * * * * *")) for number in range(3)}

    assert (few.basis, few.most) == ("2,880 runs, 0.00 GB (5 GB are free); without the sites' own", 0)
    assert lines(replace(BARE, jobs=many))["logs"].most == pytest.approx((3 * 2_592_000 * 1500 / 1e9 - 5) * 2.76)


def test_alert_rules_are_shared_by_jobs_and_queues():
    jobs = {name: job(name, alert={"failures": 1, "late": timedelta(hours=1)}) for name in ("a", "b")}
    queues = {"q": Queue("q", alert={"poison": 1})}

    found = lines(replace(BARE, jobs=jobs, queues=queues))["alerts"]

    assert (found.basis, found.most) == ("3 rules, 2 further jobs and queues in them", pytest.approx(4.8))


@pytest.mark.parametrize(
    ("trigger", "enabled", "runs"),
    [
        (QUARTERLY, True, 2880),
        (QUARTERLY, False, 0),
        (Trigger("schedule", "0 0 6 * * *"), True, 30),
        (Trigger("always"), True, 0),
    ],
)
def test_runs_are_counted_from_the_schedule(trigger, enabled, runs):
    assert runs_a_month(job("a", trigger, enabled=enabled)) == runs


def test_dates_and_regions_of_the_prices_are_given():
    found = estimate(BARE)

    assert (found.currency, found.dates, found.regions) == ("USD", ("2026-08", "2026-09"), ("eastus", "westeurope"))


def test_private_endpoints_and_zones_of_its_own_cost_by_the_month():
    app = App("web", "web", Runtime("python", "3.13"), private=True)
    network = Network(apps="10.0.0.0/26", range="10.0.0.0/24", endpoints="10.0.0.64/27", private=("storage",))
    found = estimate(replace(BARE, apps={"web": app}, queues={"orders": Queue("orders")}, network=network))

    last = found.lines[-1]
    assert (last.what, last.basis) == ("network", "2 private endpoints, 2 zones; without the data through them")
    assert (last.least, last.most) == (pytest.approx(15.6), pytest.approx(15.6))
    assert found.is_whole
    assert found.dates == ("2026-02", "2026-08", "2026-09")
    elsewhere = lines(replace(BARE, apps={"web": app}, network=replace(network, private=(), dns="elsewhere")))
    assert elsewhere["network"].most == pytest.approx(7.3)
    assert "network" not in lines(replace(BARE, network=network))
