"""The token for a service that takes no keys."""

from __future__ import annotations

import json

from jobhost.identity_token import IdentityToken

AUDIENCE = "https://monitor.azure.com/"

ENVIRONMENT = {
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "Authorization=AAD;ClientId=abc",
    "IDENTITY_ENDPOINT": "http://127.0.0.1:8081/msi/token",
    "IDENTITY_HEADER": "secret",
}


def test_token_is_fetched_once_and_again_before_it_ends():
    asked, now = [], [0.0]

    def fetch(url: str, headers: dict[str, str]) -> bytes:
        asked.append((url, dict(headers)))
        return json.dumps({"access_token": f"t{len(asked)}", "expires_on": str(now[0] + 3600)}).encode()

    token = IdentityToken(ENVIRONMENT, AUDIENCE, fetch, lambda: now[0])
    first, second = token.headers(), token.headers()
    now[0] = 3400
    third = token.headers()

    assert (first, second, third) == (*[{"Authorization": "Bearer t1"}] * 2, {"Authorization": "Bearer t2"})
    assert asked[0] == (
        "http://127.0.0.1:8081/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmonitor.azure.com%2F&client_id=abc",
        {"X-IDENTITY-HEADER": "secret"},
    )


def test_no_token_is_asked_for_where_keys_are_taken():
    assert IdentityToken({}, AUDIENCE, lambda url, headers: b"never").headers() == {}


def test_endpoint_that_fails_leaves_the_request_without_one():
    def fetch(url: str, headers: dict[str, str]) -> bytes:
        raise OSError("refused")

    assert IdentityToken(ENVIRONMENT, AUDIENCE, fetch).headers() == {}
    assert IdentityToken(ENVIRONMENT, AUDIENCE, lambda url, headers: b"nonsense").headers() == {}
