"""The components as a package for other languages: what the schema holds, and what a program there gets."""

import json

import pytest

from components.package import COMPONENTS, VERSION, Package

PREFIX = "oneplan:index:"


@pytest.fixture(scope="module")
def schema():
    return json.loads(Package().schema)


def test_every_component_is_in_it_under_its_token(schema):
    assert (schema["name"], schema["version"]) == ("oneplan", VERSION)
    assert sorted(schema["resources"]) == sorted(PREFIX + component.__name__ for component in COMPONENTS)


def test_every_input_and_output_says_what_it_is(schema):
    parts = [
        *((kind, part) for kind in ("resources", "types") for part in schema[kind].values()),
    ]
    silent = [
        (name, kind)
        for kind, part in parts
        for key in ("inputProperties", "properties")
        for name, entry in part.get(key, {}).items()
        if not entry.get("description")
    ]

    assert silent == []


def test_what_has_a_default_may_be_left_out(schema):
    plan = schema["resources"][f"{PREFIX}SharedPlan"]

    assert plan["requiredInputs"] == ["planName", "resourceGroupName"]
    assert plan["inputProperties"]["scaling"]["$ref"] == f"#/types/{PREFIX}ScalingArgs"
    assert plan["properties"] == {
        "planId": {"type": "string", "description": "Resource id that web apps name as their plan."}
    }


def test_a_component_registers_every_output_it_declares(schema, engine, declared, monkeypatch):
    """What is declared and not registered is missing in the state of a program in another language."""
    registered = {}
    for component in COMPONENTS:

        def keep(self, outputs, name=component.__name__):
            registered[name] = set(outputs)

        monkeypatch.setattr(component, "register_outputs", keep)
    group = {"resource_group_name": "rg", "subscription_id": "sub"}
    site = {**group, "app_name": "shop", "plan_id": "plan"}
    args = {
        "ArtifactStorage": {**group, "account_name": "art"},
        "Domain": {**site, "host_name": "www.example.com"},
        "Monitoring": {**group, "workspace_name": "w", "insights_name": "i", "identity_name": "r"},
        "PrivateEndpoint": {**group, "endpoint_name": "e", "subnet_id": "s", "target_id": "t", "part": "blob"},
        "PrivateNetwork": {**group, "network_name": "n", "range": "10.0.0.0/24", "apps": "10.0.0.0/26"},
        "RuntimeStorage": {**group, "account_name": "run"},
        "SharedPlan": {**group, "plan_name": "plan"},
        "SiteDeployment": {
            **site,
            "account_name": "art",
            "container_name": "packages",
            "package": __file__,
            "package_name": "shop.zip",
            "blob_endpoint": "https://art.blob.test/",
            "slots": ["staging"],
        },
        "Vault": {**group, "vault_name": "kv", "tenant_id": "tenant", "secrets": {"key": "made-up"}},
        "WebApp": {**site, "identity_name": "shop-id"},
        "WebAppSlot": {**site, "slot": "staging", "identity_id": "id", "client_id": "client"},
    }

    declared(lambda: [component("it", args[component.__name__]) for component in COMPONENTS] and None)

    snake = {name: set(schema["resources"][PREFIX + name]["properties"]) for name in registered}
    assert {name: {_camel(key) for key in keys} for name, keys in registered.items()} == snake
    assert len(registered) == len(COMPONENTS)


def _camel(name):
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)
