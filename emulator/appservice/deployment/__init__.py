"""OneDeploy and zip deploy: fetch a package, check it, put it in place, remember what happened."""

from emulator.appservice.deployment.deployer import Deployer, Means
from emulator.appservice.deployment.fetch import Fetch, Fetcher
from emulator.appservice.deployment.records import LogEntry, Records

__all__ = ["Deployer", "Fetch", "Fetcher", "LogEntry", "Means", "Records"]
