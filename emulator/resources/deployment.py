"""ARM template deployments; here they put packages on sites (``Microsoft.Web/sites/extensions`` onedeploy).

The package's address is signed inside the template. It goes to the site and nowhere else: not into outputs, errors
or logs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from emulator.appservice.spec import DeployError, OneDeploy
from emulator.constants import SUBSCRIPTION_ID, TENANT_ID
from emulator.resources.azure import timestamp
from emulator.resources.errors import AzureError, bad_request, not_found
from emulator.resources.group import group_not_found
from emulator.resources.handler import GROUP_PATH, Function, Handler, Resource, Scope
from emulator.resources.host_name import BINDING_TYPE, is_bound
from emulator.resources.ids import IdTemplate, group_id, group_of, name_of, resource_id, uuid_of
from emulator.resources.slot import require_slot, site_name
from emulator.resources.storage_account import keys_answer, sign_service_sas
from emulator.resources.values import Unknown, text
from emulator.resources.webapp import require_site, site_id
from emulator.template import Context, Template, TemplateError, TemplateResource

EXTENSION = "Microsoft.Web/sites/extensions"
SLOT_EXTENSION = "Microsoft.Web/sites/slots/extensions"
_QUERY = re.compile(r"(https?://[^\s?'\"]+)\?[^\s'\"]+")
_FAILED = (
    "At least one resource deployment operation failed. Please list deployment operations for details. "
    "Please see https://aka.ms/arm-deployment-operations for usage details."
)
_BOOLEANS = {"true": True, "false": False}


class Deployment(Handler):
    """A deployment of a template in a resource group, always incremental."""

    token = "azure-native:resources:Deployment"  # noqa: S105
    type = "Microsoft.Resources/deployments"
    path = IdTemplate(f"{GROUP_PATH}/providers/Microsoft.Resources/deployments/{{deploymentName}}")
    force_new = frozenset({"location"})

    def previewed(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the inputs without their properties: those of the outputs are others altogether."""
        return {**inputs, "properties": Unknown()}

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Evaluates the template, deploys what it holds and returns the deployment's outputs."""
        properties: Mapping[str, Any] = resource.inputs.get("properties") or {}
        document = _document(properties)
        started = scope.azure.clock()
        try:
            template = Template(document, _given(properties), _context(scope, resource))
            for item in template.resources:
                await _deploy(scope, resource, item)
            outputs = template.outputs()
        except TemplateError as error:
            raise bad_request(f"Deployment template validation failed: '{error}'.", error.code) from error
        elapsed = (scope.azure.clock() - started).total_seconds()
        answer = {
            "correlationId": uuid_of(resource.id, resource.now),
            "duration": f"PT{elapsed:.3f}S",
            "mode": "Incremental",
            "outputResources": [{"id": _id_of(resource, item)} for item in template.resources],
            "outputs": outputs,
            "parameters": template.parameters,
            "provisioningState": "Succeeded",
            "templateHash": str(_hash(document)),
            "timestamp": timestamp(started),
        }
        tags = {"tags": resource.inputs["tags"]} if resource.inputs.get("tags") else {}
        return {"name": resource.name, "type": self.type, "properties": answer, **tags}


