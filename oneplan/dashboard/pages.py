"""From values to HTML. Everything a user or a job wrote is escaped by the templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import escape

from oneplan.dashboard import assets, timeline, words
from oneplan.dashboard.snapshot import JobView, Snapshot
from oneplan.operate import Plane

FIRST_ROWS = 60
"""Jobs that the overview shows at once; its script asks for the rest when they are painted."""
MORE_ROWS = 120
"""Jobs in each answer to that."""
_ROW = "job-"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("oneplan.dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(words=words, asset=assets.address)
    return made


class Pages:
    """Renders the pages of one stack."""

    def __init__(self, plane: Plane, proof: str) -> None:
        self._plane = plane
        self._proof = proof
        self._rows: dict[str, tuple[JobView, date, str]] = {}
        self._parts: dict[str, tuple[tuple[Any, ...], str]] = {}

    def page(self, template: str, /, **values: Any) -> str:
        """Returns a whole page."""
        here = template if template in ("overview", "timeline", "search") else ""
        return _environment().get_template(f"{template}.html").render(self._common() | {"here": here} | values)

    def overview(self, snapshot: Snapshot) -> dict[str, str]:
        """Returns the overview's changing parts by the id of their element, the jobs row by row."""
        parts, manifest = self.macros(snapshot.at), self._plane.manifest
        day = snapshot.at.astimezone(self._plane.zone).date()
        said_by = {
            "attention": (snapshot.jobs, snapshot.queues, snapshot.drift, snapshot.problems, manifest),
            "apps": (snapshot.apps, manifest),
            "queues": (snapshot.queues, manifest, day),
            "load": (snapshot.load,),
        }
        whole = {name: self._part(name, made_of, snapshot, parts) for name, made_of in said_by.items()}
        rows = {f"{_ROW}{view.name}": self._row(view, day, parts) for view in snapshot.jobs}
        return whole | rows | shape(snapshot)

    def _part(self, name: str, made_of: tuple[Any, ...], snapshot: Snapshot, parts: Any) -> str:
        """A part of the overview; made anew only when what it shows is another."""
        known = self._parts.get(name)
        if known is None or not _same(known[0], made_of):
            known = self._parts[name] = (made_of, str(getattr(parts, name)(snapshot)))
        return known[1]

    def rows(self, parts: Mapping[str, str], first: int, count: int | None) -> str:
        """Returns so many rows of the overview's table of jobs, from one on; all that follow without a count."""
        jobs = (place for place in parts if place.startswith(_ROW))
        places = islice(jobs, first, None if count is None else first + count)
        return "\n".join(f'<tr id="{escape(place)}">{parts[place]}</tr>' for place in places)

    def job(self, name: str, snapshot: Snapshot) -> dict[str, str]:
        """Returns the changing parts of a job's page."""
        view = snapshot.job(name)
        if view is None:
            return {"outage": f"job {name}: is not there any more"}
        parts = self.macros(snapshot.at)
        following = timeline.following(view, snapshot.at, self._plane.zone)
        made = {"head": str(parts.job_head(view)), "facts": str(parts.job_facts(view, following))}
        if view.job.type == "triggered":
            made |= {
                "chart": str(parts.job_chart(view)),
                "runs": str(parts.job_runs(view)),
                "go": str(parts.job_go(view)),
            }
        return made

    def run(self, job: str, run: str, snapshot: Snapshot) -> dict[str, str]:
        """Returns the changing parts of a run's page."""
        view = snapshot.job(job)
        found = next((one for one in view.runs if one.id == run), None) if view else None
        if found is None:
            return {"outage": f"job {job}: has no run {run} any more"}
        parts = self.macros(snapshot.at)
        return {"run-state": str(parts.run_state(found.status)), "run-facts": str(parts.run_facts(found))}

    def _row(self, view: JobView, day: date, parts: Any) -> str:
        """The row of a job; made anew only when it says something else: a thousand take a tenth of a second."""
        known = self._rows.get(view.name)
        if known is None or (known[0] is not view and known[0] != view) or known[1] != day:
            known = self._rows[view.name] = (view, day, str(parts.job_row(view)))
        return known[2]

    @property
    def zone(self) -> ZoneInfo:
        """The owner's zone."""
        return self._plane.zone

    def macros(self, now: datetime) -> Any:
        """Returns the parts of pages as functions, at a moment; each call of this costs a tenth of a millisecond."""
        return _environment().get_template("parts.html").make_module(self._common() | {"now": now})

    def _common(self) -> dict[str, Any]:
        manifest = self._plane.manifest
        return {
            "manifest": manifest,
            "zone": self._plane.zone,
            "proof": self._proof,
            "is_local": manifest.target == "local",
            "said": "",
        }


def _same(before: tuple[Any, ...], now: tuple[Any, ...]) -> bool:
    return all(old is new or old == new for old, new in zip(before, now, strict=True))


def shape(snapshot: Snapshot) -> dict[str, str]:
    """Returns a word for which jobs there are: when it changes, the table is made anew."""
    return {"shape": sha256(" ".join(view.name for view in snapshot.jobs).encode()).hexdigest()[:12]}
