"""`oneplan dashboard`: serves the page until Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import signal

from oneplan.cli.project import load_manifest
from oneplan.cli.screen import done
from oneplan.errors import OperateError
from oneplan.operate import connect


def run(stack: str, *, port: int, show: bool) -> None:
    """Serves the dashboard of a stack; prints its address, which carries a token of its own."""
    from oneplan.dashboard import serve

    plane = connect(load_manifest(stack))

    def ready(address: str) -> None:
        done(f"dashboard of {stack}; Ctrl-C ends it")
        print(address, flush=True)
        if show:
            import webbrowser

            webbrowser.open(address)

    async def until_told_to_end() -> None:
        end = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
        await serve(plane, port=port, ready=ready, end=end)

    try:
        asyncio.run(until_told_to_end())
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise OperateError(f"port {port}: is taken; leave --port out, or choose another") from error
    finally:
        plane.close()
