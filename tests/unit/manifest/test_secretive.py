"""Texts that look like secrets."""

import pytest

from oneplan.manifest.secretive import is_secret_like, is_secret_name, masked, reason


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("AccountName=x;AccountKey=abc==;Suffix=y", "a storage key"),
        ("Endpoint=sb://x/;SharedAccessKey=abc", "a storage key"),
        ("https://x.blob.core.windows.net/c/b?sv=2024&sig=abc%3D", "a signed address"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc", "a private key"),
        ("postgres://shop:hunter2@db/shop", "a password in an address"),
        ("Server=db;Password=hunter2;", "a password"),
        ("ghp_" + "a" * 36, "a token"),
        ("AKIA" + "A" * 16, "a token"),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.sig-nature", "a token"),
    ],
)
def test_a_secret_is_known_by_its_form_and_never_shown(text: str, kind: str):
    assert reason(text) == kind
    assert is_secret_like(f"before {text}")
    assert "hunter2" not in masked(text)
    assert not is_secret_like(masked(text).replace("***", ""))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "info",
        "https://shop.example.com/a?b=c",
        "postgres://shop:${PASSWORD}@db/shop",
        "password=${PASSWORD}",
        "vault:shop-password",
        "sk-short",
        "12:30 and a@b.example",
        "0 6 * * *",
        "keys=1;values=2",
    ],
)
def test_an_ordinary_text_is_left_alone(text: str):
    assert (reason(text), masked(text)) == (None, text)


@pytest.mark.parametrize("name", ["SHOP_PASSWORD", "TOKEN", "api_key", "DB_CONNECTION_STRING", "APP_SECRET", "APIKEY"])
def test_a_name_can_say_that_a_value_is_a_secret(name: str):
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["TOKEN_URL", "PASSWORD_LENGTH", "SECRETARY", "KEY", "MONKEY", "TOKENS"])
def test_a_name_that_only_sounds_like_one_is_not(name: str):
    assert not is_secret_name(name)
