"""Azure's names from the manifest's."""

import re

from oneplan.manifest import names

SEED = "00000000-0000-4000-8000-000000000001"


def test_names_are_readable_and_end_in_what_makes_them_unique():
    unique = names.site("tempus", "dev", "storefront", SEED).rpartition("-")[2]

    assert re.fullmatch("[a-z2-7]{5}", unique)
    assert names.resource_group("tempus", "dev") == "tempus-dev"
    assert names.plan("tempus", "dev") == "tempus-dev-plan"
    assert names.identity("tempus", "dev", "api") == "tempus-dev-api-id"
    assert names.site("tempus", "dev", "api", SEED) == f"tempus-dev-api-{unique}"
    assert names.runtime_account("tempus", "dev", SEED) == f"tempusdevrun{unique}"
    assert names.artifact_account("tempus", "dev", SEED) == f"tempusdevart{unique}"


def test_another_subscription_or_stack_gives_another_ending():
    found = {names.site("tempus", stack, "api", seed)[-5:] for stack in ("dev", "prod") for seed in (SEED, "other")}

    assert len(found) == 4


def test_what_azure_does_not_take_in_a_stacks_name_becomes_a_hyphen_or_nothing():
    assert names.resource_group("tempus", "Feature_12.x") == "tempus-feature-12-x"
    assert names.runtime_account("my-shop", "Dev_2", "").startswith("myshopdev2run")


def test_tables_poison_queues_and_settings():
    assert names.table("stock-movements") == "stockmovements"
    assert names.poison("thumbnails") == "thumbnails-poison"
    assert names.setting_part("stock-movements") == "STOCK_MOVEMENTS"
