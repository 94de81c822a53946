"""What storage, and the settings that lead to it, keep to."""

import re

from pulumi_policy import (
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from rules.resources import QUEUE, queue_name

_ACCOUNT = "azure-native:storage:StorageAccount"
_KEY = re.compile(r"AccountKey=|SharedAccessKey=|[?&]sig=", re.IGNORECASE)


def _nothing_public(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type != _ACCOUNT:
        return
    if args.props.get("enableHttpsTrafficOnly") is False:
        report("enableHttpsTrafficOnly: is off; storage answers over HTTPS only")
    if args.props.get("minimumTlsVersion") not in {"TLS1_2", "TLS1_3"}:
        report(f"minimumTlsVersion: is {args.props.get('minimumTlsVersion')!r}; expected 'TLS1_2' or 'TLS1_3'")


def _keyless_settings(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type != "azure-native:web:WebApp":
        return
    for setting in (args.props.get("siteConfig") or {}).get("appSettings") or []:
        value = setting.get("value")
        if isinstance(value, str) and _KEY.search(value):
            name = setting.get("name")
            report(f"siteConfig/appSettings/{name}: holds a storage key or a signed address; use the app's identity")


def _poison_queues(args: StackValidationArgs, report: ReportViolation) -> None:
    queues = {queue_name(each.props): each.urn for each in args.resources if each.resource_type == QUEUE}
    for name, urn in queues.items():
        if name and not name.endswith("-poison") and f"{name}-poison" not in queues:
            report(f"queueName: {name!r} has no poison queue; declare '{name}-poison' beside it", urn)


NOTHING_PUBLIC = ResourceValidationPolicy(
    "nothing-public", "Storage speaks HTTPS with TLS 1.2 or newer", _nothing_public
)
KEYLESS_SETTINGS = ResourceValidationPolicy("keyless-settings", "No app setting holds a storage key", _keyless_settings)
POISON_QUEUES = StackValidationPolicy("poison-queues", "Every queue has a poison queue", _poison_queues)
