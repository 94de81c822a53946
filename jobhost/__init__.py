"""JobHost: queue and timer functions for Python jobs, with leases renewed, attempts counted, and a graceful stop.

```python
from dataclasses import dataclass
from jobhost import Context, JobHost

host = JobHost()

@dataclass
class Photo:
    blob: str

@host.queue("thumbnails")
def make(photo: Photo, context: Context) -> None:
    context.log.info("making %s", photo.blob)

if __name__ == "__main__":
    raise SystemExit(host.run())
```
"""

from jobhost.backoff import Backoff
from jobhost.context import CancelReason, Context
from jobhost.errors import (
    GiveBack,
    InvalidPayload,
    JobHostError,
    LeaseLost,
    LockTimeout,
    PayloadTooLarge,
    Poison,
    QueueError,
    Retry,
    StartError,
)
from jobhost.host import JobHost
from jobhost.message import Message
from jobhost.records import Execution, Outcome
from jobhost.settings import QueueSettings
from jobhost.tick import Tick

__all__ = [
    "Backoff",
    "CancelReason",
    "Context",
    "Execution",
    "GiveBack",
    "InvalidPayload",
    "JobHost",
    "JobHostError",
    "LeaseLost",
    "LockTimeout",
    "Message",
    "Outcome",
    "PayloadTooLarge",
    "Poison",
    "QueueError",
    "QueueSettings",
    "Retry",
    "StartError",
    "Tick",
]
