"""Sites: their slots, domains, origins and form of package.

Slots: https://learn.microsoft.com/azure/app-service/deploy-staging-slots; CORS:
https://learn.microsoft.com/azure/app-service/app-service-web-tutorial-rest-api#app-service-cors-vs-your-cors.
"""

import re

from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.models import AppModel
from oneplan.manifest.problems import Problems

_SLOT = re.compile("[a-z]([a-z0-9]|-(?=[a-z0-9]))*")
_LONGEST_SLOT = 59
_PRODUCTION = "production"


def check(scope: Scope, problems: Problems) -> None:
    """Adds what is wrong with the sites of single apps, and between them."""
    owners: dict[str, str] = {}
    for name, app in scope.draft.apps.items():
        _slots(scope, name, app, problems)
        _domains(scope, name, app, owners, problems)
        _origins(scope, name, app, problems)
        _without_effect(scope, name, app, problems)
        if app.package == "mount" and (scope.is_linux or app.runtime.startswith("python:")):
            message = (
                "package: mount is a folder nothing can write to, for Windows only; on Linux, WebJobs and Python need "
                "unpacked files, write zip"
            )
            problems.add(scope.draft.at("apps", name, "package"), "WJ103", message)


def _without_effect(scope: Scope, name: str, app: AppModel, problems: Problems) -> None:
    draft = scope.draft
    is_image = scope.runtime_of(name) == "image"
    if app.command and app.kind == "functions":
        message = "the Functions host starts the app; remove command"
        problems.add(draft.at("apps", name, "command"), "WJ125", message)
    elif app.command and not scope.is_linux and not is_image:
        message = "a Windows site is started by its web.config; remove command"
        problems.add(draft.at("apps", name, "command"), "WJ125", message)
    if app.package == "mount" and is_image:
        message = "a container has its files in its image; remove package"
        problems.add(draft.at("apps", name, "package"), "WJ125", message)


def _slots(scope: Scope, name: str, app: AppModel, problems: Problems) -> None:
    draft, size = scope.draft, scope.size
    if app.slots and size and len(app.slots) > size.slots:
        message = (
            f"plan {size.sku} has no deployment slots; use S1, P0v3 or larger, or remove slots"
            if not size.slots
            else f"{len(app.slots)} slots on a plan {size.sku}; {size.tier} has {size.slots} at most, remove some"
        )
        problems.add(draft.key("apps", name, "slots"), "WJ100", message)
    for slot, model in app.slots.items():
        if slot == _PRODUCTION or not _SLOT.fullmatch(slot) or not 2 <= len(slot) <= _LONGEST_SLOT:
            message = (
                f'slot name "{slot}" may use a-z, 0-9 and single hyphens, a letter first, 2 to {_LONGEST_SLOT} '
                f"characters, and not {_PRODUCTION}, which is the app itself"
            )
            problems.add(draft.key("apps", name, "slots", slot), "WJ105", message)
        if model.jobs == "running" and name in scope.jobs_of:
            message = (
                f"stack {draft.stack} has a slot {slot} in which jobs run, so every job beside {name} runs twice; "
                f"set slots.{slot}.jobs: stopped"
            )
            problems.add(draft.at("apps", name, "slots", slot, "jobs"), "WJ080", message)


def _domains(scope: Scope, name: str, app: AppModel, owners: dict[str, str], problems: Problems) -> None:
    for index, domain in enumerate(app.domains):
        mark = scope.draft.at("apps", name, "domains", index)
        other = owners.setdefault(domain.lower(), name)
        if app.kind == "worker":
            problems.add(mark, "WJ107", f'worker "{name}" has no site that could answer to {domain}; remove it')
        elif scope.size and scope.size.tier == "Free":
            message = f"plan {scope.size.sku} takes no domains of one's own; use B1 or larger"
            problems.add(mark, "WJ107", message)
        elif other != name or domain.lower() in (one.lower() for one in app.domains[:index]):
            message = f'domain {domain} is given to "{other}" already; one site answers to it, remove one'
            problems.add(mark, "WJ107", message)


def _origins(scope: Scope, name: str, app: AppModel, problems: Problems) -> None:
    if "*" in app.cors and len(app.cors) > 1:
        message = 'cors has "*" beside other origins; * lets every page in, keep * alone or the origins'
        problems.add(scope.draft.at("apps", name, "cors", app.cors.index("*")), "WJ108", message)
    elif app.cors and app.kind == "worker":
        message = f'worker "{name}" has no site that pages could call; remove cors'
        problems.add(scope.draft.key("apps", name, "cors"), "WJ108", message)
