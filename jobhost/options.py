"""The options of a queue function: their names, their values, and where a value may come from.

The built-in value is the weakest; then come .NET's host-wide app settings (`AzureWebJobs__extensions__queues__…`),
what the manifest says of the queue (`QUEUE_<NAME>_…`), the decorator, and the app setting
`JOBHOST__queues__<queue>__<option>`, so that an operator can change a running job's options without a deployment.
Options of the whole host are `JOBHOST__<option>`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from jobhost.backoff import Backoff
from jobhost.durations import duration
from jobhost.encoding import ENCODINGS
from jobhost.errors import StartError
from jobhost.rate import Rate

Parse = Callable[[Any, str], Any]
"""Turns a value or an app setting's text into the option's value; raises StartError that begins with where."""

HOST_PREFIX = "jobhost__"
QUEUE_PREFIX = "jobhost__queues__"
DOTNET_PREFIX = "azurewebjobs__extensions__queues__"
LONGEST_LEASE = timedelta(days=7)
ON_INVALID = ("poison", "retry")


def count(low: int, high: int) -> Parse:
    """Reads a whole number from `low` to `high`."""

    def parse(value: Any, where: str) -> int:
        text = str(value)
        if isinstance(value, bool) or not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise StartError(f"{where}: {value!r} is out of range; expected a whole number from {low} to {high}")
        return int(text)

    return parse


def length(low: float, high: timedelta) -> Parse:
    """Reads a length of time of at least `low` seconds and at most `high`."""

    def parse(value: Any, where: str) -> timedelta:
        span = duration(value, where)
        if not low <= span.total_seconds() <= high.total_seconds():
            raise StartError(f"{where}: {value!r} is out of range; expected {low:g}s to {high.days}d")
        return span

    return parse


def one_of(*allowed: str) -> Parse:
    """Reads one of a few words."""

    def parse(value: Any, where: str) -> str:
        if value not in allowed:
            raise StartError(f"{where}: {value!r} is not known; expected {' or '.join(allowed)}")
        return str(value)

    return parse


def encoding(value: Any, where: str) -> str:
    """Reads an encoding; `none` is .NET's word for `text`."""
    found: str = one_of(*ENCODINGS)("text" if value == "none" else value, where)
    return found


def switch(value: Any, where: str) -> bool:
    """Reads `true` or `false`, also as 1 and 0."""
    known = {"true": True, "1": True, "false": False, "0": False}
    if str(value).lower() not in known:
        raise StartError(f"{where}: {value!r} is neither; expected true or false")
    return known[str(value).lower()]


def backoff(value: Any, where: str) -> Backoff:
    """Reads a Backoff, or `5s` for the same wait each time, or `5s..10m`."""
    if isinstance(value, Backoff):
        return value
    base, separator, cap = str(value).partition("..")
    first = duration(base, where)
    return Backoff(first, cap=duration(cap, where) if separator else first)


def rate(value: Any, where: str) -> Rate:
    """Reads `100/m`."""
    return Rate(str(value), where)


A_YEAR = timedelta(days=366)
OPTIONS: Mapping[str, Parse] = {
    "concurrency": count(1, 1000),
    "dynamic": switch,
    "batch_size": count(1, 32),
    "max_attempts": count(1, 1000),
    "max_deliveries": count(1, 1000),
    "lease": length(1, LONGEST_LEASE),
    "timeout": length(0.001, A_YEAR),
    "retry": backoff,
    "max_poll": length(0.01, timedelta(days=1)),
    "rate": rate,
    "encoding": encoding,
    "on_invalid": one_of(*ON_INVALID),
    "enabled": switch,
    "lock_wait": length(0, A_YEAR),
}

HOST_OPTIONS: Mapping[str, Parse] = {
    "concurrency": count(1, 10_000),
    "grace": length(0, A_YEAR),
    "health_every": length(1, A_YEAR),
    "poison_records": switch,
}
"""The options of a host."""
DOTNET_OPTIONS = frozenset({
    "batchsize", "newbatchthreshold", "maxpollinginterval", "visibilitytimeout", "maxdequeuecount", "messageencoding",
})  # fmt: skip
"""The properties of QueuesOptions."""


def given(values: Mapping[str, object], where: str) -> dict[str, Any]:
    """The decorator's options that are not None, checked.

    Raises:
        StartError: a value is not what the option takes.
    """
    return {name: OPTIONS[name](value, f"{where}: {name}") for name, value in values.items() if value is not None}


