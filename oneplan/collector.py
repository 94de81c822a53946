"""Python's search for circles of garbage, spared where much is made and none of it in circles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Spares the search, a third of the time of a large project; threads may do so at once, and it comes on again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
