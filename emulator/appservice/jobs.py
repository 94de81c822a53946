"""The jobs engine of a site: how one is made for this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from emulator.appservice.home import SiteHome
from emulator.webjobs import Engine, EngineOptions, Launcher

EngineFactory = Callable[[SiteHome, Mapping[str, str]], Engine]
"""Makes the engine of one site from its folders and its environment; it is not started yet."""

LOCAL_OPTIONS = EngineOptions(debounce=timedelta(milliseconds=300), root_retry=timedelta(seconds=1))
"""Kudu's waits, shortened where a person at a keyboard waits for them."""


def engines(
    launcher: Launcher,
    instance_id: str,
    options: EngineOptions = LOCAL_OPTIONS,
    on_change: Callable[[], None] = lambda: None,
) -> EngineFactory:
    """A factory whose engines share one launcher; `on_change` is told of every change of a job's status."""

    def make(home: SiteHome, environment: Mapping[str, str]) -> Engine:
        return Engine(
            home.home,
            home.temp,
            environment=environment,
            instance_id=instance_id,
            options=options,
            launcher=launcher,
            on_change=on_change,
        )

    return make
