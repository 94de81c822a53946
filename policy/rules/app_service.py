"""What a web app keeps to."""

from pulumi_policy import (
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from rules.resources import SITES, SLOT, WEB_APP

_DOORS = {
    "WebAppFtpAllowed": WEB_APP,
    "WebAppScmAllowed": WEB_APP,
    "WebAppFtpAllowedSlot": SLOT,
    "WebAppScmAllowedSlot": SLOT,
}
_WORDS = {WEB_APP: "web apps", SLOT: "slots"}
_SAFE_TLS = {"1.2", "1.3"}


def _encrypted_only(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type not in SITES:
        return
    config = args.props.get("siteConfig") or {}
    if not args.props.get("httpsOnly"):
        report("httpsOnly: is off; a web app answers over HTTPS only")
    if config.get("minTlsVersion") not in _SAFE_TLS:
        report(f"siteConfig/minTlsVersion: is {config.get('minTlsVersion')!r}; expected '1.2' or '1.3'")
    if config.get("ftpsState") != "Disabled":
        report(f"siteConfig/ftpsState: is {config.get('ftpsState')!r}; expected 'Disabled'")


def _always_on(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type == WEB_APP and not (args.props.get("siteConfig") or {}).get("alwaysOn"):
        report("siteConfig/alwaysOn: is off; without it WebJobs stop when the app idles")


def _no_passwords(args: StackValidationArgs, report: ReportViolation) -> None:
    for door, site in _DOORS.items():
        apps = [each for each in args.resources if each.resource_type == site]
        kind = f"azure-native:web:{door}"
        closed = [each for each in args.resources if each.resource_type == kind and each.props.get("allow") is False]
        if len(closed) < len(apps):
            report(
                f"{door}: closes {len(closed)} of {len(apps)} {_WORDS[site]}; publishing with a password stays possible"
            )


ENCRYPTED_ONLY = ResourceValidationPolicy(
    "encrypted-only", "Web apps speak HTTPS, TLS 1.2 or newer, no FTP", _encrypted_only
)
ALWAYS_ON = ResourceValidationPolicy("always-on", "Web apps stay loaded, so that WebJobs run", _always_on)
NO_PASSWORDS = StackValidationPolicy("no-passwords", "Nobody publishes with a password", _no_passwords)
