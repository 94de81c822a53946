"""Service SAS: what is signed, and what is refused."""

from urllib.parse import parse_qs

import pytest
from azure.storage.blob import BlobSasPermissions, ContainerSasPermissions, generate_blob_sas, generate_container_sas

from emulator.storage.accounts import new_keys
from emulator.storage.errors import SasError
from emulator.storage.sas import VERSION, service_sas

KEYS = new_keys()
BLOB = {
    "canonicalizedResource": "/blob/shop/packages/site-1.zip",
    "signedResource": "b",
    "signedPermission": "r",
    "signedExpiry": "2030-01-01T00:00:00Z",
}


def fields(token):
    return {name: values[0] for name, values in parse_qs(token).items()}


def test_a_token_has_the_documented_fields():
    token = fields(service_sas("shop", KEYS, {**BLOB, "signedProtocol": "https"}))

    assert len(token.pop("sig")) == 44
    assert token == {"sv": VERSION, "sr": "b", "sp": "r", "se": "2030-01-01T00:00:00Z", "spr": "https"}


@pytest.mark.parametrize("number", [1, 2])
def test_a_blobs_signature_is_the_sdks(number, monkeypatch):
    monkeypatch.setattr("azure.storage.blob._shared_access_signature.X_MS_VERSION", VERSION)
    monkeypatch.setattr("azure.storage.blob._shared.shared_access_signature.X_MS_VERSION", VERSION, raising=False)

    ours = service_sas(
        "shop",
        KEYS,
        {**BLOB, "signedIp": "127.0.0.1", "rscd": "attachment", "rsct": "a/b", "keyToSign": f"key{number}"},
    )

    theirs = generate_blob_sas(
        "shop",
        "packages",
        "site-1.zip",
        account_key=KEYS[number - 1],
        permission=BlobSasPermissions(read=True),
        expiry="2030-01-01T00:00:00Z",
        ip="127.0.0.1",
        content_disposition="attachment",
        content_type="a/b",
    )
    assert fields(ours) == fields(theirs)


def test_a_containers_signature_is_the_sdks(monkeypatch):
    monkeypatch.setattr("azure.storage.blob._shared_access_signature.X_MS_VERSION", VERSION)

    ours = service_sas(
        "shop",
        KEYS,
        {
            "canonicalizedResource": "/blob/shop/packages",
            "signedResource": "c",
            "signedPermission": "rl",
            "signedStart": "2029-01-01 00:00:00Z",
            "signedExpiry": "2030-01-01T01:00:00+01:00",
            "signedIdentifier": "policy",
        },
    )

    theirs = generate_container_sas(
        "shop",
        "packages",
        account_key=KEYS[0],
        permission=ContainerSasPermissions(read=True, list=True),
        start="2029-01-01T00:00:00Z",
        expiry="2030-01-01T00:00:00Z",
        policy_id="policy",
    )
    assert fields(ours) == fields(theirs)


def test_the_time_form_of_arm_templates_is_understood():
    token = service_sas("shop", KEYS, {**BLOB, "signedExpiry": "2030-01-01 00:00:00Z"})

    assert fields(token)["se"] == "2030-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"signedVersion": "2020-01-01"}, "signedVersion: not a parameter of a service SAS; one of canon"),
        ({"signedResource": "s"}, "signedResource: 's' is not offered; b (a blob) or c (a container)"),
        (
            {"canonicalizedResource": None},
            "canonicalizedResource: '' does not name a blob; /blob/shop/<container>/<blob>",
        ),
        (
            {"canonicalizedResource": "/blob/other/packages/x"},
            "canonicalizedResource: '/blob/other/packages/x' does not name a blob; /blob/shop",
        ),
        ({"canonicalizedResource": "/blob/shop/packages"}, "canonicalizedResource: '/blob/shop/packages' does"),
        ({"signedPermission": ""}, "signedPermission: missing; for example r"),
        ({"signedPermission": "rz"}, "signedPermission: 'rz' has unknown letters; letters of racwdxltmeop"),
        ({"signedExpiry": None}, "signedExpiry: '' is not a time; for example 2030-01-31T12:00:00Z"),
        ({"signedExpiry": "soon"}, "signedExpiry: 'soon' is not a time"),
        ({"signedProtocol": "http"}, "signedProtocol: 'http' is not known; https or https,http"),
        ({"keyToSign": "key3"}, "keyToSign: 'key3' is not known; key1 or key2"),
    ],
)
def test_what_is_wrong_is_said(change, message):
    with pytest.raises(SasError) as caught:
        service_sas("shop", KEYS, {**BLOB, **change})

    assert str(caught.value).startswith(message)
    assert (caught.value.status, caught.value.code) == (400, "InvalidValuesForRequestParameters")
