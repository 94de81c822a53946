"""Finds out where a stack runs and how to reach it."""

from __future__ import annotations

from oneplan.manifest import Manifest
from oneplan.operate.cloud import manager_of
from oneplan.operate.credentials import AzureCredential, LocalCredential
from oneplan.operate.daemon import State
from oneplan.operate.http import Http
from oneplan.operate.plane import Connection, Plane
from oneplan.operate.subscription import subscription_of


def connect(manifest: Manifest) -> Plane:
    """The running stack of a manifest: in the local Azure or in Azure, as its target says.

    Raises OperateError when the local Azure is not running or the subscription is not known.
    Asks nothing but a metadata host, where one is named.
    """
    return Plane(manifest, _local(manifest) if manifest.target == "local" else _azure(manifest))


def _local(manifest: Manifest) -> Connection:
    state = State.of(manifest.root)
    daemon = state.require()
    http = Http(daemon.ca_bundle)
    credential = LocalCredential(http, state.token_file, daemon.identity_url)
    changes = f"{daemon.control_url}/changes"
    return Connection(http, credential, daemon.arm_url, "http", daemon.subscription_id, changes)


def _azure(manifest: Manifest) -> Connection:
    subscription = subscription_of(manifest.root, manifest.stack)
    http = Http()
    manager = manager_of(manifest.root, manifest.stack, http)
    return Connection(http, AzureCredential(), manager, "https", subscription)
