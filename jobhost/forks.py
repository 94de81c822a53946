"""What becomes of a process that a handler forked, once it has left the handler."""

from __future__ import annotations

import os


def end_if_forked(parent: int) -> None:
    """End this process unless it is `parent`: the message, the locks and the loop are the parent's.

    It ends at once and without its exit handlers, which would close what the parent still uses.
    """
    if os.getpid() != parent:
        os._exit(0)
