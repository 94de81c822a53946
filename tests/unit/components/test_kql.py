"""The queries of alert rules: what they list, and what a rule's query may not hold."""

from datetime import timedelta

import pytest

from components import kql
from components.kql import Watched

HOUR = timedelta(hours=1)
MOMENT = "2026-11-24T12:00:00Z"
QUERIES = {
    "failures": kql.failures([Watched("shop", "import", 1), Watched("shop", "sync", 3)]),
    "late": kql.late([Watched("shop", "import", HOUR, MOMENT)]),
    "poison": kql.poison([Watched("data", "orders-poison", 1)]),
    "stuck": kql.stuck([Watched("data", "orders", timedelta(minutes=15))]),
}
# learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule
REFUSED = ("bag_unpack", "pivot", "narrow", "AggregatedValue", "search ", "take ", "ingestion_time")


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ("failures", '["shop", "import", 1, "shop", "sync", 3]'),
        ("late", '["shop", "import", 3600s, datetime(2026-11-24T12:00:00Z)]'),
        ("poison", '["data", "orders-poison", 1]'),
        ("stuck", '["data", "orders", 900s]'),
    ],
)
def test_what_is_watched_stands_in_the_query(query, row):
    assert row in QUERIES[query]


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_no_query_holds_what_alert_rules_refuse(query):
    assert not [word for word in REFUSED if word in query]
    assert query.count("(") == query.count(")")
    assert query.count("[") == query.count("]")
    assert query.count('"') % 2 == 0


def test_a_job_that_never_ran_is_late_too():
    """The list is on the left of the join, so a row is there without any data; the empty table keeps the query good."""
    assert "Expected\n| lookup kind=leftouter Good" in QUERIES["late"]
    assert "union isfuzzy=true (datatable(" in QUERIES["late"]


@pytest.mark.parametrize("query", ["late", "stuck", "failures"])
def test_findings_hold_no_moments_that_the_service_could_sort_into_bins(query):
    shown = QUERIES[query].rpartition("| project ")[2]

    assert not [
        part
        for part in shown.split(",")
        if part.strip().startswith("Last") and "tostring" not in part and "LastExit" not in part
    ]
