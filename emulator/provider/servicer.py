"""The provider protocol: what the Pulumi engine asks, answered as azure-native would.

Order of calls and least answers: pulumi's ``proto/pulumi/provider.proto`` and
``docs/architecture/providers/implementers-guide.md``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from google.protobuf import empty_pb2

from emulator.constants import SUBSCRIPTION_ID
from emulator.errors import EmulatorError
from emulator.provider import answers
from emulator.provider._stubs import plugin_pb2, provider_pb2, provider_pb2_grpc
from emulator.provider.check import check_inputs
from emulator.provider.codec import dump, load
from emulator.provider.diff import compare
from emulator.provider.facts import FactsSource, ResourceFacts, sdk_version
from emulator.provider.guard import guarded
from emulator.provider.naming import Autonaming, NamingMode, default_location, name_inputs
from emulator.provider.schema import package_schema
from emulator.provider.urn import name_of, token_of
from emulator.resources import Resources, UnknownTypeError
from emulator.resources.catalogue import HANDLERS
from emulator.resources.handler import Handler, Problem
from emulator.resources.signed import decode
from emulator.resources.values import Unknown, keep_secret, reveal
from emulator.store import Record

# Requests and answers are generated classes without types; the wire is where Any belongs.


class ProviderServicer(provider_pb2_grpc.ResourceProviderServicer):  # type: ignore[misc,name-defined]
    """Answers for the package ``azure-native``."""

    def __init__(self, resources: Resources, facts: FactsSource) -> None:
        """
        Args:
            resources: the local Azure.
            facts: the SDK's types.
        """
        self._resources = resources
        self._facts = facts
        self._location = ""

    async def Handshake(self, request: Any, context: Any) -> Any:
        """Tells the engine what it may send."""
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True,
            accept_resources=True,
            accept_outputs=False,
            supports_autonaming_configuration=True,
        )

    async def Attach(self, request: Any, context: Any) -> Any:
        """Accepts an engine; the emulator needs nothing from it."""
        return empty_pb2.Empty()

    async def Cancel(self, request: Any, context: Any) -> Any:
        """Ends nothing: other engines may be at work, and resources live on."""
        return empty_pb2.Empty()

    @guarded
    async def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """Returns the version of the installed SDK, so that the engine sees a match."""
        return plugin_pb2.PluginInfo(version=sdk_version())

    @guarded
    async def GetSchema(self, request: Any, context: Any) -> Any:
        """Returns the types that the emulator knows, for languages that check a program against them."""
        schema = package_schema(await self._facts.get(), HANDLERS)
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    @guarded
    async def CheckConfig(self, request: Any, context: Any) -> Any:
        """Returns the provider's configuration unchanged, or refuses a subscription that is not the local one."""
        given = reveal(load(request.news)).get("subscriptionId")
        if isinstance(given, str) and given not in ("", SUBSCRIPTION_ID):
            reason = (
                f"{given!r} is not the local subscription; leave azure-native:subscriptionId out of a stack "
                f"that runs here (it is {SUBSCRIPTION_ID})"
            )
            failure = provider_pb2.CheckFailure(property="subscriptionId", reason=reason)
            return provider_pb2.CheckResponse(inputs=request.news, failures=[failure])
        return provider_pb2.CheckResponse(inputs=request.news)

    async def DiffConfig(self, request: Any, context: Any) -> Any:
        """Never replaces a provider: every one of them is this emulator."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)

    @guarded
    async def Configure(self, request: Any, context: Any) -> Any:
        """Takes the default location."""
        location = reveal(load(request.args)).get("location") or request.variables.get(
            "azure-native:config:location", ""
        )
        self._location = location if isinstance(location, str) else ""
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True,
            supportsPreview=True,
            acceptResources=True,
            acceptOutputs=False,
            supports_autonaming_configuration=True,
        )

    @guarded
    async def Check(self, request: Any, context: Any) -> Any:
        """Returns inputs with names and locations filled in, or everything that is wrong with them."""
        token = token_of(request.urn)
        news, olds = load(request.news), load(request.olds)
        try:
            handler, facts = self._resources.handler(token), await self._resource_facts(token)
        except UnknownTypeError as error:
            return answers.check(news, [Problem("", str(error))])
        named, problems = name_inputs(
            handler.path,
            name_of(request.urn),
            news,
            olds=olds,
            seed=request.randomSeed,
            wish=_wish(request),
        )
        if "location" in facts.inputs.properties:
            named |= default_location(
                news, olds=olds, configured=self._location, location_of=self._resources.location_of
            )
        checked = {**news, **named}
        problems += check_inputs(await self._facts.get(), facts.inputs, checked)
        # ARM's own rules read values; they are asked only once the values have their types.
        problems += [] if problems else handler.check(reveal(checked))
        return answers.check(checked, problems)

    @guarded
    async def Diff(self, request: Any, context: Any) -> Any:
        """Compares old and new inputs."""
        handler = self._resources.handler(token_of(request.urn))
        difference = compare(handler, load(request.old_inputs), load(request.news), tuple(request.ignoreChanges))
        return answers.diff(difference)

    @guarded
    async def Create(self, request: Any, context: Any) -> Any:
        """Makes a resource; in a preview, says what would be known of it."""
        token, inputs = token_of(request.urn), load(request.properties)
        facts = await self._resource_facts(token)
        if request.preview:
            outputs = _previewed(self._resources.handler(token), facts, inputs, {})
            return provider_pb2.CreateResponse(id="", properties=dump(outputs))
        record = await self._resources.create(token, request.urn, reveal(inputs))
        return provider_pb2.CreateResponse(id=record.id, properties=_outputs(facts, record, inputs))

    @guarded
    async def Update(self, request: Any, context: Any) -> Any:
        """Brings a resource in line; in a preview, says what would be known of it."""
        token, inputs = token_of(request.urn), load(request.news)
        facts = await self._resource_facts(token)
        if request.preview:
            outputs = _previewed(self._resources.handler(token), facts, inputs, load(request.olds))
            return provider_pb2.UpdateResponse(properties=dump(outputs))
        record = await self._resources.update(token, request.id, request.urn, reveal(inputs))
        return provider_pb2.UpdateResponse(properties=_outputs(facts, record, inputs))

    @guarded
    async def Read(self, request: Any, context: Any) -> Any:
        """Returns a resource as it is now; no id when it is gone."""
        token = token_of(request.urn)
        record = await self._resources.read(token, request.id)
        if record is None:
            return provider_pb2.ReadResponse()
        facts, known = await self._resource_facts(token), load(request.inputs)
        return provider_pb2.ReadResponse(
            id=record.id,
            properties=_outputs(facts, record, known),
            inputs=dump(keep_secret(decode(record.inputs), known)),
        )

    @guarded
    async def Delete(self, request: Any, context: Any) -> Any:
        """Removes a resource."""
        await self._resources.delete(token_of(request.urn), request.id)
        return empty_pb2.Empty()

    @guarded
    async def Invoke(self, request: Any, context: Any) -> Any:
        """Calls a function."""
        result = await self._resources.invoke(request.tok, reveal(load(request.args)))
        return provider_pb2.InvokeResponse(**{"return": dump(result)})

    async def _resource_facts(self, token: str) -> ResourceFacts:
        self._resources.handler(token)
        facts = (await self._facts.get()).resource(token)
        if facts is None:
            raise EmulatorError(f"{token}: not in the installed azure-native SDK {sdk_version()}; run `make setup`")
        return facts


def _wish(request: Any) -> Autonaming | None:
    if not request.HasField("autonaming"):
        return None
    return Autonaming(request.autonaming.proposed_name, NamingMode(request.autonaming.mode))


def _outputs(facts: ResourceFacts, record: Record, inputs: Mapping[str, Any]) -> Any:
    """Returns a record's outputs for the wire, secret where the inputs were."""
    version = {"azureApiVersion": facts.api_version} if facts.api_version else {}
    return dump(keep_secret({**decode(record.outputs), **version}, inputs))


# What an update cannot change; azure-native keeps name and location known in a preview.
_STEADY = ("name", "location", "type", "azureApiVersion")


def _previewed(
    handler: Handler, facts: ResourceFacts, inputs: Mapping[str, Any], olds: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns what a preview knows: the inputs, steady old outputs, and every other output as unknown."""
    unknown = dict.fromkeys(facts.outputs, Unknown())
    given = {key: value for key, value in handler.previewed(inputs).items() if not key.startswith("__")}
    steady = {key: olds[key] for key in _STEADY if key in olds and key not in given}
    return {**unknown, **given, **steady}
