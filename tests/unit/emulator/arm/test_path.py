"""ARM's paths taken apart."""

import pytest

from emulator.arm.path import parse

SITE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/shop"


def test_names_and_type_of_a_nested_resource():
    path = parse(f"{SITE}/triggeredwebjobs/stock%20sync")

    assert path is not None
    assert (path.type, path.names) == ("microsoft.web/sites/triggeredwebjobs", ("shop", "stock sync"))


@pytest.mark.parametrize("name", ["%2e%2e", "..", ".", "", "..%2F..", "a%2Fb", "a%5Cb", "a%00"])
def test_a_name_that_leads_elsewhere_is_no_path(name):
    assert parse(f"{SITE}/triggeredwebjobs/{name}/history") is None
