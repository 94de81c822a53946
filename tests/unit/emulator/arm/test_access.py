"""Who may call the management API."""

import pytest

from emulator import arm
from emulator.identity import MANAGEMENT, STORAGE
from emulator.store import Record

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
WEBSITE_CONTRIBUTOR = "de139f84-1756-47ae-9be6-808fbbe84772"


@pytest.fixture
def token(identity, job_identity):
    """A token of a site's identity."""
    who = job_identity
    return identity.token(MANAGEMENT, who.client_id, who.principal_id, who.resource_id)


@pytest.fixture
def assign(store, job_identity):
    def assign(role, scope):
        outputs = {
            "principalId": job_identity.principal_id,
            "roleDefinitionId": f"/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/{role}",
            "scope": scope,
        }
        where = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{role}"
        store.put(Record(id=where, token="azure-native:authorization:RoleAssignment", urn="", outputs=outputs))

    return assign


@pytest.mark.parametrize("token", [None, "", "wrong"])
async def test_without_a_good_token_the_answer_is_401_with_a_challenge(call, site, token):
    answer, body = await call("GET", site, token=token)

    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert body["error"]["code"] == "AuthenticationFailed"


async def test_a_storage_token_is_for_storage_only(call, site, identity):
    answer, _ = await call("GET", site, token=identity.token(STORAGE, "c", "p"))

    assert answer.status == 401


async def test_the_operators_token_opens_everything(call, site, identity):
    token = identity.grant(identity.operator().header, MANAGEMENT, []).text

    answer, _ = await call("POST", f"{site}/continuouswebjobs/thumbnails/stop", token=token)

    assert answer.status == 200


async def test_a_sites_identity_may_nothing_by_itself(call, site, token):
    answer, body = await call("GET", site, token=token)

    assert answer.status == 403
    assert body["error"]["code"] == "AuthorizationFailed"
    assert body["error"]["message"].startswith(
        "The client 'client' with object id 'principal' does not have authorization to perform action 'read'"
    )


async def read_and_run(call, site, token):
    reading, _ = await call("GET", site, token=token)
    changing, _ = await call("POST", f"{site}/triggeredwebjobs/stock-sync/run", token=token)
    return reading.status, changing.status


@pytest.mark.parametrize(
    ("role", "expected"),
    [(READER, (200, 403)), (CONTRIBUTOR, (200, 200)), (WEBSITE_CONTRIBUTOR, (200, 200)), ("x", (403, 403))],
)
async def test_it_may_what_its_roles_say(call, group, site, token, assign, role, expected):
    assign(role, group)

    assert await read_and_run(call, site, token) == expected


async def test_a_role_reaches_no_further_than_its_scope(call, site, account, token, assign):
    assign(CONTRIBUTOR, f"{site}-staging")
    assign(WEBSITE_CONTRIBUTOR, account.rpartition("/providers/")[0])

    answer, _ = await call("GET", account, token=token)

    assert answer.status == 403


def test_a_change_beside_arm_needs_the_same_role(store, identity, site, token, assign):
    with pytest.raises(arm.ArmError, match="does not have authorization to perform action 'write'"):
        arm.may_change(store, identity, token, site)

    assign(WEBSITE_CONTRIBUTOR, site)

    assert arm.may_change(store, identity, token, site)
    with pytest.raises(arm.ArmError, match="'write'"):
        arm.may_change(store, identity, token, f"{site}-other")


def test_beside_arm_only_management_tokens_and_the_operator_are_known(store, identity, site, job_identity):
    who = job_identity
    storage = identity.token(STORAGE, who.client_id, who.principal_id, who.resource_id)
    operator = identity.grant(identity.operator().header, MANAGEMENT, []).text

    assert [arm.may_change(store, identity, text, site) for text in (storage, "x", operator)] == [False, False, True]


async def test_another_host_is_refused(call, site):
    answer = await call.client.get(site, headers={"Host": "management.evil.example"})

    assert answer.status == 421
