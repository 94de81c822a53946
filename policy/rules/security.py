"""What keeps others out: no keys, no secrets in settings, no wide roles, vaults that open to roles alone."""

import re

from pulumi_policy import PolicyConfigSchema, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy

from rules.resources import ACCOUNT, COMPONENT, ROLE, SITES, VAULT, config, settings

# Owner, Contributor, User Access Administrator and Role Based Access Control Administrator.
_WIDE = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
}
_SECRET_NAME = re.compile(r"(?:^|_)(?:PASSWORD|PASSWD|SECRET|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|TOKEN)$", re.IGNORECASE)
_REFERENCE = "@Microsoft.KeyVault("


def _keyless_storage(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type != ACCOUNT:
        return
    allowed = set(args.get_config().get("accountsWithKeys") or ["artifacts-account"])
    if args.props.get("allowSharedKeyAccess") is not False and args.name not in allowed:
        report(
            "allowSharedKeyAccess: is on; set it to false and give identities roles, "
            "or name the account in accountsWithKeys"
        )
    if args.props.get("allowCrossTenantReplication"):
        report("allowCrossTenantReplication: is on; set it to false, data stays in its tenant")


def _plain_secrets(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type not in SITES:
        return
    for name, value in settings(args.props):
        if _SECRET_NAME.search(name) and isinstance(value, str) and value and not value.startswith(_REFERENCE):
            report(f"siteConfig/appSettings/{name}: looks like a secret; put it under `secrets` as vault: or stack:")


def _locked_sites(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type not in SITES:
        return
    found = config(args.props)
    if found.get("remoteDebuggingEnabled"):
        report("siteConfig/remoteDebuggingEnabled: is on; switch it off after debugging")
    if found.get("scmMinTlsVersion") not in {"1.2", "1.3"}:
        report(f"siteConfig/scmMinTlsVersion: is {found.get('scmMinTlsVersion')!r}; expected '1.2' or '1.3'")
    if not args.props.get("identity"):
        report("identity: is missing; give the site a managed identity, so that it needs no keys")
    if "*" in ((found.get("cors") or {}).get("allowedOrigins") or []):
        report("siteConfig/cors: every site may call it; list the origins under `cors`")


def _vaults(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type != VAULT:
        return
    properties = args.props.get("properties") or {}
    if not properties.get("enableRbacAuthorization"):
        report("properties/enableRbacAuthorization: is off; let roles decide who reads secrets")
    if not properties.get("enablePurgeProtection"):
        report("properties/enablePurgeProtection: is off; switch it on, so that a deleted secret can be brought back")


def _narrow_roles(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type != ROLE:
        return
    role = str(args.props.get("roleDefinitionId") or "").rpartition("/")[2].lower()
    if role in _WIDE:
        report(f"roleDefinitionId: gives {_WIDE[role]}; give a data role at the one queue, container or table")


def _keyless_insights(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type == COMPONENT and not args.props.get("disableLocalAuth"):
        report("disableLocalAuth: is off; whoever has the connection string may send; switch it on")


_ACCOUNTS = {"accountsWithKeys": {"type": "array", "items": {"type": "string"}, "default": ["artifacts-account"]}}

KEYLESS_STORAGE = ResourceValidationPolicy(
    "keyless-storage",
    "Storage accounts take no shared keys, but for the one that signs packages",
    _keyless_storage,
    config_schema=PolicyConfigSchema(_ACCOUNTS),
)
NO_PLAIN_SECRETS = ResourceValidationPolicy("no-plain-secrets", "Secrets are Key Vault references", _plain_secrets)
LOCKED_SITES = ResourceValidationPolicy("locked-sites", "Sites have an identity and no back doors", _locked_sites)
VAULTS = ResourceValidationPolicy("vaults", "Vaults open to roles, and nothing in them is lost", _vaults)
NARROW_ROLES = ResourceValidationPolicy("narrow-roles", "No identity may do everything", _narrow_roles)
KEYLESS_INSIGHTS = ResourceValidationPolicy("keyless-insights", "Telemetry needs a token", _keyless_insights)
