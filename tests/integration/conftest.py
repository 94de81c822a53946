"""What tests of management clients share: a running local Azure with one site and two jobs."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emulator.constants import SUBSCRIPTION_ID
from emulator.store import Record, Store

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120.0
GROUP = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg"
SITE = f"{GROUP}/providers/Microsoft.Web/sites/shop"
JOBS = {
    "triggered/report/run.sh": 'echo "report $1"\n',
    "continuous/feed/run.sh": "while :; do sleep 1; done\n",
}


def remember(root: Path) -> None:
    """A state folder in which a site with two jobs exists, as after `pulumi up`."""
    root.mkdir()
    plan = f"{GROUP}/providers/Microsoft.Web/serverfarms/plan"
    config = {"linuxFxVersion": "PYTHON|3.13", "appSettings": [{"name": "GREETING", "value": "hello"}]}
    site = {"resourceGroupName": "rg", "name": "shop", "location": "westeurope", "serverFarmId": plan}
    store = Store(root / "state.db")
    group = {"name": "rg", "type": "Microsoft.Resources/resourceGroups", "location": "westeurope"}
    store.put(Record(GROUP, "azure-native:resources:ResourceGroup", "urn:1", {"resourceGroupName": "rg"}, group))
    store.put(Record(plan, "azure-native:web:AppServicePlan", "urn:2", {}, {"sku": {"name": "B1"}}))
    store.put(Record(SITE, "azure-native:web:WebApp", "urn:3", {**site, "siteConfig": config}))
    store.close()
    for name, script in JOBS.items():
        file = root / "sites" / "shop" / "home" / "site" / "wwwroot" / "App_Data" / "jobs" / name
        file.parent.mkdir(parents=True)
        file.write_text(f"#!/bin/sh\n{script}")


@dataclass(frozen=True)
class Local:
    """A running local Azure, as its clients need to know it."""

    facts: dict[str, Any]
    token: str
    site: str = SITE

    def until(self, condition: Callable[[], object]) -> None:
        until(condition)

    def until_is(self, wanted: str, ask: Callable[[], str]) -> None:
        """Waits until `ask` answers `wanted`; says what it answered instead."""
        seen: list[str] = []

        def is_so() -> bool:
            answer = ask()
            if seen[-1:] != [answer]:
                seen.append(answer)
            return answer == wanted

        until(is_so, lambda: f"never {wanted}, but {', '.join(seen)}")


def until(condition: Callable[[], object], why: Callable[[], str] = lambda: "took too long") -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < ends, why()
        time.sleep(0.1)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    root = tmp_path_factory.mktemp("stock") / ".oneplan"
    remember(root)
    command = [sys.executable, "-m", "emulator", "serve", "--root", str(root)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: (root / "daemon.json").exists() or process.poll() is not None)
        assert process.poll() is None, process.communicate()[1]
        yield Local(json.loads((root / "daemon.json").read_text()), (root / "token").read_text())
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_SECONDS)
