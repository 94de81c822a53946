"""What is closed: private parts, access rules, locks, the registry; each must leave the way in that is meant.

Access restrictions: https://learn.microsoft.com/azure/app-service/overview-access-restrictions; private endpoints:
https://learn.microsoft.com/azure/app-service/overview-private-endpoint.
"""

from collections.abc import Sequence
from ipaddress import ip_network

from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.models import AppModel
from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import Path

_RAW_RULES = ("ip_security_restrictions", "ip_security_restrictions_default_action")


def check(scope: Scope, problems: Problems) -> None:
    """Adds what is closed to those who need it, and what closes nothing."""
    project = scope.draft.project
    if project is None:
        return
    _absent(scope, ("protect",), project.protect, problems)
    if project.network:
        _absent(scope, ("network", "private"), project.network.private, problems)
        _without_subnet(scope, project.network.private, bool(project.network.endpoints), problems)
        if "storage" in project.network.private:
            _public(scope, problems)
    for name, app in scope.draft.apps.items():
        _private(scope, name, app, problems)
        _access(scope, name, app, problems)
        _registry(scope, name, app, problems)


def _absent(scope: Scope, path: Path, named: Sequence[str], problems: Problems) -> None:
    is_there = {"vault": scope.has_secrets, "storage": bool(scope.stored) or path == ("protect",)}
    missing = {"vault": "no secret is declared", "storage": "no queue, container or table is declared"}
    for index, part in enumerate(named):
        if not is_there.get(part, True):
            message = f"{'.'.join(map(str, path))} names {part}, and {missing[part]}; remove it"
            problems.add(scope.draft.at(*path, index), "WJ123", message)


def _without_subnet(scope: Scope, private: Sequence[str], has_subnet: bool, problems: Problems) -> None:
    if private and not has_subnet:
        message = f"{', '.join(private)} private, and no subnet for private endpoints; add network.endpoints"
        problems.add(scope.draft.key("network", "private"), "WJ121", message)


def _public(scope: Scope, problems: Problems) -> None:
    for name, container in scope.draft.containers.items():
        if container.public:
            message = (
                f'container "{name}" is public and network.private has storage; nobody outside reads it, take one out'
            )
            problems.add(scope.draft.at("containers", name, "public"), "WJ121", message)


def _private(scope: Scope, name: str, app: AppModel, problems: Problems) -> None:
    network = scope.draft.project.network if scope.draft.project else None
    if app.private and not (network and network.endpoints):
        message = f'app "{name}" is private, and no subnet for private endpoints; add network.endpoints'
        problems.add(scope.draft.at("apps", name, "private"), "WJ121", message)
    if app.private and app.access:
        message = f'app "{name}" is private, so access rules decide nothing; remove access or private'
        problems.add(scope.draft.key("apps", name, "access"), "WJ122", message)


def _access(scope: Scope, name: str, app: AppModel, problems: Problems) -> None:
    owners: dict[str, str] = {}
    for rule, caller in app.access.items():
        mark = scope.draft.at("apps", name, "access", rule)
        if caller[0].isdigit() or ":" in caller:
            try:
                found = ip_network(caller)
            except ValueError:
                problems.add(mark, "WJ117", f"access.{rule} {caller} is not a range of addresses; {_meant(caller)}")
                continue
            if found.prefixlen == 0:
                message = f"access.{rule} {caller} is everybody; name those who call, or remove access"
                problems.add(mark, "WJ122", message)
        other = owners.setdefault(caller.lower().removesuffix("/32"), rule)
        if other != rule:
            problems.add(mark, "WJ122", f"access.{rule} is who access.{other} is already; remove one")
    raw = app.azure.get("site_config")
    if app.access and isinstance(raw, dict):
        for key in (one for one in _RAW_RULES if one in raw):
            message = f"access says who may call, and azure.site_config.{key} too; remove one"
            problems.add(scope.draft.key("apps", name, "azure", "site_config", key), "WJ122", message)


def _meant(text: str) -> str:
    try:
        return f"did you mean {ip_network(text, strict=False)}?"
    except ValueError:
        return "write one such as 198.51.100.0/24"


def _registry(scope: Scope, name: str, app: AppModel, problems: Problems) -> None:
    if app.registry is None or not scope.draft.has("apps", name, "runtime"):
        return
    host = f"{app.registry.rpartition('/')[2].lower()}.azurecr.io"
    language, _, image = app.runtime.partition(":")
    mark = scope.draft.at("apps", name, "registry")
    if language != "image":
        problems.add(mark, "WJ124", f'registry is for images, and app "{name}" runs {app.runtime}; remove it')
    elif image.partition("/")[0].lower() != host:
        message = (
            f"the image {image} is not in the registry {host}; write runtime: image:{host}/..., or remove registry"
        )
        problems.add(mark, "WJ124", message)
