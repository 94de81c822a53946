"""Records a session of the YAML language server over sound and broken files as `docs/editor-session.md`.

Run by hand, after a schema changed: `venv/bin/python tools/editor/session.py`. A test compares the page with what the
server answers today.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from client import LanguageServer

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "editor-session.md"
HERE = "‸"
"""Marks in a text where the cursor is."""

INTRODUCTION = f"""# What an editor shows

Recorded by `tools/editor/session.py` from yaml-language-server, the one editors run; a test keeps it true. `{HERE}` is
the cursor; it is not in the file. Positions are line:column, counted from 1.
"""


@dataclass(frozen=True)
class Scene:
    """A text opened under a name, and what is asked of the server at the cursor."""

    title: str
    name: str
    text: str
    ask: str = ""
    """`completions` or `hover`; diagnostics come by themselves."""


SCENES = (
    Scene(
        "A job without faults",
        "jobs/recorded/job.yaml",
        """\
# yaml-language-server: $schema=../../schemas/job.schema.json
summary: Bring stock numbers in line
trigger: {every: 15m}
ti‸meout: 10m
command: python -m stock_sync
""",
        "hover",
    ),
    Scene(
        "A job with faults",
        "jobs/recorded/job.yaml",
        """\
# yaml-language-server: $schema=../../schemas/job.schema.json
trigger: {every: 15 minutes, queue: thumbnails}
on: push
schedule: "0 6 * * *"
retires: 2
timeout: 10
priority: hgh
retries: 99
memory: 1 GB
arguments: [{type: text}]
""",
    ),
    Scene(
        "An empty job file",
        "jobs/recorded/job.yaml",
        "# yaml-language-server: $schema=../../schemas/job.schema.json\n‸\n",
        "completions",
    ),
    Scene(
        "Inside a trigger",
        "jobs/recorded/job.yaml",
        "# yaml-language-server: $schema=../../schemas/job.schema.json\ntrigger:\n  ‸\n",
        "completions",
    ),
    Scene(
        "A value that is one of a few",
        "jobs/recorded/job.yaml",
        "# yaml-language-server: $schema=../../schemas/job.schema.json\ntrigger: {manual: true}\npriority: ‸\n",
        "completions",
    ),
    Scene(
        "A project without faults",
        "recorded.yaml",
        """\
# yaml-language-server: $schema=./schemas/oneplan.schema.json
version: 1
name: tempus
location: switzerlandnorth
plan: {sku: B2}
apps:
  api:
    kind: api
    source: apps/api
    run‸time: python:3.13
    secrets: {SESSION_KEY: "vault:session-key"}
queues: {thumbnails: {lease: 5m}}
""",
        "hover",
    ),
    Scene(
        "A project with faults",
        "recorded.yaml",
        """\
# yaml-language-server: $schema=./schemas/oneplan.schema.json
version: 2
name: tempus
region: switzerlandnorth
location: Switzerland North
plan: {sku: B9, os: macos, autoscale: {min: 0, max: 3}}
apps:
  api:
    kind: api
    runtime: pyton:3.13
    health: healthz
    env: {DEBUG: true}
    uses: {photos: rw}
    port: 8000
queues: {thumbnails: {visibility_timeout: 5m}}
notify: {ops: {}}
""",
    ),
    Scene(
        "Inside an app",
        "recorded.yaml",
        """\
# yaml-language-server: $schema=./schemas/oneplan.schema.json
version: 1
name: tempus
location: switzerlandnorth
plan: {sku: B2}
apps:
  api:
    kind: api
    runtime: python:3.13
    ‸
""",
        "completions",
    ),
    Scene(
        "A stack without faults",
        "Pulumi.recorded.yaml",
        """\
# yaml-language-server: $schema=./schemas/stack.schema.json
config:
  oneplan:target: azure
  oneplan:session-key:
    secure: v1:abcdef
  oneplan:overrides:
    plan: {sku: P1v3, instances: 2}
    jobs:
      stock-sync: {trigger: {every: 5m}, ti‸meout: null}
""",
        "hover",
    ),
    Scene(
        "A stack with faults",
        "Pulumi.recorded.yaml",
        """\
# yaml-language-server: $schema=./schemas/stack.schema.json
plan: {sku: P1v3}
config:
  target: local
  oneplan:target: cloud
  oneplan:overrides:
    version: 1
    plan: {sku: huge}
    jobs:
      stock-sync: {trigger: {}, timout: 5m}
""",
    ),
    Scene(
        "Inside the overrides of a stack",
        "Pulumi.recorded.yaml",
        """\
# yaml-language-server: $schema=./schemas/stack.schema.json
config:
  oneplan:overrides:
    ‸
""",
        "completions",
    ),
)


def record(server: LanguageServer) -> str:
    """Returns the whole page."""
    return "\n".join([INTRODUCTION, *(_scene(server, scene, number) for number, scene in enumerate(SCENES))])


def _scene(server: LanguageServer, scene: Scene, number: int) -> str:
    name = scene.name.replace("recorded", f"recorded-{number}")  # a file of its own, for answers lag behind changes
    problems = [_problem(one) for one in server.open(name, scene.text.replace(HERE, ""))]
    parts = [f"## {scene.title}\n", f"```yaml\n{scene.text}```\n"]
    if scene.ask != "completions":
        parts.append("Problems: none.\n" if not problems else "Problems:\n\n" + "".join(problems))
    before = scene.text.partition(HERE)[0]
    place = (before.count("\n"), len(before) - before.rfind("\n") - 1)
    if scene.ask == "hover":
        parts.append(f"Hover:\n\n{_quoted(server.hover(name, *place))}")
    if scene.ask == "completions":
        items = server.completions(name, *place)
        parts.append("Completions:\n\n" + "".join(_completion(one) for one in items))
    return "\n".join(parts)


def _problem(one: dict[str, Any]) -> str:
    start = one["range"]["start"]
    return f"- {start['line'] + 1}:{start['character'] + 1} {one['message']}\n"


def _completion(one: dict[str, Any]) -> str:
    told = one.get("documentation", "")
    told = told["value"] if isinstance(told, dict) else told
    return f"- `{one['label']}`{': ' if told else ''}{' '.join(told.split())}\n"


def _quoted(markdown: str) -> str:
    """The hover text as a quotation, without the address of the schema on this machine."""
    told = re.sub(r"\n*Source: \[.*", "", markdown.replace("&nbsp;", " "))
    return "".join(f"> {line}".rstrip() + "\n" for line in told.splitlines())


def main() -> None:
    from emulator.storage import find_node

    with LanguageServer(find_node(), ROOT) as server:
        PAGE.write_text(record(server), encoding="utf-8")


if __name__ == "__main__":
    main()
