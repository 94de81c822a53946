"""From values to HTML. Everything a user or a job wrote is escaped by the templates."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from oneplan.dashboard import words
from oneplan.dashboard.snapshot import JobView, Snapshot
from oneplan.manifest import Manifest

FRAGMENTS = ("attention", "apps", "jobs", "queues")
"""Parts of the overview that are sent again when they change; `jobs` row by row."""


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("oneplan.dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(words=words)
    return made


class Pages:
    """Renders the pages of one stack."""

    def __init__(self, manifest: Manifest, proof: str) -> None:
        from oneplan.operate.occurrences import zone_of

        self._common: dict[str, Any] = {
            "manifest": manifest,
            "zone": zone_of(manifest.time_zone),
            "proof": proof,
            "is_local": manifest.target == "local",
        }

    def page(self, template: str, /, **values: Any) -> str:
        """Returns a whole page."""
        here = template if template in ("overview", "timeline") else ""
        return _environment().get_template(f"{template}.html").render(**self._common, here=here, **values)

    def fragments(self, snapshot: Snapshot) -> dict[str, str]:
        """Returns the overview's changing parts by the id of their element."""
        macros = _environment().get_template("parts.html").make_module(self._common | {"now": snapshot.at})
        parts: Any = macros
        rows = {f"job-{view.name}": str(parts.job_row(view)) for view in snapshot.jobs}
        whole = {
            "attention": str(parts.attention(snapshot)),
            "apps": str(parts.apps(snapshot)),
            "queues": str(parts.queues(snapshot)),
        }
        return whole | rows

    def facts(self, view: JobView, snapshot: Snapshot) -> str:
        """Returns the changing part of a job's page."""
        parts: Any = _environment().get_template("parts.html").make_module(self._common | {"now": snapshot.at})
        return str(parts.job_facts(view))
