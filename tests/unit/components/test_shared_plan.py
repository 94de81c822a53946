"""The shared plan: its defaults and the sizes it takes."""

import pytest

from components.shared_plan import SharedPlan, tier_of

PLAN = "azure-native:web:AppServicePlan"


def test_a_plan_is_a_small_linux_plan_unless_told_otherwise(declared):
    engine = declared(lambda: SharedPlan("p", {"resource_group_name": "g", "plan_name": "tempus-plan"}).plan_id)

    plan = engine.of_type(PLAN)["p-plan"]
    assert plan["reserved"] is True
    assert plan["sku"] == {"name": "B1", "tier": "Basic", "capacity": 1.0}
    assert plan["name"] == "tempus-plan"


@pytest.mark.parametrize(
    ("sku", "tier"),
    [
        ("F1", "Free"),
        ("B3", "Basic"),
        ("S1", "Standard"),
        ("P1v3", "PremiumV3"),
        ("P0v4", "PremiumV4"),
        ("I1v2", "IsolatedV2"),
    ],
)
def test_a_size_is_filed_under_its_tier(sku, tier):
    assert tier_of(sku) == tier


def test_an_unknown_size_says_what_sizes_look_like():
    with pytest.raises(ValueError) as caught:
        tier_of("XL")

    assert str(caught.value) == "sku: 'XL' is not an App Service size; expected for example 'B1', 'S1' or 'P1v3'"
