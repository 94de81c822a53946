"""A stack's file may hold any key; those that were meant for oneplan must not be passed over."""

import pytest

MEANT = 'did you mean "oneplan:overrides"?'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("config:\n  oneplan:override: {plan: {sku: S2}}\n", '2:3: WJ010 unknown key "oneplan:override"; {}'),
        ("config:\n  tempus:overrides: {plan: {sku: S2}}\n", '2:3: WJ010 unknown key "tempus:overrides"; {}'),
        ("config:\n  overrides: {plan: {sku: S2}}\n", '2:3: WJ010 unknown key "overrides"; {}'),
        (
            "oneplan:overrides: {plan: {sku: S2}}\nconfig: {}\n",
            '1:1: WJ010 "oneplan:overrides" means nothing here; write it under config',
        ),
    ],
)
def test_a_key_that_was_meant_for_oneplan_is_told(project, text: str, expected: str):
    project.write("Pulumi.dev.yaml", text)

    assert project.problems() == [f"Pulumi.dev.yaml:{expected.format(MEANT)}"]


@pytest.mark.parametrize(
    "text",
    [
        "config:\n  azure-native:location: westeurope\n  oneplan:target-key: {secure: v1:a:b}\n",
        "config:\n  other:overrides: 3\n  oneplan:override: {secure: v1:a:b}\n",
    ],
)
def test_what_belongs_to_others_and_secrets_are_left_alone(project, text: str):
    project.write("Pulumi.dev.yaml", text)

    assert project.problems() == []
