"""JSON Web Tokens, signed with a key that lives as long as the process (RFC 7519, ES256)."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

COORDINATE_BYTES = 32
_ALGORITHM = ec.ECDSA(hashes.SHA256())


class TokenSigner:
    """Signs and checks tokens with one key that is never written down."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._public = self._key.public_key()
        self.key_id = _encode(self._public.public_numbers().x.to_bytes(COORDINATE_BYTES, "big"))[:16]
        self._header = _encode_json({"typ": "JWT", "alg": "ES256", "kid": self.key_id})

    @property
    def public_key(self) -> str:
        """The public key as PEM, for others who check signatures."""
        encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return self._public.public_bytes(encoding, form).decode()

    def sign(self, claims: Mapping[str, Any]) -> str:
        """The token that says `claims`."""
        content = f"{self._header}.{_encode_json(claims)}"
        r, s = decode_dss_signature(self._key.sign(content.encode(), _ALGORITHM))
        signature = r.to_bytes(COORDINATE_BYTES, "big") + s.to_bytes(COORDINATE_BYTES, "big")
        return f"{content}.{_encode(signature)}"

    def claims(self, token: str) -> dict[str, Any] | None:
        """What `token` says, or None unless it bears this signer's signature."""
        content, _, signature = token.rpartition(".")
        header, _, body = content.partition(".")
        if header != self._header:  # also rules out any other algorithm, `none` first of all
            return None
        try:
            raw = _decode(signature)
            r, s = (int.from_bytes(raw[i : i + COORDINATE_BYTES], "big") for i in (0, COORDINATE_BYTES))
            self._public.verify(encode_dss_signature(r, s), content.encode(), _ALGORITHM)
            claims = json.loads(_decode(body))
        except (InvalidSignature, ValueError):
            return None
        return claims if isinstance(claims, dict) and len(raw) == 2 * COORDINATE_BYTES else None


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _encode_json(value: Mapping[str, Any]) -> str:
    return _encode(json.dumps(value, separators=(",", ":")).encode())


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
