"""`oneplan apps …`: list, logs, restart and open."""

from __future__ import annotations

import json
import sys
from difflib import get_close_matches

from oneplan.cli.grid import Grid
from oneplan.cli.project import load_manifest, manifest_to_look_with
from oneplan.cli.screen import done, out, record, state, warn
from oneplan.errors import OperateError
from oneplan.operate import Plane, Site, connect, continuous_log


def list_apps(stack: str, *, as_json: bool) -> None:
    """Prints the apps of a stack."""
    sites = connect(manifest_to_look_with(stack)).sites()
    if as_json:
        print(
            json.dumps([{"name": s.app, "url": s.url, "scm_url": s.scm_url, "state": s.state} for s in sites], indent=2)
        )
    elif not sites:
        out().print(f"nothing is deployed of {stack}; run `oneplan up`", markup=False)
    else:
        drawn = Grid("APP", "URL", "STATE")
        for site in sites:
            drawn.add_row(site.app, site.url, state(site.state))
        drawn.print()


def show_log(stack: str, name: str, *, follow: bool) -> None:
    """Prints the newest log of an app's process, and goes on with `follow`."""
    plane = connect(manifest_to_look_with(stack))
    site = _find(plane, name)
    scm = plane.scm(site)
    logs = scm.console_logs()
    if not logs:
        raise OperateError(f"app {site.app}: has no log yet; `oneplan status` shows whether it runs")
    for piece in continuous_log(scm, logs[0], follow=follow):
        sys.stdout.write(piece.decode("utf-8", "replace"))
        sys.stdout.flush()


def restart(stack: str, name: str, *, as_json: bool = False) -> None:
    """Restarts an app."""
    plane = connect(load_manifest(stack))
    site = _find(plane, name)
    plane.restart(site)
    done(f"{site.app} restarts")
    record({"app": site.app, "told": "restart"}, as_json=as_json)


def open_in_browser(stack: str, name: str, *, as_json: bool = False) -> None:
    """Opens an app in the browser and prints its address, for those who have none."""
    import webbrowser

    site = _find(connect(manifest_to_look_with(stack)), name)
    if as_json:
        record({"app": site.app, "url": site.url}, as_json=True)
    else:
        print(site.url)
    if not webbrowser.open(site.url):
        warn("no browser could be started; open the address by hand")


def _find(plane: Plane, name: str) -> Site:
    sites = {site.app: site for site in plane.sites()}
    if name in sites:
        return sites[name]
    if name in plane.manifest.apps:
        raise OperateError(f"app {name}: is declared but not deployed; run `oneplan up`")
    close = get_close_matches(name, plane.manifest.apps, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(plane.manifest.apps)}"
    raise OperateError(f"app {name}: there is no such app; {hint}")
