"""Raw arguments: thawed, and laid over ours."""

from types import MappingProxyType

from components.raw import merged, thawed


def test_frozen_values_become_what_the_sdk_takes():
    frozen = MappingProxyType({"a": (MappingProxyType({"b": 1}), "c"), "d": None})

    assert thawed(frozen) == {"a": [{"b": 1}, "c"], "d": None}
    assert type(thawed(frozen)["a"][0]) is dict


def test_raw_arguments_win():
    assert merged({"http20_enabled": True, "name": "x"}, {"http20_enabled": False}) == {
        "http20_enabled": False,
        "name": "x",
    }
