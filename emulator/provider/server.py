"""The provider's gRPC server, which engines attach to (``PULUMI_DEBUG_PROVIDERS=azure-native:<port>``)."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import grpc
import grpc.aio

from emulator.constants import LOOPBACK
from emulator.errors import EmulatorError, StartError
from emulator.provider._stubs import provider_pb2_grpc
from emulator.provider.facts import FactsSource
from emulator.provider.servicer import ProviderServicer
from emulator.resources import Resources

_log = logging.getLogger(__name__)
_MESSAGE_BYTES = 400 << 20
"""The engine's own limit."""
_OPTIONS = (
    ("grpc.max_receive_message_length", _MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MESSAGE_BYTES),
    # Without it a second emulator could listen on the same port unnoticed.
    ("grpc.so_reuseport", 0),
)
_warming: set[asyncio.Task[None]] = set()


async def serve(port: int, resources: Resources, *, cache: Path | None = None) -> grpc.aio.Server:
    """Starts the provider on ``port`` of the loopback address and returns its server.

    Args:
        port: where to listen.
        resources: the local Azure.
        cache: folder for what is extracted from the SDK; by default ``cache`` beside the store.

    Raises:
        StartError: the port is taken.
    """
    facts = FactsSource(cache or resources.store.path.parent / "cache")
    server = grpc.aio.server(options=_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(ProviderServicer(resources, facts), server)
    try:
        server.add_insecure_port(f"{LOOPBACK}:{port}")
    except RuntimeError as error:
        raise StartError(
            f"provider: port {port} cannot be listened on; stop what uses it, or run `oneplan local reset`"
        ) from error
    await server.start()
    # The first start after an installation reads the SDK for seconds; nobody should wait who need not.
    task = asyncio.create_task(_warm(facts))
    _warming.add(task)
    task.add_done_callback(_warming.discard)
    return server


async def _warm(facts: FactsSource) -> None:
    try:
        await facts.get()
    except EmulatorError as error:  # asked again by the first request that needs it, whose user then sees it
        _log.warning("%s", error)