def _document(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    if text(properties, "mode", "Incremental") != "Incremental":
        raise bad_request(
            "mode: 'Complete' would delete the group's other resources; the emulator takes 'Incremental' only."
        )
    if properties.get("templateLink") or properties.get("parametersLink"):
        raise bad_request("templateLink, parametersLink: linked templates are not fetched here; pass the template.")
    document = properties.get("template")
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError as error:
            raise bad_request(f"template: not JSON ({error}).", "InvalidRequestContent") from error
    if not isinstance(document, dict):
        raise bad_request("template: must be an object.", "InvalidRequestContent")
    return document


def _given(properties: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, parameter in (properties.get("parameters") or {}).items():
        if not isinstance(parameter, dict) or "value" not in parameter:
            raise bad_request(f"parameters.{name}: needs a value; vault references are not read here.")
        given[name] = parameter["value"]
    return given


def _context(scope: Scope, resource: Resource) -> Context:
    name = group_of(resource.id)
    group = scope.require(group_id(name), group_not_found(name))

    def list_function(function: str, id: str, api_version: str, body: Mapping[str, Any]) -> Any:
        match function.lower():
            case "listservicesas":
                return {"serviceSasToken": sign_service_sas(scope, id, body)}
            case "listkeys":
                return {"keys": keys_answer(scope, id)}
            case _:
                raise TemplateError(f"{function}: the emulator answers listServiceSas and listKeys")

    def reference(id: str, full: bool) -> Any:
        missing = not_found(f"The resource '{id}' referenced by the template was not found.")
        record = scope.require(id, missing)
        return {"id": record.id, **record.outputs} if full else record.outputs

    return Context(
        subscription_id=SUBSCRIPTION_ID,
        tenant_id=TENANT_ID,
        group={"id": group.id, **group.outputs},
        deployment=resource.name,
        clock=scope.azure.clock,
        list_function=list_function,
        reference=reference,
    )


async def _deploy(scope: Scope, resource: Resource, item: TemplateResource) -> None:
    kind, (site, *between, extension) = item.type.lower(), item.name.split("/")
    if kind == BINDING_TYPE.lower() and not between:
        require_site(scope, site_id(group_of(resource.id), site))
        if not is_bound(scope.store, extension):
            raise TemplateError(f"'{extension}' is bound to no site; it is declared in the program first", item.path)
        return
    is_package = extension.lower() in {"onedeploy", "zipdeploy"}
    if not is_package or (kind, len(between)) not in {(EXTENSION.lower(), 0), (SLOT_EXTENSION.lower(), 1)}:
        raise TemplateError(
            f"{item.type} '{item.name}' is not deployed by templates here; "
            f"{EXTENSION} named <site>/onedeploy is, other resources are declared in the program",
            item.path,
        )
    record = require_site(scope, site_id(group_of(resource.id), site))
    name = name_of(record.id)
    if between:
        name = site_name(require_slot(scope, f"{record.id}/slots/{between[0]}").id)
    request = _one_deploy(item)
    try:
        await scope.azure.sites.deploy(name, request)
    except DeployError as error:
        raise _failed(item, _without_queries(str(error))) from None  # the cause may hold the signed address


def _one_deploy(item: TemplateResource) -> OneDeploy:
    properties = {key.lower(): value for key, value in item.resolve().items()}
    address = properties.get("packageuri")
    if not isinstance(address, str) or "://" not in address:
        raise TemplateError("must be an absolute address", f"{item.path}.properties.packageUri")
    return OneDeploy(
        package_uri=address,
        type=str(properties.get("type") or "zip"),
        clean=_flag(properties.get("clean"), f"{item.path}.properties.clean"),
        restart=_flag(properties.get("restart"), f"{item.path}.properties.restart") is not False,
        path=properties.get("path"),
        deployer="OneDeploy",
    )


def _flag(value: Any, path: str) -> bool | None:
    """Reads a flag as Kudu does: the words count too."""
    if value is None or isinstance(value, bool):
        return value
    found = _BOOLEANS.get(str(value).lower())
    if found is None:
        raise TemplateError(f"{value!r} is neither true nor false", path)
    return found


def _failed(item: TemplateResource, reason: str) -> AzureError:
    """Returns a failed operation in ARM's nesting: DeploymentFailed, Conflict, ResourceDeploymentFailure."""
    detail = (
        "ResourceDeploymentFailure: The resource write operation failed to complete successfully, "
        f"because it reached terminal provisioning state 'Failed'. {item.type} '{item.name}': {reason}"
    )
    return AzureError(409, "DeploymentFailed", f"{_FAILED} Conflict: {detail}")


def _without_queries(message: str) -> str:
    return _QUERY.sub(r"\1?…", message)


def _id_of(resource: Resource, item: TemplateResource) -> str:
    """Types and names are told in turn: `sites/slots/extensions`, `shop/staging/onedeploy`."""
    return resource_id(group_of(resource.id), item.type, *item.name.split("/"))


def _hash(document: Mapping[str, Any]) -> int:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(canonical.encode()).digest()[:8], "big")


HANDLERS: tuple[Handler, ...] = (Deployment(),)
FUNCTIONS: dict[str, Function] = {}
