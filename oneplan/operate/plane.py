"""The operator's view of one stack: list, run, stop, history and logs, the same here and in Azure."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from oneplan.errors import OperateError
from oneplan.manifest import Manifest, names
from oneplan.operate.arm import Arm
from oneplan.operate.credentials import Credential
from oneplan.operate.deployments import Given, by_hand
from oneplan.operate.http import Http, UnreachableError
from oneplan.operate.occurrences import next_run, schedule_words, zone_of
from oneplan.operate.queues import Queues
from oneplan.operate.scm import Scm, run_from_json
from oneplan.operate.values import Job, JobType, Queue, Run, Site, Status

_THREADS = 8
DEPLOYMENTS_EACH = timedelta(seconds=15)
"""A site is asked for its newest deployment so often."""
_NO_SCHEDULE = "has no schedule"


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Connection:
    """How one side is reached."""

    http: Http
    credential: Credential
    arm_url: str
    scheme: Literal["http", "https"]
    """How sites and their SCM services are reached."""
    subscription_id: str
    changes_url: str | None = None
    """Where the local Azure tells that jobs changed; Azure has nothing of the kind."""


@dataclass(frozen=True)
class _Read:
    """What a site told last, and what it means."""

    told: bytes
    site: Site
    manifest: Manifest
    due: datetime | None
    """When the first of its jobs runs next."""
    jobs: tuple[Job, ...]

    def holds(self, site: Site, manifest: Manifest, now: datetime) -> bool:
        return self.manifest is manifest and self.site == site and (self.due is None or now < self.due)


class Plane:
    """One stack, as it runs."""

    def __init__(self, manifest: Manifest, connection: Connection, now: Callable[[], datetime] = _utc_now) -> None:
        self.manifest = manifest
        self._connection = connection
        self._now = now
        group = names.resource_group(manifest.name, manifest.stack)
        group_id = f"/subscriptions/{connection.subscription_id}/resourceGroups/{group}"
        self._read: dict[str, _Read] = {}
        self._deployed: dict[str, tuple[datetime, datetime | None]] = {}
        self._arm = Arm(connection.http, connection.credential, connection.arm_url, group_id, connection.scheme)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The owner's zone."""
        return zone_of(self.manifest.time_zone)

    def sites(self) -> tuple[Site, ...]:
        """The stack's sites as they are now, by app name."""
        return self._arm.sites()

    def scm(self, site: Site) -> Scm:
        """The SCM service of a site."""
        return Scm(self._connection.http, self._connection.credential, site)

    def answers(self, site: Site) -> bool:
        """Whether the site serves requests: its health path, or its start page, is no server error."""
        app = self.manifest.apps.get(site.app)
        path = (app.health if app else None) or "/"
        try:
            return self._connection.http.request("GET", site.url + path).status < 500
        except UnreachableError:
            return False

    def status(self) -> Status:
        """Apps, jobs and queues, asked side by side; what cannot be asked becomes one of its problems."""
        problems: list[str] = []
        with ThreadPoolExecutor(_THREADS) as threads:
            queues_asked = threads.submit(self._queues, threads, problems)
            ours_asked = threads.submit(self._packages, problems)
            sites = self.sites()
            listed = list(threads.map(lambda site: self._jobs_or_problem(site, problems), sites))
            queues, ours = queues_asked.result(), ours_asked.result()
            given = {site.app: ours[name] for site in sites if (name := names.package_deployment(site.name)) in ours}
            newest = threads.map(
                lambda site: self._newest_deployment(site, problems) if site.app in given else None, sites
            )
            after_us = {
                site.app: after
                for site, at in zip(sites, newest, strict=True)
                if (after := by_hand(given.get(site.app), at))
            }
        jobs = sorted((job for of_site in listed for job in of_site or ()), key=lambda job: (job.app, job.name))
        untold = tuple(site.app for site, of_site in zip(sites, listed, strict=True) if of_site is None)
        packages = {app: one.key for app, one in given.items()}
        return Status(sites, tuple(jobs), queues, tuple(sorted(problems)), untold, packages, after_us)

    def jobs(self) -> tuple[Job, ...]:
        """Every job of the stack, by name; raises OperateError when a site does not answer."""
        sites = self.sites()
        with ThreadPoolExecutor(_THREADS) as threads:
            listed = list(threads.map(self._jobs, sites))
        return tuple(sorted((job for of_site in listed for job in of_site), key=lambda job: job.name))

    def find(self, name: str) -> tuple[Site, Job]:
        """The job of that name and its site; raises OperateError naming the jobs there are."""
        wanted = name.replace("_", "-")
        declared = self.manifest.jobs.get(wanted)
        sites = self.sites()
        likely = [site for site in sites if declared is not None and site.app == declared.app]
        seen: list[str] = []
        for site in [*likely, *(site for site in sites if site not in likely)]:
            for job in self._jobs(site):
                if job.name in {wanted, name}:
                    return site, job
                seen.append(job.name)
        raise OperateError(_no_such_job(name, seen, is_declared=declared is not None))

    def run(self, site: Site, job: Job, arguments: str = "") -> str:
        """Starts a triggered job and returns the run's id."""
        if job.type != "triggered":
            raise OperateError(
                f"job {job.name}: is continuous, it is kept running; try `oneplan jobs start {job.name}`"
            )
        return self.scm(site).run(job.name, arguments)

    def switch(self, site: Site, job: Job, action: Literal["start", "stop"]) -> None:
        """Starts or stops a continuous job."""
        if job.type != "continuous":
            raise OperateError(
                f"job {job.name}: is triggered, App Service cannot {action} it;"
                f" `oneplan jobs run {job.name}` runs it, `enabled: false` in its job.yaml switches it off"
            )
        self._arm.switch(site, job.name, action)

    def enable(self, site: Site, job: Job) -> str:
        """Lets a job run by itself again, and returns what it does from now on.

        A continuous job is started; a scheduled one gets back the schedule that was declared.
        """
        if job.type == "continuous":
            self.switch(site, job, "start")
            return "runs"
        declared = self.manifest.jobs.get(job.name)
        if declared is None or declared.trigger.schedule is None:
            raise OperateError(f"job {job.name}: {_NO_SCHEDULE}; `oneplan jobs run {job.name}` runs it")
        schedule: str | None = declared.trigger.schedule
        if declared.trigger.zone_guard:
            from oneplan.packaging.guard import schedule_of

            schedule = schedule_of(self.manifest, declared)
        self.scm(site).set_schedule(job.name, schedule or declared.trigger.schedule)
        return f"runs {schedule_words(declared.trigger.schedule)}"

    def disable(self, site: Site, job: Job) -> str:
        """Keeps a job from running by itself until it is enabled or its site is deployed, and returns what it does now.

        App Service has no switch for one triggered job: its schedule is taken away, and it can still be run by hand.
        """
        if job.type == "continuous":
            self.switch(site, job, "stop")
            return "is stopped"
        if job.schedule is None:
            raise OperateError(f"job {job.name}: {_NO_SCHEDULE}; it runs by hand only")
        self.scm(site).set_schedule(job.name, None)
        return "has no schedule until it is enabled, or deployed anew"

    def history(self, site: Site, job: Job) -> tuple[Run, ...]:
        """The runs of a triggered job, newest first."""
        if job.type != "triggered":
            raise OperateError(
                f"job {job.name}: is continuous and has no runs; `oneplan jobs logs {job.name}` shows its log"
            )
        return self.scm(site).history(job.name)

    def changes(self, after: int | None = None) -> int | None:
        """How often jobs changed; with `after` it waits, some seconds at most, for another number than that.

        None where the platform does not tell.
        """
        url = self._connection.changes_url
        if url is None:
            return None
        answer = self._connection.http.request("GET", url if after is None else f"{url}?after={after}")
        return int(answer.json()["count"]) if answer.status == 200 else None

    def clock_difference(self) -> timedelta | None:
        """How far Azure's clock is ahead of this machine's, to a second; None when it does not tell."""
        told = self._arm.date()
        return None if told is None else told - self._now()

    def close(self) -> None:
        """Closes the connections."""
        self._connection.http.close()

    def _jobs_or_problem(self, site: Site, problems: list[str]) -> tuple[Job, ...] | None:
        try:
            return self._jobs(site)
        except OperateError as error:
            problems.append(str(error))
            return None

    def _jobs(self, site: Site) -> tuple[Job, ...]:
        """The site's jobs; the same values as before while it tells the same and none of them is due."""
        told = self.scm(site).jobs_told()
        known, now = self._read.get(site.name), self._now()
        if known and known.told == told.body and known.holds(site, self.manifest, now):
            return known.jobs
        jobs = tuple(self._job(site, body) for body in told.json())
        due = min((job.next_run for job in jobs if job.next_run), default=None)
        self._read[site.name] = _Read(told.body, site, self.manifest, due, jobs)
        return jobs

    def _job(self, site: Site, body: dict[str, Any]) -> Job:
        kind: JobType = "continuous" if body["type"] == "continuous" else "triggered"
        latest = body.get("latest_run")
        last = run_from_json(latest) if latest else None
        schedule = (body.get("settings") or {}).get("schedule") if kind == "triggered" else None
        is_off = schedule is None and self._is_switched_off(body["name"])
        state = body["status"] if kind == "continuous" else _triggered_state(site, last, is_off=is_off)
        fires = state != "Disabled"
        return Job(
            name=body["name"],
            app=site.app,
            type=kind,
            state=state,
            schedule=schedule,
            last_run=last,
            next_run=next_run(schedule, self.zone, last.start if last else None, self._now()) if fires else None,
            log_url=body.get("log_url"),
        )

    def _is_switched_off(self, name: str) -> bool:
        """Whether the manifest says `enabled: false`; on the site such a job only has no schedule."""
        declared = self.manifest.jobs.get(name)
        return declared is not None and not declared.enabled

    def restart(self, site: Site) -> None:
        """Restarts a site; its jobs go on."""
        self._arm.restart(site)

    def queue_service(self) -> Queues | None:
        """The queues of the stack's storage account; None before it is deployed."""
        account = names.runtime_account(self.manifest.name, self.manifest.stack, self._connection.subscription_id)
        endpoint = self._arm.queue_endpoint(account)
        return None if endpoint is None else Queues(self._connection.http, self._connection.credential, endpoint)

    def queue_names(self) -> tuple[str, ...]:
        """Every queue of the stack, each followed by its poison queue."""
        return tuple(name for queue in self.manifest.queues.values() for name in (queue.name, queue.poison))

    def _packages(self, problems: list[str]) -> dict[str, Given]:
        try:
            return self._arm.packages()
        except OperateError as error:
            problems.append(str(error))
            return {}

    def _newest_deployment(self, site: Site, problems: list[str]) -> datetime | None:
        """When the site's newest good deployment arrived; asked again after some seconds only."""
        known, now = self._deployed.get(site.name), self._now()
        if known and now - known[0] < DEPLOYMENTS_EACH:
            return known[1]
        try:
            newest = self.scm(site).newest_deployment()
        except OperateError as error:
            problems.append(str(error))
            return None
        self._deployed[site.name] = (now, newest)
        return newest

    def _queues(self, threads: ThreadPoolExecutor, problems: list[str]) -> tuple[Queue, ...]:
        if not self.manifest.queues:
            return ()
        try:
            service = self.queue_service()
        except OperateError as error:
            problems.append(str(error))
            return ()
        if service is None:
            return ()
        asked = [threads.submit(_queue, service, name, problems) for name in self.queue_names()]
        return tuple(future.result() for future in asked)


def _queue(service: Queues, name: str, problems: list[str]) -> Queue:
    try:
        count = service.messages(name)
        first = service.peek(name, 1) if count else ()
        return Queue(name, service.url(name), count, first[0].inserted if first else None)
    except OperateError as error:
        problems.append(str(error))
        return Queue(name, service.url(name), None)


def _triggered_state(site: Site, last: Run | None, *, is_off: bool) -> str:
    """The portal's words: Kudu gives triggered jobs no status of their own."""
    if last is not None and not last.is_finished:
        return "Running"
    return "Ready" if site.state == "Running" and not is_off else "Disabled"


def _no_such_job(name: str, seen: list[str], *, is_declared: bool) -> str:
    if is_declared:
        return f"job {name}: is declared but not deployed; run `oneplan up`"
    if not seen:
        return f"job {name}: there is no such job; none is deployed, run `oneplan up`"
    close = get_close_matches(name, seen, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(sorted(set(seen)))}"
    return f"job {name}: there is no such job; {hint}"
