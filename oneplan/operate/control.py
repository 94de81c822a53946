"""The local Azure's own control server: what it lost, and whether it can be put back now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oneplan.errors import OperateError
from oneplan.operate.daemon import Daemon, State
from oneplan.operate.http import Http


@dataclass(frozen=True)
class Health:
    """How the local Azure does."""

    resources: int
    """How many resources it has."""
    problems: tuple[str, ...]
    """What it remembers and could not put back, such as a site whose port is taken; one message each."""


def restore(daemon: Daemon, state: State) -> Health:
    """Lets the local Azure try again what it could not put back, and says how it does after that.

    Raises:
        OperateError: it does not answer, or refuses.
    """
    http = Http()
    try:
        headers = {"Authorization": f"Bearer {state.token()}"}
        answer = http.request("POST", f"{daemon.control_url}/restore", headers=headers)
    finally:
        http.close()
    if answer.status != 200:
        raise OperateError(
            f"local Azure: refuses to look after itself (status {answer.status}); run `oneplan local stop`, then again"
        )
    facts: dict[str, Any] = answer.json()
    return Health(int(facts["resources"]), tuple(facts["problems"]))
