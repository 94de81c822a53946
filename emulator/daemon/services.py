"""What stands on storage and identity: sites, resources, and the servers in front of them.

A module of its own because it takes long to import: it is loaded while the storage services start.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from emulator import arm, provider
from emulator.appservice import Platform, SiteHost, image
from emulator.appservice.deployment import Fetcher
from emulator.appservice.environment import Surroundings, instance_id
from emulator.appservice.jobs import engines
from emulator.appservice.lifecycle import Machine
from emulator.appservice.process import GroupLauncher
from emulator.appservice.reaper import Reaper
from emulator.changes import Changes
from emulator.constants import LOOPBACK, SUBSCRIPTION_ID
from emulator.daemon.base import Base
from emulator.daemon.control import control_app
from emulator.errors import StartError
from emulator.http import listen
from emulator.resources import Azure, Resources
from emulator.tls import Certificate
from emulator.webjobs import SystemLauncher


@dataclass(frozen=True)
class Services:
    """Everything above the base, up but not yet filled."""

    sites: SiteHost
    resources: Resources


async def start(
    base: Base, stack: AsyncExitStack, *, health: Callable[[], Mapping[str, object]], stop: Callable[[], None]
) -> Services:
    """Starts sites and the HTTP servers; what ends them is put on the stack.

    Raises:
        StartError: a port cannot be had, or there is no interpreter for the sites.
    """
    changes = Changes()
    sites = SiteHost(await asyncio.to_thread(_platform, base, stack, changes))
    await sites.start()
    stack.push_async_callback(sites.stop)
    resources = Resources(base.store, Azure(base.storage, sites, base.identity), base.root.parent)
    control = control_app(
        base.identity, token=base.token, health=health, restore=resources.restore, stop=stop, changes=changes
    )
    management = arm.app(base.store, sites, base.identity, base.storage, token=base.token)
    await _serve(stack, control, base.control_port)
    await _serve(stack, management, base.arm_port, base.certificate)
    return Services(sites, resources)


async def serve_provider(base: Base, stack: AsyncExitStack, resources: Resources) -> int:
    """Starts the provider, once what the store remembers is in place; returns its port."""
    port = base.ports.take("provider")
    server = await provider.serve(port, resources)
    stack.push_async_callback(server.stop, 1.0)
    return port


def _platform(base: Base, stack: AsyncExitStack, changes: Changes) -> Platform:
    reaper, job_launcher = Reaper(), SystemLauncher()
    stack.callback(reaper.close)
    stack.push_async_callback(job_launcher.close)
    instance = instance_id(base.root)
    around = Surroundings(
        subscription_id=SUBSCRIPTION_ID,
        instance_id=instance,
        image_bin=image.build(base.root / "image", base.python or image.default_python()),
        ca_bundle=base.certificate.bundle,
        inherited=dict(os.environ),
    )
    return Platform(
        sites=base.root / "sites",
        bytecode=base.root / "cache" / "bytecode",
        ports=base.ports,
        identity=base.identity,
        around=around,
        machine=Machine(GroupLauncher(reaper)),
        fetch=Fetcher(base.certificate.bundle),
        engines=engines(job_launcher, instance, on_change=changes.note),
        token=base.token,
        tls=base.certificate.server_context,
        accepts=partial(arm.may_change, base.store, base.identity),
    )


async def _serve(
    stack: AsyncExitStack, app: web.Application, port: int, certificate: Certificate | None = None
) -> None:
    try:
        runner = await listen(app, port, tls=certificate.server_context if certificate else None)
    except OSError as error:
        raise StartError(
            f"{LOOPBACK}:{port}: cannot be listened on ({error.strerror}); stop what uses it, "
            "or run `oneplan local reset`"
        ) from error
    stack.push_async_callback(runner.cleanup)
