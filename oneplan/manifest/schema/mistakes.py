"""Keys that people write by mistake, and what to write instead: the editor says it at the key.

The key is known, so that it is not told as unknown; it is never suggested, and refused with an `errorMessage`, which
the YAML language server shows in place of its own words. A `deprecationMessage` would be shown beside the refusal, as
a second problem.
"""

from collections.abc import Mapping

from oneplan.manifest.schema.plain import Schema

_TRIGGER = "Write it inside trigger, for example trigger: {every: 15m}"
_ENV = "Write env"
_ZONE = "Write time_zone"

_CARRIER = {
    "environment": _ENV,
    "environment_variables": _ENV,
    "variables": _ENV,
    "app_settings": _ENV,
    "secret": "Write secrets",
    "timezone": _ZONE,
}
_JOB_FIELDS = {
    "environment": _ENV,
    "environment_variables": _ENV,
    "variables": _ENV,
    "args": "Write arguments, a list of maps with a name each",
    "concurrency": "Remove it: App Service never starts a second run of a job beside the first",
    "overlap": "Remove it: App Service never starts a second run of a job beside the first",
    "description": "Write summary",
    "disabled": "Write enabled: false",
    "is_singleton": "Write instances: one, or instances: all",
    "singleton": "Write instances: one, or instances: all",
    "max_retries": "Write retries",
    "secret": "Write secrets",
    "stopping_wait_time": "Write stop_grace, such as stop_grace: 30s",
}
MISTAKES: Mapping[str, Mapping[str, str]] = {
    "Project": {
        "environment": "Write what differs between environments in Pulumi.<stack>.yaml, under oneplan:overrides",
        "overrides": "Write it in Pulumi.<stack>.yaml, under config, as oneplan:overrides",
        "region": "Write location, for example location: switzerlandnorth",
        "timezone": _ZONE,
        "webjobs": "Write a job.yaml in a folder of its own for each job: jobs/<name>/job.yaml",
    },
    "Plan": {
        "capacity": "Write instances",
        "kind": "Write os: linux or os: windows",
        "size": "Write sku, for example sku: B1",
        "tier": "Write sku, for example sku: B1",
    },
    "App": {
        **_CARRIER,
        "always_on": "Remove it: an app that carries jobs is always on",
        "health_check": "Write health, for example health: /healthz",
        "image": "Write runtime: image:<reference>",
        "path": "Write source, the folder of the site's code",
        "port": "Remove it: the site listens on the port that App Service names in $PORT",
        "start": "Write command",
        "startup_command": "Write command",
    },
    "AppDefaults": _CARRIER,
    "JobFields": {**_JOB_FIELDS, "trigger": "Write it in each job.yaml: a trigger has no default"},
    "JobModel": {
        **_JOB_FIELDS,
        "always": "Write it inside trigger: trigger: {always: true}",
        "cmd": "Write command",
        "cron": 'Write it inside trigger, for example trigger: {cron: "0 6 * * *"}',
        "cron_expression": 'Write trigger, for example trigger: {cron: "0 6 * * *"}',
        "every": _TRIGGER,
        "manual": "Write it inside trigger: trigger: {manual: true}",
        "on": "Write trigger: `on` reads as true in YAML 1.1",
        "queue": "Write it inside trigger, for example trigger: {queue: thumbnails}",
        "run": "Write command, or script for a file in the folder",
        "schedule": 'Write trigger, for example trigger: {cron: "0 6 * * *"}',
        "time_zone": 'Write it inside trigger, for example trigger: {cron: "0 6 * * *", time_zone: Europe/Zurich}',
        "timezone": 'Write it inside trigger, for example trigger: {cron: "0 6 * * *", time_zone: Europe/Zurich}',
    },
    "Trigger": {
        "cron_expression": 'Write cron, for example cron: "0 6 * * *"',
        "interval": "Write every, for example every: 15m",
        "schedule": 'Write cron, for example cron: "0 6 * * *"',
        "timezone": _ZONE,
    },
    "Queue": {
        "dead_letter": "Remove it: every queue has a poison queue, <name>-poison",
        "max_attempts": "Write attempts",
        "max_dequeue_count": "Write attempts",
        "ttl": "Write keep, such as keep: 7d",
        "visibility_timeout": "Write lease, such as lease: 5m",
    },
    "Notify": {"mail": "Write email", "emails": "Write email; it takes one address or a list"},
}
"""By model: the wrong key and what to write instead."""


def with_mistakes(name: str, section: Schema) -> Schema:
    """Returns a model's part of a schema in which its likely mistakes have their own messages."""
    return forbidding(section, MISTAKES.get(name, {}))


def forbidding(section: Schema, wrong: Mapping[str, str]) -> Schema:
    """Returns a part of a schema in which some keys must not be there; the messages say what would be right."""
    if not wrong:
        return section
    known = {key: {"description": text.replace("`", ""), "doNotSuggest": True} for key, text in wrong.items()}
    refused = [{"properties": {key: False}, "errorMessage": text} for key, text in wrong.items()]
    return {
        **section,
        "properties": {**section["properties"], **known},
        "allOf": [*section.get("allOf", ()), *refused],
    }
