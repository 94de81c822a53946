"""Who may have which token, and which tokens are good."""

from datetime import UTC, datetime

import pytest

from emulator.identity import OPERATOR, STORAGE, Claims, IdentityService, TokenRefused

MANAGEMENT = "https://management.azure.com"


def test_a_site_gets_a_token_of_its_identity(service, shop):
    grant = service.assign("/sites/shop", [shop])

    token = service.grant(grant.header, STORAGE, [("client_id", shop.client_id)])

    assert service.verify(token.text, STORAGE) == Claims(
        audience=STORAGE,
        client_id="shop-client",
        principal_id="shop-principal",
        tenant_id="tenant",
        resource_id=shop.resource_id,
        expires=datetime(2030, 1, 2, 12, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", "SHOP-client"),
        ("principal_id", "shop-principal"),
        ("object_id", "shop-principal"),
        ("mi_res_id", "/subscriptions/s/resourceGroups/g/providers/x/SHOP"),
    ],
)
def test_an_identity_has_four_names(service, shop, name, value):
    grant = service.assign("/sites/shop", [shop])

    assert service.grant(grant.header, STORAGE, [(name, value)]).identity == shop


def test_no_name_means_the_system_assigned_identity(service, shop, system):
    grant = service.assign("/sites/shop", [shop], system)

    assert service.grant(grant.header, STORAGE, []).identity == system


def test_without_a_system_assigned_identity_no_name_is_refused_even_if_there_is_only_one(service, shop):
    grant = service.assign("/sites/shop", [shop])

    with pytest.raises(TokenRefused, match="no id was sent and there is no system-assigned") as caught:
        service.grant(grant.header, STORAGE, [])
    assert caught.value.status == 400


def test_another_sites_identity_is_refused(service, shop, system):
    service.assign("/sites/shop", [shop])
    grant = service.assign("/sites/other", [], system)

    with pytest.raises(TokenRefused) as caught:
        service.grant(grant.header, STORAGE, [("client_id", shop.client_id)])
    assert str(caught.value) == ("client_id: no identity 'shop-client' is assigned to this site; assigned: none")


def test_a_revoked_header_is_worth_nothing(service, shop):
    grant = service.assign("/sites/shop", [shop])

    service.revoke("/SITES/shop")

    assert not service.is_known(grant.header)
    with pytest.raises(TokenRefused) as caught:
        service.grant(grant.header, STORAGE, [("client_id", shop.client_id)])
    assert caught.value.status == 401


def test_a_site_keeps_its_header_when_its_identities_change(service, shop, system):
    before = service.assign("/sites/shop", [shop])

    assert service.assign("/sites/shop", [shop], system) == before


def test_the_operator_asks_with_the_administrators_token(service):
    grant = service.operator()

    assert grant.header == "admin"
    assert service.grant("admin", MANAGEMENT, []).identity == OPERATOR


@pytest.mark.parametrize(
    ("resource", "audience"),
    [
        (STORAGE, STORAGE),
        (STORAGE + "/", STORAGE),
        ("https://shop.queue.core.windows.net", STORAGE),
        ("https://shop.blob.core.windows.net/", "https://storage.azure.com/"),
        ("https://management.core.windows.net/", MANAGEMENT),
        ("https://127.0.0.1:2", MANAGEMENT),
        ("https://monitor.azure.com/", "https://monitor.azure.com"),
        (MANAGEMENT, "https://127.0.0.1:2/"),
    ],
)
def test_names_of_one_resource_are_the_same_audience(service, resource, audience):
    token = service.token(resource, "client", "principal")

    assert service.verify(token, audience) is not None


def test_a_token_for_another_resource_is_not_good(service):
    token = service.token(STORAGE, "client", "principal")

    assert service.verify(token, MANAGEMENT) is None


def test_an_unknown_resource_is_refused_with_those_there_are(service):
    with pytest.raises(TokenRefused, match=r"resource: 'https://graph\.microsoft\.com' is not offered"):
        service.token("https://graph.microsoft.com", "client", "principal")


def test_a_token_ends(service, clock):
    token = service.storage_token()

    clock.advance(hours=23, minutes=59)
    assert service.verify(token, STORAGE)
    clock.advance(minutes=1)
    assert service.verify(token, STORAGE) is None


def test_a_token_of_an_earlier_start_is_not_good(service, clock):
    earlier = IdentityService("", admin_token="admin", now=clock).storage_token()

    assert service.verify(earlier, STORAGE) is None
