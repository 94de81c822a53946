"""Signed tokens: standard ones, and none that is forged."""

import base64
import json

import jwt
import pytest

from emulator.identity.tokens import TokenSigner


@pytest.fixture(scope="module")
def signer():
    return TokenSigner()


def test_a_standard_library_reads_the_token(signer):
    token = signer.sign({"aud": "x"})

    assert jwt.decode(token, signer.public_key, algorithms=["ES256"], audience="x") == {"aud": "x"}


def test_the_signer_reads_its_own_tokens(signer):
    assert signer.claims(signer.sign({"n": 1})) == {"n": 1}


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "forge",
    [
        lambda head, body, tail: f"{head}.{encoded({'n': 2})}.{tail}",
        lambda head, body, tail: f"{encoded({'alg': 'none'})}.{body}.",
        lambda head, body, tail: f"{head}.{body}.",
        lambda head, body, tail: f"{head}.{body}.{tail}AAAA",
        lambda head, body, tail: f"{head}.{body}.!!!",
        lambda head, body, tail: f"{head}.{body}",
        lambda head, body, tail: "",
        lambda head, body, tail: "é.é.é",
    ],
)
def test_a_forged_token_says_nothing(signer, forge):
    assert signer.claims(forge(*signer.sign({"n": 1}).split("."))) is None


def test_another_signers_token_says_nothing(signer):
    assert signer.claims(TokenSigner().sign({"n": 1})) is None
