"""App Service's token endpoint, version 2019-08-01 and 2017-09-01."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from emulator.identity import STORAGE, routes

EPOCH = 1893499200


@pytest.fixture
async def client(service):
    app = web.Application()
    app.add_routes(routes(service))
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
def header(service, shop):
    return service.assign("/sites/shop", [shop]).header


async def ask(client, header, name="X-IDENTITY-HEADER", **query):
    query = {"api-version": "2019-08-01", "resource": STORAGE, **query}
    headers = {name: header} if header else {}
    answer = await client.get(
        "/msi/token", params={key: value for key, value in query.items() if value}, headers=headers
    )
    return answer.status, await answer.json()


async def test_the_answer_has_app_services_fields(client, header):
    status, body = await ask(client, header, client_id="shop-client")

    assert status == 200
    assert body.pop("access_token").count(".") == 2
    assert body == {
        "client_id": "shop-client",
        "expires_on": str(EPOCH + 86400),
        "not_before": str(EPOCH),
        "resource": STORAGE,
        "token_type": "Bearer",
    }


async def test_the_old_version_has_another_header_and_a_date_text(client, header):
    status, body = await ask(client, header, name="secret", clientid="shop-client", **{"api-version": "2017-09-01"})

    assert status == 200
    assert body.pop("access_token")
    assert body == {
        "expires_on": "01/02/2030 12:00:00 +00:00",
        "resource": STORAGE,
        "token_type": "Bearer",
    }


@pytest.mark.parametrize("header", [None, "wrong"])
async def test_without_the_header_the_answer_is_401(client, header):
    status, body = await ask(client, header, client_id="shop-client")

    assert (status, body["statusCode"]) == (401, 401)
    assert body["message"].startswith("X-IDENTITY-HEADER: missing or unknown")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"api-version": ""}, "api-version: '' is not supported; use 2019-08-01 or 2017-09-01"),
        ({"api-version": "2030-01-01"}, "api-version: '2030-01-01' is not supported"),
        ({"resource": ""}, "resource: missing"),
        ({"client_id": "x", "mi_res_id": "y"}, "client_id, mi_res_id: more than one names an identity"),
        ({"client_id": "x"}, "client_id: no identity 'x' is assigned to this site; assigned: shop-client"),
        ({}, "client_id: no id was sent and there is no system-assigned identity"),
        ({"client_id": "shop-client", "resource": "https://x"}, "resource: 'https://x' is not offered"),
    ],
)
async def test_a_wrong_question_is_answered_with_what_is_wrong(client, header, query, message):
    status, body = await ask(client, header, **query)

    assert (status, body["statusCode"]) == (400, 400)
    assert body["message"].startswith(message)
    assert set(body) == {"statusCode", "message", "correlationId"}
