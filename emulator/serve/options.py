"""What `webjobs serve` is told, from its command line."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from emulator.errors import StartError
from emulator.webjobs.options import EngineOptions
from emulator.webjobs.profile import Profile
from ncrontab import GENERATIONS

LONGEST_SECONDS = 366 * 86400


@dataclass(frozen=True)
class ServeOptions:
    """How one home folder is served."""

    home: Path
    """What /home is on App Service, absolute."""

    port: int = 0
    """Where it listens; 0: wherever there is room."""

    settings: Mapping[str, str] = field(default_factory=dict)
    """App settings."""

    engine: EngineOptions = field(default_factory=EngineOptions)
    """Profile, generation and waits."""

    instance: str | None = None
    """The instance's name, for a second one on the same home; none: the first."""

    temp: Path | None = None
    """Folder for working copies; none: one of its own below the system's."""

    @classmethod
    def of(cls, values: argparse.Namespace, environment: Mapping[str, str]) -> ServeOptions:
        """The options in a parsed command line.

        Args:
            environment: where `--env NAME` takes the value from.

        Raises:
            StartError: the home is no folder, or a setting has neither a value nor a variable.
        """
        if not values.home.is_dir():
            raise StartError(f"{values.home}: is no folder; expected one that holds site/wwwroot")
        settings = dict(_setting(text, environment) for text in values.env)
        for name, seconds in (
            ("WEBJOBS_RESTART_TIME", values.restart_time),
            ("WEBJOBS_IDLE_TIMEOUT", values.idle_limit),
        ):
            if seconds is not None:
                settings[name] = str(seconds)
        return cls(
            values.home.resolve(),
            values.port,
            settings,
            _engine(values),
            values.instance,
            values.temp.resolve() if values.temp else None,
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `ServeOptions.of` reads."""
    parser.add_argument("home", type=Path, help="the folder that is /home in Azure: site/wwwroot is below it")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--profile", type=Profile, choices=list(Profile), default=Profile.LINUX)
    parser.add_argument("--generation", choices=list(GENERATIONS), help="NCrontab release (default: the profile's)")
    parser.add_argument("--env", action="append", default=[], metavar="K=V", help="app setting; K alone: as it is here")
    parser.add_argument("--restart-time", type=_whole, metavar="S", help="wait before a continuous job is restarted")
    parser.add_argument("--idle-limit", type=_whole, metavar="S", help="silence after which a triggered run is ended")
    parser.add_argument("--watch-debounce", type=_seconds, default=5.0, metavar="S", help="quiet time after a change")
    parser.add_argument("--singleton-retry", type=_seconds, default=5.0, metavar="S", help="pause before a busy lock")
    parser.add_argument("--instance", help="name of a further instance on the same home")
    parser.add_argument("--temp", type=Path, help="folder for working copies")


def _engine(values: argparse.Namespace) -> EngineOptions:
    debounce, idle = values.watch_debounce, values.idle_limit
    look = min(1.0, max(0.02, debounce))
    return EngineOptions(
        profile=values.profile,
        generation=values.generation or values.profile.generation,
        debounce=timedelta(seconds=debounce),
        scan_interval=timedelta(seconds=look),
        root_retry=timedelta(seconds=max(look, 6 * debounce)),
        singleton_retry=timedelta(seconds=max(0.01, values.singleton_retry)),
        idle_poll=timedelta(seconds=1.0 if idle is None else min(1.0, max(0.05, idle / 4))),
    )


def _setting(text: str, environment: Mapping[str, str]) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name:
        raise StartError(f"--env: '{text}' has no name; expected NAME=VALUE, or NAME to take this program's own")
    if not equals and name not in environment:
        raise StartError(f"--env: '{name}' has no value and no variable of that name exists; expected {name}=VALUE")
    return name, value if equals else environment[name]


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds; expected for example 5 or 0.2")
    return seconds


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > LONGEST_SECONDS:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number of seconds; expected for example 60")
    return int(text)
