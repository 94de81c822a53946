"""What `${...}` in variables stands for, once the resources behind it are declared."""

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter

import pulumi

from components.ground import Ground
from components.web_app import WebApp
from oneplan.manifest import App, Job, Manifest, names
from oneplan.manifest.references import Reference, parse


def resolve(manifest: Manifest, text: str, ground: Ground, apps: Mapping[str, WebApp]) -> pulumi.Input[str]:
    """Returns a variable's text with its references replaced; plain text where none waits for a resource."""
    parts = [value(manifest, part, ground, apps) for part in parse(text)]
    if all(isinstance(part, str) for part in parts):
        return "".join(str(part) for part in parts)
    return pulumi.Output.concat(*parts)


def value(manifest: Manifest, part: str | Reference, ground: Ground, apps: Mapping[str, WebApp]) -> pulumi.Input[str]:
    """Returns what one part of a text stands for."""
    if isinstance(part, str):
        return part
    match part.path:
        case ("apps", name, attribute):
            return url(manifest, apps[name].host) if attribute == "url" else apps[name].site.name
        case (kind, name, attribute):
            physical = names.table(name) if kind == "tables" else name
            return physical if attribute == "name" else pulumi.Output.concat(ground.endpoints[kind], physical)
    return {"stack": manifest.stack, "name": manifest.name}[part.path[0]]


def url(manifest: Manifest, host: pulumi.Output[str]) -> pulumi.Output[str]:
    """Address of a host: https in Azure; plain http on this machine, where browsers do not know the local authority."""
    return pulumi.Output.concat("http://" if manifest.target == "local" else "https://", host)


def in_reference_order(manifest: Manifest) -> Iterable[str]:
    """App names, each after those whose address its variables mention."""

    def mentioned(texts: Iterable[str]) -> Iterable[str]:
        for text in texts:
            for part in parse(text):
                if isinstance(part, Reference) and part.path[0] == "apps":
                    yield part.path[1]

    def needed(app: App) -> set[str]:
        users: list[App | Job] = [app, *manifest.jobs_of(app.name)]
        texts = [text for user in users for text in user.env.values()]
        texts += [text for slot in app.slots.values() for text in slot.env.values()]
        return set(mentioned(texts)) - {app.name}

    graph = {app.name: needed(app) for app in manifest.apps.values()}
    return TopologicalSorter(graph).static_order()
