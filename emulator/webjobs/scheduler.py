"""Schedules of triggered jobs (Kudu.Core/Jobs/TriggeredJobsScheduler.cs, TriggeredJobSchedule.cs)."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from emulator.webjobs.errors import JobConflict, JobNotFound
from emulator.webjobs.history import SCHEDULER_LOG
from emulator.webjobs.job import JobType
from emulator.webjobs.logs import JobLog, Level
from emulator.webjobs.moment import to_span
from emulator.webjobs.site import Site
from emulator.webjobs.tasks import start_task
from ncrontab import LONGEST_WAIT, NextRun, Schedule, ScheduleError, next_run, parse

log = logging.getLogger(__name__)

LONGEST_NAP_SECONDS = 30.0
"""The wall clock is looked at so often: it may jump, and sleep does not count a suspended machine's time."""

LastRun = Callable[[], datetime | None]
Invoke = Callable[[str], object]


class JobSchedule:
    """The timer of one job. The newest run folder is the only thing that is remembered."""

    def __init__(self, site: Site, name: str, *, last_run: LastRun, invoke: Invoke) -> None:
        self._site = site
        self.name = name
        self._last_run = last_run
        self._invoke = invoke
        data = site.layout.data(JobType.TRIGGERED, name)
        self._log = JobLog(
            data / SCHEDULER_LOG,
            instance=site.instance,
            clock=site.clock,
            rolled=data / "job_prev_log.txt",
        )
        self._task: asyncio.Task[None] | None = None
        self.next_run: datetime | None = None
        """When the job will be started, in UTC."""

    def update(self, expression: str | None) -> None:
        """Follow this expression from now on; none, or one that cannot be read, removes the schedule."""
        schedule = self._parse(expression)
        if self._task is not None and schedule is None:
            self._log.system("Removing current schedule from WebJob")
        self.cancel()
        if schedule is not None:
            decision = self._decide(schedule, self._last_run(), with_cron=True)
            self._task = start_task(self._follow(schedule, decision), f"schedule of {self.name}")

    def cancel(self) -> None:
        """Stop following any expression."""
        task, self._task, self.next_run = self._task, None, None
        if task is not None:
            task.cancel()

    def _parse(self, expression: str | None) -> Schedule | None:
        if expression is None or self._site.settings.is_true("WEBJOBS_DISABLE_SCHEDULE"):
            return None
        try:
            return parse(expression, self._site.options.generation)
        except ScheduleError as error:
            self._log.system(f'Failed to parse schedule "{expression}". Error: {error}', Level.ERR)
            return None

    async def _follow(self, schedule: Schedule, decision: NextRun) -> None:
        clock = self._site.clock
        while True:
            await self._sleep_until(decision.at or clock.now() + LONGEST_WAIT)
            now = clock.now()
            last_run = self._last_run() or now - timedelta(minutes=1)
            due = next_run(schedule, self._site.settings.zone, last_run, now, ignore_missed=True).due
            if due:
                self._start(schedule)
            decision = self._decide(schedule, now if due else self._last_run(), with_cron=False)

    def _start(self, schedule: Schedule) -> None:
        """Start the job; one that is running or stopped skips this occurrence in silence, as in Kudu."""
        try:
            self._invoke(f"Schedule - {schedule}")
        except (JobConflict, JobNotFound):
            return
        except OSError as error:
            log.warning("%s: the scheduled run cannot be started: %s", self.name, error)
            return
        self._log.system("WebJob invoked")

    def _decide(self, schedule: Schedule, last_run: datetime | None, *, with_cron: bool) -> NextRun:
        zone, now = self._site.settings.zone, self._site.clock.now()
        decision = next_run(schedule, zone, last_run, now)
        if decision.missed and decision.most_recent_missed is not None:
            latest = decision.most_recent_missed.astimezone(zone)
            self._log.system(
                f"Missed {decision.missed} schedules, most recent at {latest:%m/%d/%Y %H:%M:%S}", Level.WARN
            )
        what = f"Scheduling WebJob with {schedule} next schedule" if with_cron else "Next schedule"
        self._log.system(f"{what} expected in {to_span(decision.wait)}")
        if decision.at is None:
            self._log.system(f"Schedule {schedule} never comes: there is no such date", Level.WARN)
        self.next_run = decision.at
        return decision

    async def _sleep_until(self, at: datetime) -> None:
        while (left := (at - self._site.clock.now()).total_seconds()) > 0:
            await self._site.clock.sleep(min(left, LONGEST_NAP_SECONDS))
