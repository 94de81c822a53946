"""Which storage an app reaches, with which roles, and the app settings that tell its code where it is. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from components import stack
from components.access import Role
from ncrontab import zones
from oneplan.manifest import App, Job, Manifest, names

# Kudu ends a triggered job after this long without output or CPU use (WEBJOBS_IDLE_TIMEOUT's default).
DEFAULT_IDLE_LIMIT = timedelta(seconds=120)
SITE_PACKAGES = "/home/site/wwwroot/.python_packages/lib/site-packages"

_ROLES = {
    ("queues", "read"): Role.QUEUE_READER,
    ("queues", "write"): Role.QUEUE_CONTRIBUTOR,
    ("containers", "read"): Role.BLOB_READER,
    ("containers", "write"): Role.BLOB_CONTRIBUTOR,
    ("tables", "read"): Role.TABLE_READER,
    ("tables", "write"): Role.TABLE_CONTRIBUTOR,
}


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A role at one queue, container or table."""

    kind: str
    """"queues", "containers" or "tables"."""
    name: str
    """The manifest's name; a poison queue by its own name."""
    role: Role


# What a role includes already, so that no assignment is made for it.
_INCLUDED = {
    Role.BLOB_CONTRIBUTOR: {Role.BLOB_READER},
    Role.QUEUE_CONTRIBUTOR: {Role.QUEUE_READER, Role.QUEUE_SENDER, Role.QUEUE_PROCESSOR},
    Role.TABLE_CONTRIBUTOR: {Role.TABLE_READER},
}


def grants(manifest: Manifest, app: App) -> tuple[Grant, ...]:
    """What the app's identity may do, sorted: the app's wishes and those of its jobs, none that another includes."""
    wished = set(_grants(manifest, app))
    included = {Grant(wish.kind, wish.name, role) for wish in wished for role in _INCLUDED.get(wish.role, ())}
    return tuple(sorted(wished - included))


def _grants(manifest: Manifest, app: App) -> Iterator[Grant]:
    users: list[App | Job] = [app, *manifest.jobs_of(app.name)]
    for user in users:
        for queue in user.sends:
            yield Grant("queues", queue, Role.QUEUE_SENDER)
        for name, access in user.uses.items():
            kind = kind_of(manifest, name)
            yield Grant(kind, name, _ROLES[kind, access])
            if kind == "queues":
                yield Grant(kind, names.poison(name), _ROLES[kind, access])
        if isinstance(user, Job) and user.trigger.queue is not None:
            # Not the message processor: renewing a lease is Update Message, which wants messages/write.
            yield Grant("queues", user.trigger.queue, Role.QUEUE_CONTRIBUTOR)
            yield Grant("queues", names.poison(user.trigger.queue), Role.QUEUE_SENDER)


def kind_of(manifest: Manifest, name: str) -> str:
    """Where the manifest declares `name`: "queues", "containers" or "tables"."""
    if name in manifest.queues:
        return "queues"
    return "containers" if name in manifest.containers else "tables"


def storage_settings(manifest: Manifest, app: App, endpoints: Mapping[str, str]) -> dict[str, str]:
    """Settings that name the queues, containers and tables the app reaches.

    `endpoints` holds the service addresses by kind, each with a trailing slash.
    """
    settings: dict[str, str] = {}
    poison = {names.poison(queue): queue for queue in manifest.queues}
    for grant in grants(manifest, app):
        name = poison.get(grant.name, grant.name) if grant.kind == "queues" else grant.name
        part, address = names.setting_part(name), endpoints[grant.kind]
        if grant.kind == "queues":
            queue = manifest.queues[name]
            settings |= {
                f"QUEUE_{part}_NAME": name,
                f"QUEUE_{part}_URL": f"{address}{name}",
                f"QUEUE_{part}_POISON_URL": f"{address}{names.poison(name)}",
                f"QUEUE_{part}_ATTEMPTS": str(queue.attempts),
                f"QUEUE_{part}_LEASE_SECONDS": str(round(queue.lease.total_seconds())),
                f"QUEUE_{part}_KEEP_SECONDS": str(round(queue.keep.total_seconds())),
            }
            if queue.delay:
                settings[f"QUEUE_{part}_DELAY_SECONDS"] = str(round(queue.delay.total_seconds()))
        elif grant.kind == "containers":
            settings[f"CONTAINER_{part}_URL"] = f"{address}{name}"
        else:
            settings[f"TABLE_{part}_URL"] = f"{address}{names.table(name)}"
    return settings


def platform_settings(manifest: Manifest, app: App) -> dict[str, str]:
    """Settings that steer App Service itself: no build on the server, the zone of schedules, where packages are.

    Sources: learn.microsoft.com/azure/app-service/reference-app-settings and configure-language-python. Linux takes
    IANA's zone names and Windows its own (Azure/app-service-linux-docs, `configure_custom_timezone.md`).
    """
    jobs, zone = manifest.jobs_of(app.name), manifest.zone_of(app.name)
    is_linux = manifest.plan.os == "linux"
    settings = {
        "SCM_DO_BUILD_DURING_DEPLOYMENT": "false",
        "STACK": manifest.stack,
        "WEBSITE_TIME_ZONE": zone if is_linux else zones.to_windows(zone),
        **stack.settings(manifest.plan.os, app.kind, app.runtime.language, app.runtime.version),
    }
    if is_linux:
        settings |= {
            "ENABLE_ORYX_BUILD": "false",
            "WEBSITES_ENABLE_APP_SERVICE_STORAGE": "true",
            "WEBSITE_SKIP_RUNNING_KUDUAGENT": "false",
        }
        if app.runtime.language == "python":
            settings["PYTHONPATH"] = SITE_PACKAGES
    longest = max((job.timeout for job in jobs if job.timeout is not None), default=timedelta(0))
    if longest > DEFAULT_IDLE_LIMIT:
        settings["WEBJOBS_IDLE_TIMEOUT"] = str(round(longest.total_seconds()) + 60)
    return settings


def functions_settings(endpoints: Mapping[str, str]) -> dict[str, str]:
    """Settings with which the Functions host keeps its leases, keys and queues without a connection string.

    Source: learn.microsoft.com/azure/azure-functions/functions-reference, "Connecting to host storage".
    `endpoints` is as for `storage_settings`.
    """
    return {
        "AzureWebJobsStorage__blobServiceUri": endpoints["containers"].rstrip("/"),
        "AzureWebJobsStorage__queueServiceUri": endpoints["queues"].rstrip("/"),
        "AzureWebJobsStorage__tableServiceUri": endpoints["tables"].rstrip("/"),
        "AzureWebJobsStorage__credential": "managedidentity",
    }
