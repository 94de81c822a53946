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


ARGS = {"resource_group_name": "g", "plan_name": "tempus-plan", "sku": "P1v3", "instances": 2}


def test_a_plan_that_scales_is_told_when_and_how_far(declared):
    engine = declared(lambda: SharedPlan("p", ARGS | {"scaling": {"min": 2, "max": 5, "cpu": 60}}).plan_id)

    setting = engine.of_type("azure-native:monitor:AutoscaleSetting")["p-autoscale"]
    profile = setting["profiles"][0]
    assert profile["capacity"] == {"minimum": "2", "maximum": "5", "default": "2"}
    assert [
        (rule["metricTrigger"]["operator"], rule["metricTrigger"]["threshold"], rule["scaleAction"]["direction"])
        for rule in profile["rules"]
    ] == [("GreaterThan", 60, "Increase"), ("LessThan", 24, "Decrease")]
    assert setting["targetResourceUri"] == "p-plan-id"


def test_a_windows_plan_is_not_reserved_and_runs_containers_where_there_are_any(declared):
    windows = ARGS | {"os": "windows", "zone_redundant": True}
    engine = declared(lambda: [SharedPlan("w", windows), SharedPlan("c", windows | {"containers": True})][0].plan_id)

    plain, containers = engine.of_type(PLAN)["w-plan"], engine.of_type(PLAN)["c-plan"]
    assert (plain["kind"], plain["reserved"], plain["zoneRedundant"]) == ("app", False, True)
    assert (containers["kind"], containers["hyperV"]) == ("hyperV", True)


def test_raw_arguments_reach_the_plan(declared):
    engine = declared(lambda: SharedPlan("p", ARGS | {"azure": {"per_site_scaling": True}}).plan_id)

    assert engine.of_type(PLAN)["p-plan"]["perSiteScaling"] is True


def test_numbers_of_programs_in_other_languages_are_whole(declared):
    args = {"resource_group_name": "rg", "plan_name": "p", "sku": "S1", "scaling": {"min": 1.0, "max": 3.0}}
    engine = declared(lambda: SharedPlan("shared", args).plan_id)

    (setting,) = engine.of_type("azure-native:monitor:AutoscaleSetting").values()
    assert setting["profiles"][0]["capacity"] == {"minimum": "1", "maximum": "3", "default": "1"}
