"""Raw azure-native arguments under `azure:`."""

import pytest

from oneplan.errors import ManifestError
from oneplan.manifest import models, reader, shape
from oneplan.manifest.problems import Problems

SITE = "azure.site_config"


def faults(model, text):
    """What is wrong with a small map whose `azure` is the given text; the map begins on line 1."""
    problems = Problems()
    tree = reader.read(text, "oneplan.yaml", problems)
    shape.check(model, tree, (), problems)
    with pytest.raises(ManifestError) as caught:
        problems.raise_any()
    return str(caught.value).splitlines()


def of_plan(arguments):
    return faults(models.PlanModel, f"sku: B1\nazure: {arguments}\n")


def of_app(arguments):
    return faults(models.AppModel, f"kind: web\nruntime: python:3.13\nazure: {arguments}\n")


def test_an_unknown_argument_is_told_at_its_key_with_the_nearest_one():
    nearest = 'azure-native has no such argument; did you mean "per_site_scaling"?'

    assert of_plan("{per_site_scalin: true}") == [f"oneplan.yaml:2:9: WJ010 azure.per_site_scalin: {nearest}"]
    assert of_plan("{perSiteScaling: true}") == [f"oneplan.yaml:2:9: WJ010 azure.perSiteScaling: {nearest}"]


def test_an_argument_that_oneplan_sets_is_refused_with_the_field_that_sets_it():
    assert of_plan("{sku: {name: P1v3}}") == [
        "oneplan.yaml:2:9: WJ010 azure.sku: oneplan sets this argument; plan.sku and plan.instances say it, remove it"
    ]
    assert of_app("{site_config: {app_settings: []}}") == [
        f"oneplan.yaml:3:23: WJ010 {SITE}.app_settings: oneplan sets this argument; env and secrets say it, remove it"
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("{per_site_scaling: 1}", "27: WJ012 azure.per_site_scaling: expected true or false, found 1"),
        ("{target_worker_count: true}", "30: WJ012 azure.target_worker_count: expected a whole number, found true"),
        ("{install_scripts: 1}", "26: WJ012 azure.install_scripts: expected a list, found 1"),
        ("{network: 1}", "18: WJ012 azure.network: expected a map of arguments, found 1; known here: "),
        ("[a]", "8: WJ012 azure: expected a map, found a list"),
    ],
)
def test_a_value_of_the_wrong_type_is_told_at_its_place(arguments, told):
    (found,) = of_plan(arguments)

    assert found.startswith(f"oneplan.yaml:2:{told}")


def test_a_value_deep_inside_is_told_at_its_place():
    assert of_app("{site_config: {ip_security_restrictions: [{priority: high}]}}") == [
        f'oneplan.yaml:3:61: WJ012 {SITE}.ip_security_restrictions.0.priority: expected a whole number, found "high"'
    ]


def test_a_value_that_is_none_of_an_enums_is_told_with_the_nearest_one():
    known = 'Required, Optional, OptionalInteractiveUser; did you mean "Optional"?'

    assert of_app("{client_cert_mode: optionl}") == [
        f'oneplan.yaml:3:27: WJ015 azure.client_cert_mode: "optionl" is not one of {known}'
    ]


def test_all_faults_are_told_at_once():
    found = of_app("{enabld: true, site_config: {http20_enabled: 1, web_sockets: true}}")

    assert [one.split(" ")[1] for one in found] == ["WJ010", "WJ012", "WJ010"]


def test_the_arguments_come_frozen_and_without_nulls(project):
    """Null takes a value away, here as everywhere."""
    site = "{http20_enabled: false, default_documents: [a.html], vnet_name: null}"
    project.overrides(f"apps: {{api: {{azure: {{client_affinity_enabled: true, site_config: {site}}}}}}}")

    azure = project.load().apps["api"].azure

    assert azure == {
        "client_affinity_enabled": True,
        "site_config": {"http20_enabled": False, "default_documents": ("a.html",)},
    }
    with pytest.raises(TypeError):
        azure["site_config"]["vnet_name"] = "x"
