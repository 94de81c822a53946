"""JobHost: queue functions for Python jobs, with leases renewed, attempts counted, and a graceful stop.

```python
from jobhost import JobHost, Message

host = JobHost()

@host.queue("thumbnails")
def handle(message: Message) -> None:
    make_thumbnails(message.json()["blob"])

if __name__ == "__main__":
    raise SystemExit(host.run())
```
"""

from jobhost.backoff import Backoff
from jobhost.errors import JobHostError, Poison, QueueError, Retry, StartError
from jobhost.host import JobHost
from jobhost.message import Message
from jobhost.settings import QueueSettings

__all__ = [
    "Backoff",
    "JobHost",
    "JobHostError",
    "Message",
    "Poison",
    "QueueError",
    "QueueSettings",
    "Retry",
    "StartError",
]
