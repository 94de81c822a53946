"""What can be asked of a site: start, stop, restart, its configuration, its deployments.

Paths and bodies are those of Microsoft.Web's `WebApps` operations.
"""

from typing import Any
from xml.sax.saxutils import quoteattr

from emulator.appservice import Action, Deployment, DeployStatus
from emulator.arm.errors import ArmError
from emulator.arm.operations import Call, Operation, Operations, Reply
from emulator.resources.signed import decode
from emulator.resources.values import reveal
from emulator.resources.webapp import settings_of

NO_BASIC_AUTH = (
    "basic authentication is off for every site on this machine, there are no user names and passwords; "
    "send 'Authorization: Bearer <token>' with a management token, or the text of .oneplan/token"
)
_STATUS = {DeployStatus.PENDING: "BuildRequestReceived", DeployStatus.FAILED: "BuildFailed"}
_RUNTIME = {"Running": "RuntimeSuccessful", "Blocked": "RuntimeFailed", "Stopped": "RuntimeFailed"}


def _switch(action: Action) -> Operation:
    async def switch(call: Call) -> Reply:
        await call.sites.switch(call.name, action)
        return Reply()

    return switch


async def _web_config(call: Call) -> dict[str, Any]:
    return call.part("config/web", call.record.outputs.get("siteConfig") or {})


async def _configs(call: Call) -> dict[str, Any]:
    return {"value": [await _web_config(call)]}


async def _settings(call: Call) -> dict[str, Any]:
    """All of them, also secret ones: whoever may list settings may know them."""
    return call.part("config/appsettings", settings_of(reveal(decode(call.record.inputs))))


async def _connection_strings(call: Call) -> dict[str, Any]:
    config = reveal(decode(call.record.inputs)).get("siteConfig") or {}
    strings = config.get("connectionStrings") or ()
    found = {item["name"]: {"value": item.get("connectionString"), "type": item.get("type")} for item in strings}
    return call.part("config/connectionstrings", found)


async def _slot_names(call: Call) -> dict[str, Any]:
    names = dict.fromkeys(("connectionStringNames", "appSettingNames", "azureStorageConfigNames"))
    return call.part("config/slotConfigNames", names)


async def _credentials(call: Call) -> Reply:
    raise ArmError(403, "Forbidden", f"{call.name}: {NO_BASIC_AUTH}.")


async def _publishing_profile(call: Call) -> Reply:
    """One profile, without the password it has in Azure: `az webapp show` reads it."""
    host = _host(call, "Standard")
    attributes = {
        "profileName": f"{call.name} - Zip Deploy",
        "publishMethod": "ZipDeploy",
        "publishUrl": _host(call, "Repository"),
        "userName": "",
        "userPWD": "",
        "destinationAppUrl": f"http://{host}",
        "webSystem": "WebSites",
    }
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return Reply(text=f"<publishData><publishProfile {written} /></publishData>", content_type="application/xml")


async def _policies(call: Call) -> dict[str, Any]:
    return {"value": [_policy(call, name) for name in ("ftp", "scm")]}


async def _one_policy(call: Call) -> dict[str, Any]:
    name = call.rest[-1].lower()
    if name not in {"ftp", "scm"}:
        raise ArmError(404, "NotFound", f"Cannot find basicPublishingCredentialsPolicies with name {call.rest[-1]}.")
    return _policy(call, name)


def _policy(call: Call, name: str) -> dict[str, Any]:
    return call.part(f"basicPublishingCredentialsPolicies/{name}", {"allow": False}, name=name)


async def _instances(call: Call) -> dict[str, Any]:
    return {"value": [call.part("instances/local", {"state": "READY"}, name="local")]}


async def _no_slots(_call: Call) -> dict[str, Any]:
    return {"value": []}


async def _host_names(call: Call) -> dict[str, Any]:
    host = _host(call, "Standard")
    return {"value": [call.part(f"hostNameBindings/{host}", {"siteName": call.name, "hostNameType": "Verified"})]}


async def _deployments(call: Call) -> dict[str, Any]:
    records = call.sites.deployer(call.name).records.all()
    return {"value": [_deployment(call, record) for record in records]}


async def _one_deployment(call: Call) -> dict[str, Any]:
    return _deployment(call, _record(call))


async def _deployment_log(call: Call) -> dict[str, Any]:
    record = _record(call)
    entries = call.sites.deployer(call.name).records.entries(record.id)
    return call.part(
        f"deployments/{record.id}/log",
        [{"log_time": each.time, "id": each.id, "message": each.message, "type": each.type} for each in entries],
    )


async def _deployment_status(call: Call) -> dict[str, Any]:
    """How far a deployment, and the app it put in place, have come: what `az webapp deploy` follows."""
    record = _record(call)
    status = _STATUS.get(record.status, "BuildInProgress")
    if record.status is DeployStatus.SUCCESS:
        status = _RUNTIME.get(call.sites.state(call.name), "RuntimeStarting")
    properties = {
        "deploymentId": record.id,
        "status": status,
        "numberOfInstancesInProgress": int(status == "RuntimeStarting"),
        "numberOfInstancesSuccessful": int(status == "RuntimeSuccessful"),
        "numberOfInstancesFailed": int(status == "RuntimeFailed"),
        "failedInstancesLogs": None,
        "errors": [{"message": record.status_text}] if record.status is DeployStatus.FAILED else None,
    }
    return call.part(f"deploymentStatus/{record.id}", properties)


def _record(call: Call) -> Deployment:
    records = call.sites.deployer(call.name).records
    wanted = call.rest[1]
    found: Deployment | None = next(iter(records.all()), None) if wanted == "latest" else records.get(wanted)
    if found is None:
        raise ArmError(404, "NotFound", f"Cannot find Deployment with name {wanted}.")
    return found


def _deployment(call: Call, record: Deployment) -> dict[str, Any]:
    properties = record.to_json(call.name, f"http://{_host(call, 'Repository')}")
    return call.part(f"deployments/{record.id}", properties, name=f"{call.name}/{record.id}")


def _host(call: Call, type: str) -> str:
    hosts = {host.get("hostType"): host.get("name") for host in call.record.outputs.get("hostNameSslStates", ())}
    return str(hosts.get(type, ""))


OPERATIONS = Operations(
    "microsoft.web/sites",
    {
        ("POST", "start"): _switch(Action.START),
        ("POST", "stop"): _switch(Action.STOP),
        ("POST", "restart"): _switch(Action.RESTART),
        ("GET", "config"): _configs,
        ("GET", "config/web"): _web_config,
        ("POST", "config/appsettings/list"): _settings,
        ("POST", "config/connectionstrings/list"): _connection_strings,
        ("GET", "config/slotconfignames"): _slot_names,
        ("POST", "config/publishingcredentials/list"): _credentials,
        ("POST", "publishxml"): _publishing_profile,
        ("GET", "basicpublishingcredentialspolicies"): _policies,
        ("GET", "basicpublishingcredentialspolicies/*"): _one_policy,
        ("GET", "instances"): _instances,
        ("GET", "slots"): _no_slots,
        ("GET", "hostnamebindings"): _host_names,
        ("GET", "deploymentstatus/*"): _deployment_status,
        ("GET", "deployments"): _deployments,
        ("GET", "deployments/*"): _one_deployment,
        ("GET", "deployments/*/log"): _deployment_log,
    },
)
