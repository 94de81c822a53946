"""What the program saves of the SDK's work, and what it must not lose by it."""

import gc
import inspect
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime.proto import engine_pb2

from components import pace


class Mocks(pulumi.runtime.Mocks):
    """Makes whatever is asked for."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[Any, Any]]:
        return f"{args.name}-id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[Any, Any]:
        return {}


class Engine:
    """Keeps the messages that it is sent."""

    def __init__(self) -> None:
        self.messages: list[tuple[int, str]] = []

    def Log(self, request: Any) -> None:
        self.messages.append((request.severity, request.message))


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Puts back what a program changes for the whole of its process."""
    debug, threshold = pulumi.log.debug, gc.get_threshold()
    yield
    pulumi.log.debug = debug
    gc.set_threshold(*threshold)
    gc.unfreeze()


def messages() -> list[tuple[int, str]]:
    """What the engine hears of a program that makes one resource and warns once."""
    engine = Engine()
    pulumi.runtime.set_mocks(Mocks(), project="shop", stack="dev", preview=False)
    pulumi.runtime.settings.SETTINGS.engine = engine

    @pulumi.runtime.test
    def program() -> object:
        resource = pulumi.CustomResource("shop:index:Thing", "thing", {}, pulumi.ResourceOptions())
        pulumi.log.warn("look here")
        return resource.urn

    program()
    return engine.messages


def test_debug_messages_are_saved_where_none_are_shown_and_others_arrive():
    pace.quicken({"ONEPLAN_SDK_DEBUG": "off"})

    assert messages() == [(engine_pb2.WARNING, "look here")]


@pytest.mark.parametrize("environment", [{}, {"ONEPLAN_SDK_DEBUG": "on"}])
def test_debug_messages_are_sent_unless_told_that_none_are_shown(environment: dict[str, str]):
    pace.quicken(environment)

    severities = [severity for severity, _ in messages()]

    assert severities.count(engine_pb2.WARNING) == 1
    assert severities.count(engine_pb2.DEBUG) >= 4


def test_the_installed_sdk_takes_what_is_put_in_its_place():
    assert str(inspect.signature(pulumi.log.debug)).count("Optional") == 3
    assert list(inspect.signature(pulumi.log.debug).parameters) == ["msg", "resource", "stream_id", "ephemeral"]


@pytest.mark.parametrize("other", [lambda message, *, to: None, print, None])
def test_another_sdk_keeps_its_own_messages(other: object):
    pulumi.log.debug = other

    pace.quicken({"ONEPLAN_SDK_DEBUG": "off"})

    assert pulumi.log.debug is other


def test_garbage_is_still_collected_but_rarely():
    gc.disable()

    pace.quicken({})

    assert gc.isenabled()
    assert gc.get_threshold() == (100_000, 50, 1000)
    assert gc.get_freeze_count() > 0
