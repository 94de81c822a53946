"""Whole files that the editor offers where there is nothing yet."""

from collections.abc import Mapping
from typing import Any

_Snippets = tuple[dict[str, Any], ...]


def _snippet(label: str, text: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"label": label, "description": text, "body": body}


_COMMAND = "${3:python -m my_job}"

SNIPPETS: Mapping[str, _Snippets] = {
    "job": (
        _snippet(
            "job on an even interval",
            "A job that starts every few minutes, hours or days",
            {
                "summary": "${1:What it does}",
                "trigger": {"every": "${2:15m}"},
                "command": _COMMAND,
                "timeout": "${4:10m}",
                "alert": {"failures": 1},
            },
        ),
        _snippet(
            "job on a schedule",
            "A job that starts at certain times of the day",
            {
                "summary": "${1:What it does}",
                "trigger": {"cron": '"${2:0 6 * * *}"'},
                "command": _COMMAND,
                "timeout": "${4:10m}",
                "alert": {"failures": 1},
            },
        ),
        _snippet(
            "job that reads a queue",
            "A job that runs for ever and handles the messages of a queue",
            {"summary": "${1:What it does}", "trigger": {"queue": "${2:thumbnails}"}, "command": _COMMAND},
        ),
        _snippet(
            "job started by hand",
            "A job that is started by hand, with arguments",
            {
                "summary": "${1:What it does}",
                "trigger": {"manual": True},
                "command": _COMMAND,
                "arguments": [{"name": "${4:since}", "type": "${5:date}", "help": "${6:What it means}"}],
            },
        ),
    ),
    "oneplan": (
        _snippet(
            "project with one site and a worker",
            "A plan, a site and a worker that carries the jobs",
            {
                "version": 1,
                "name": "${1:shop}",
                "location": "${2:switzerlandnorth}",
                "time_zone": "${3:Europe/Zurich}",
                "plan": {"os": "linux", "sku": "B1"},
                "apps": {
                    "${4:site}": {"kind": "web", "source": "apps/${4:site}", "runtime": "python:3.13"},
                    "worker": {"kind": "worker", "runtime": "python:3.13"},
                },
                "defaults": {"job": {"app": "worker"}},
            },
        ),
    ),
    "stack": (
        _snippet(
            "stack on this machine",
            "A stack that runs on the local Azure",
            {"config": {"oneplan:target": "local"}},
        ),
        _snippet(
            "stack in Azure",
            "A stack that runs in Azure, on a plan of its own size",
            {"config": {"oneplan:target": "azure", "oneplan:overrides": {"plan": {"sku": "${1:P1v3}"}}}},
        ),
    ),
}
"""By kind of file."""

TRIGGERS: _Snippets = (
    _snippet("every", "Starts at an even interval", {"every": "${1:15m}"}),
    _snippet("cron", "Starts at certain times", {"cron": "${1:0 6 * * *}"}),
    _snippet("queue", "Runs for ever and reads a queue", {"queue": "${1:thumbnails}"}),
    _snippet("always", "Runs for ever", {"always": True}),
    _snippet("manual", "Is started by hand", {"manual": True}),
)
"""What can start a job."""
