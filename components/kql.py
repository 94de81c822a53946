"""The queries behind alert rules, in Kusto's language. Pure.

Runs are `AppRequests` with the property `wj` = `run`, as the generated run scripts report them; a state rule lists what
it watches in the query, so that a row exists before there is any data. A rule's query sees 48 hours at most.
Sources: learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule, and the reference tables
`AppRequests` and `StorageQueueLogs`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

HORIZON = timedelta(hours=46)
"""The longest absence a rule can see: its query reaches back 48 hours, and it runs now and then only."""

_RUNS = 'where tostring(Properties.wj) == "run"'
_EMPTY = "datatable(TimeGenerated:datetime, AppRoleName:string, Success:bool, Properties:dynamic) []"


@dataclass(frozen=True, slots=True, order=True)
class Watched:
    """A job or queue, where it is, and what is too much."""

    place: str
    """The site's name, or the storage account's."""
    name: str
    limit: int | timedelta
    since: str = ""
    """When it was first deployed, as Kusto's `datetime` takes it; for absences only."""


def failures(jobs: Iterable[Watched]) -> str:
    """Jobs whose last runs, `limit` or more in a row, failed; a good run ends it."""
    rows = _rows(f'"{job.place}", "{job.name}", {job.limit}' for job in jobs)
    return f"""let Rules = datatable(Site:string, Job:string, Failures:int) [{rows}];
let Runs = AppRequests
  | {_RUNS}
  | project TimeGenerated, Success, ResultCode, Site = AppRoleName, Job = tostring(Properties.job);
let Good = Runs | where Success | summarize LastGood = max(TimeGenerated) by Site, Job;
Runs
| where Success == false
| lookup kind=leftouter Good on Site, Job
| where isnull(LastGood) or TimeGenerated > LastGood
| summarize Streak = count(), LastFailure = max(TimeGenerated), LastExit = take_any(ResultCode) by Site, Job
| lookup kind=inner Rules on Site, Job
| where Streak >= Failures
| project Site, Job, Streak, LastFailureAt = tostring(LastFailure), LastExit"""


def late(jobs: Iterable[Watched]) -> str:
    """Jobs without a good run for longer than `limit`, those that never ran among them."""
    rows = _rows(f'"{job.place}", "{job.name}", {_span(job.limit)}, datetime({job.since})' for job in jobs)
    return f"""let Expected = datatable(Site:string, Job:string, LateAfter:timespan, Since:datetime) [{rows}];
let Good = union isfuzzy=true ({_EMPTY}), AppRequests
  | where Success and tostring(Properties.wj) == "run"
  | summarize LastGood = max(TimeGenerated) by Site = AppRoleName, Job = tostring(Properties.job);
Expected
| lookup kind=leftouter Good on Site, Job
| extend LastSeen = max_of(coalesce(LastGood, Since), Since)
| where now() - LastSeen > LateAfter
| project Site, Job, EverRan = isnotnull(LastGood), LastGoodAt = tostring(LastGood),
          LateMinutes = round((now() - LastSeen - LateAfter) / 1m, 1)"""


def poison(queues: Iterable[Watched]) -> str:
    """Queues of which `limit` messages or more were given up within an hour."""
    rows = _rows(f'"{queue.place}", "{queue.name}", {queue.limit}' for queue in queues)
    return f"""let Rules = datatable(Account:string, Queue:string, Messages:int) [{rows}];
StorageQueueLogs
| where OperationName == "PutMessage" and StatusCode startswith "2" and TimeGenerated > ago(1h)
| extend Queue = tostring(split(tostring(parse_url(Uri).Path), "/")[1])
| summarize Given = count(), LastAt = max(TimeGenerated) by Account = AccountName, Queue
| lookup kind=inner Rules on Account, Queue
| where Given >= Messages
| project Account, Queue, Given, LastGivenUpAt = tostring(LastAt)"""


def stuck(queues: Iterable[Watched]) -> str:
    """Queues that have had a message for longer than `limit` while none was finished.

    Azure tells neither the age nor the number of a queue's messages in time, so what is written and finished is read
    from the storage account's logs.
    """
    rows = _rows(f'"{queue.place}", "{queue.name}", {_span(queue.limit)}' for queue in queues)
    return f"""let Rules = datatable(Account:string, Queue:string, Oldest:timespan) [{rows}];
let Calls = StorageQueueLogs
  | where StatusCode startswith "2" and OperationName in ("PutMessage", "DeleteMessage")
  | project TimeGenerated, OperationName, Account = AccountName,
            Queue = tostring(split(tostring(parse_url(Uri).Path), "/")[1]);
let Finished = Calls
  | where OperationName == "DeleteMessage"
  | summarize LastFinished = max(TimeGenerated) by Account, Queue;
Calls
| where OperationName == "PutMessage"
| lookup kind=leftouter Finished on Account, Queue
| where isnull(LastFinished) or TimeGenerated > LastFinished
| summarize Waiting = count(), Since = min(TimeGenerated) by Account, Queue
| lookup kind=inner Rules on Account, Queue
| where now() - Since > Oldest
| project Account, Queue, Waiting, WaitingSince = tostring(Since)"""


def _rows(rows: Iterable[str]) -> str:
    return ", ".join(rows)


def _span(limit: int | timedelta) -> str:
    seconds = limit.total_seconds() if isinstance(limit, timedelta) else limit
    return f"{round(seconds)}s"