def given_to_host(name: str, value: object) -> Any:
    """The value of a host's option, checked; None stays.

    Raises:
        StartError: it is not what the option takes.
    """
    return None if value is None else HOST_OPTIONS[name](value, f"JobHost({name})")


def overrides(queue: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """What app settings say of one queue. Case does not matter, and `-` in the queue's name may be `_`.

    Raises:
        StartError: an option is not known or its value not one.
    """
    found = {}
    for key, name, option in _of_queues(environment):
        if option.lower() not in OPTIONS:
            raise StartError(f"{key}: names no option; expected one of {', '.join(sorted(OPTIONS))}")
        if name == queue.replace("-", "_"):
            found[option.lower()] = OPTIONS[option.lower()](environment[key], key)
    return found


def of_other_queues(queues: Iterable[str], environment: Mapping[str, str]) -> list[str]:
    """The app settings for queues that are none of `queues`: another job's of the same app, or misspelt."""
    known = {queue.replace("-", "_") for queue in queues}
    return sorted(key for key, name, _ in _of_queues(environment) if name not in known)


def _of_queues(environment: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Each app setting of a queue, with the queue's name in small letters and the option."""
    for key in environment:
        if key.lower().startswith(QUEUE_PREFIX):
            name, _, option = key[len(QUEUE_PREFIX) :].partition("__")
            yield key, name.lower().replace("-", "_"), option


def host_overrides(environment: Mapping[str, str]) -> dict[str, Any]:
    """What app settings say of the whole host.

    Raises:
        StartError: an option is not known or its value not one.
    """
    found = {}
    for key, text in environment.items():
        if key.lower().startswith(HOST_PREFIX) and not key.lower().startswith(QUEUE_PREFIX):
            option = key[len(HOST_PREFIX) :].lower()
            if option not in HOST_OPTIONS:
                raise StartError(f"{key}: names no option; expected one of {', '.join(sorted(HOST_OPTIONS))}, queues")
            found[option] = HOST_OPTIONS[option](text, key)
    return found


def dotnet_defaults(environment: Mapping[str, str], processors: int | None = None) -> dict[str, Any]:
    """What the settings of a .NET host say of all queues (QueuesOptions in azure-sdk-for-net).

    Raises:
        StartError: an option is none of .NET's, or a value is not one that .NET takes.
    """
    said = {
        key.lower().removeprefix(DOTNET_PREFIX): (key, text)
        for key, text in environment.items()
        if key.lower().startswith(DOTNET_PREFIX)
    }
    for option, (key, _) in said.items():
        if option not in DOTNET_OPTIONS:
            raise StartError(
                f"{key}: names no option of .NET's queues; expected one of {', '.join(sorted(DOTNET_OPTIONS))}"
            )
    found: dict[str, Any] = {}
    for theirs, ours in (("batchsize", "batch_size"), ("maxdequeuecount", "max_attempts")):
        if theirs in said:
            key, text = said[theirs]
            found[ours] = OPTIONS[ours](text, key)
    if "batchsize" in said or "newbatchthreshold" in said:
        batch = int(found.get("batch_size", 16))
        usual = batch // 2 * (processors or os.cpu_count() or 1)  # each machine's own, as in .NET
        key, text = said.get("newbatchthreshold", ("", str(min(usual, 900))))
        found["concurrency"] = batch + int(count(0, 900)(text, key))
    for theirs, ours in (("maxpollinginterval", "max_poll"), ("visibilitytimeout", "retry")):
        if theirs in said:
            key, text = said[theirs]
            found[ours] = OPTIONS[ours](_time_span(text, key), key)
    if "messageencoding" in said:
        key, text = said["messageencoding"]
        found["encoding"] = "text" if one_of("none", "base64")(text.lower(), key) == "none" else "base64"
    return found


def _time_span(text: str, key: str) -> str:
    """Seconds of .NET's `hh:mm:ss`, as text."""
    hours, minutes, seconds = ([*text.split(":"), "", "", ""])[:3]
    if not all(part.isascii() and part.isdigit() for part in (hours, minutes, seconds)) or text.count(":") != 2:
        raise StartError(f"{key}: {text!r} is not a time span; expected hours, minutes and seconds such as 00:00:30")
    return f"{int(hours) * 3600 + int(minutes) * 60 + int(seconds)}s"
