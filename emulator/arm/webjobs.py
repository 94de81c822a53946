"""WebJobs through ARM: Kudu's answers in ARM's envelopes.

The paths are those of Microsoft.Web's `WebApps` operations; the wrapping is Kudu.Services/Arm/ArmUtils.cs. ARM's
schema calls some fields otherwise than Kudu (`web_job_type` for `type`): clients get both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from emulator.arm.errors import ArmError, job_not_found, method_not_allowed
from emulator.arm.path import ArmPath
from emulator.store import Record
from emulator.webjobs import (
    Engine,
    JobConflict,
    JobNotFound,
    JobsError,
    JobType,
    JobView,
    Run,
    job_json,
    run_json,
)

KINDS = {"webjobs": None, "triggeredwebjobs": JobType.TRIGGERED, "continuouswebjobs": JobType.CONTINUOUS}
_SPELLING = {"webjobs": "webJobs", "triggeredwebjobs": "triggeredwebjobs", "continuouswebjobs": "continuouswebjobs"}


@dataclass(frozen=True)
class Answer:
    """Status and body; None for an empty one."""

    status: int
    body: dict[str, Any] | None = None
    location: str | None = None


def is_webjobs(path: ArmPath) -> bool:
    """Whether the path is one of a site's jobs."""
    match [segment.lower() for segment in path.segments]:
        case ["sites", _, kind, *_]:
            return path.provider == "microsoft.web" and kind in KINDS
    return False


class WebJobs:
    """The jobs of one site as ARM shows and steers them."""

    def __init__(self, site: Record, engine: Engine) -> None:
        self._site, self._engine = site, engine
        self._name = str(site.outputs.get("name") or site.id.rpartition("/")[2])

    async def answer(self, method: str, path: ArmPath, arguments: str, client: str) -> Answer:
        """What the method answers on this path.

        Args:
            arguments: for a run, what the script gets.
            client: the caller's User-Agent, part of a run's trigger.

        Raises:
            ArmError: there is no such job, the method does not fit, or the job cannot do this now.
        """
        kind, *rest = path.segments[2:]
        try:
            if method == "GET":
                return Answer(200, self._read(kind.lower(), rest))
            return await self._act(method, kind.lower(), rest, path, arguments, client)
        except JobNotFound:
            raise job_not_found(kind, "/".join(rest)) from None
        except JobConflict as error:
            raise ArmError(409, "Conflict", str(error)) from error
        except JobsError as error:
            raise ArmError(400, "BadRequest", str(error)) from error

    def _read(self, kind: str, rest: list[str]) -> dict[str, Any]:
        match (KINDS[kind], [rest[0], *(word.lower() for word in rest[1:2]), *rest[2:]] if rest else []):
            case (None, []):
                return _values(self._job(kind, view) for view in self._engine.jobs())
            case (None, [name]):
                found = [view for view in self._engine.jobs() if view.name.lower() == name.lower()]
                if not found:
                    raise JobNotFound(f"{name}: no such job; GET the list for those there are")
                return self._job(kind, found[0])
            case (JobType.TRIGGERED, []):
                return _values(self._job(kind, view) for view in self._engine.triggered_jobs())
            case (JobType.TRIGGERED, [name]):
                return self._job(kind, self._engine.triggered(name))
            case (JobType.TRIGGERED, [name, "history"]):
                return self._history(kind, name)
            case (JobType.TRIGGERED, [name, "history", run]):
                return self._run(kind, name, self._engine.run_info(name, run))
            case (JobType.CONTINUOUS, []):
                return _values(self._job(kind, view) for view in self._engine.continuous_jobs())
            case (JobType.CONTINUOUS, [name]):
                return self._job(kind, self._engine.continuous(name))
        raise JobNotFound(f"{'/'.join(rest)}: not a path of webjobs; jobs, runs and their history are")

    async def _act(self, method: str, kind: str, rest: list[str], path: ArmPath, arguments: str, client: str) -> Answer:
        match (method, KINDS[kind], [word.lower() for word in rest[1:]] if rest else None):
            case ("POST", JobType.TRIGGERED, ["run"]):
                name = self._engine.triggered(rest[0]).name
                run = await self._engine.run(name, arguments, f"External - {client}")
                return Answer(200, location=f"{path.text.rpartition('/')[0]}/history/{run}")
            case ("POST", JobType.CONTINUOUS, ["start"]):
                await self._engine.start_job(self._engine.continuous(rest[0]).name)
                return Answer(200)
            case ("POST", JobType.CONTINUOUS, ["stop"]):
                await self._engine.stop_job(self._engine.continuous(rest[0]).name)
                return Answer(200)
            case ("DELETE", JobType() as type, []):
                await self._engine.delete(rest[0], type)
                return Answer(200)
        raise method_not_allowed(method, path.text)

    def _job(self, kind: str, view: JobView) -> dict[str, Any]:
        properties = job_json(view, self._scm, self._engine.now)
        if properties.get("latest_run"):
            properties["latest_run"] = _renamed_run(properties["latest_run"])
        return self._envelope(kind, (view.name,), {**properties, "web_job_type": properties["type"]})

    def _history(self, kind: str, name: str) -> dict[str, Any]:
        """One envelope with all runs, as the published schema has it and clients read it."""
        runs = [_renamed_run(run_json(run, self._scm, self._engine.now)) for run in self._engine.history(name)]
        return _values([self._envelope(f"{kind}/history", (name, "history"), {"runs": runs})])

    def _run(self, kind: str, name: str, run: Run) -> dict[str, Any]:
        properties = _renamed_run(run_json(run, self._scm, self._engine.now))
        return self._envelope(f"{kind}/history", (name, "history", run.id), properties)

    def _envelope(self, kind: str, names: tuple[str, ...], properties: dict[str, Any]) -> dict[str, Any]:
        first, _, tail = kind.partition("/")
        return {
            "id": f"{self._site.id}/{_SPELLING[first]}/{'/'.join(names)}",
            "name": "/".join((self._name, *(name for name in names if name != "history"))),
            "type": f"Microsoft.Web/sites/{_SPELLING[first]}" + (f"/{tail}" if tail else ""),
            "location": self._site.outputs.get("location"),
            "properties": properties,
        }

    @property
    def _scm(self) -> str:
        """Where logs are to be had: the address of the site's SCM site."""
        hosts = {host.get("hostType"): host.get("name") for host in self._site.outputs.get("hostNameSslStates", ())}
        return f"http://{hosts.get('Repository', '')}"


def _values(values: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"value": list(values)}


def _renamed_run(run: dict[str, Any]) -> dict[str, Any]:
    return {**run, "web_job_id": run["id"], "web_job_name": run["name"]}
