"""Queues in memory, a clock that only the test moves, and a bench that runs a host's functions on them.

```python
with host.testing() as bench:
    bench.send("thumbnails", '{"blob": "a.jpg"}')
    bench.run_until_idle()
    assert bench.poison("thumbnails").bodies() == ()
```
"""

from jobhost.testing.bench import Bench
from jobhost.testing.ledger import Ledger
from jobhost.testing.manual_clock import ManualClock
from jobhost.testing.memory_blobs import MemoryBlobs
from jobhost.testing.memory_queue import MemoryQueue

__all__ = ["Bench", "Ledger", "ManualClock", "MemoryBlobs", "MemoryQueue"]
