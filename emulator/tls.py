"""The local certificate authority, the server certificate it signs, and the bundle that clients trust.

The authority's key never leaves its folder (mode 0600), is never put in the system's store, and is good for
loopback addresses and `localhost` only: a name constraint in its certificate says so.
"""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from emulator.files import write_atomically

AUTHORITY_DAYS, SERVER_DAYS = 3650, 90
RENEW_BEFORE = timedelta(days=30)
CLOCK_SKEW = timedelta(hours=1)
ADDRESSES = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))
NAME = "localhost"
SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True)
class Certificate:
    """Where the files are; the contexts are made on first use."""

    authority: Path
    """The local authority's certificate, PEM."""
    certificate: Path
    """The servers' certificate, PEM, good for 127.0.0.1, ::1 and localhost."""
    key: Path
    """The servers' private key, PEM, mode 0600."""
    bundle: Path
    """The system's authorities and the local one: what a client here should trust."""

    @cached_property
    def server_context(self) -> ssl.SSLContext:
        """For the emulator's own HTTPS servers."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    @cached_property
    def client_context(self) -> ssl.SSLContext:
        """For calls from the emulator to its own servers: trusts the local authority and nobody else."""
        return ssl.create_default_context(cafile=str(self.authority))


def ensure(folder: Path, now: datetime) -> Certificate:
    """The certificate in `folder`, made or renewed where missing, unreadable or within 30 days of its end.

    Args:
        now: the time, aware.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = Certificate(folder / "ca.pem", folder / "server.pem", folder / "server.key", folder / "bundle.pem")
    authority_key = folder / "ca.key"
    if not _is_good(files.authority, authority_key, now):
        key, certificate = _authority(now)
        _write(authority_key, files.authority, key, certificate)
        files.certificate.unlink(missing_ok=True)
    if not _is_good(files.certificate, files.key, now):
        key, certificate = _server(_load_key(authority_key), _load(files.authority), now)
        _write(files.key, files.certificate, key, certificate)
    _ensure_bundle(files)
    return files


def _is_good(certificate: Path, key: Path, now: datetime) -> bool:
    """Whether both files are there, belong together and last for a while."""
    try:
        loaded, private = _load(certificate), _load_key(key)
    except (OSError, ValueError, TypeError):
        return False
    in_time = loaded.not_valid_before_utc <= now < loaded.not_valid_after_utc - RENEW_BEFORE
    return in_time and loaded.public_key() == private.public_key()


def _load(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path}: not an elliptic-curve key; delete the file, it is made anew")
    return key


def _write(key_file: Path, file: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
    """Key first: a kill in between leaves a pair that does not match, which the next start replaces."""
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_atomically(key_file, pem, mode=0o600)
    write_atomically(file, certificate.public_bytes(serialization.Encoding.PEM))


def _builder(subject: str, key: ec.EllipticCurvePrivateKey, now: datetime, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(now: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    networks = [ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")]
    allowed: list[x509.GeneralName] = [x509.DNSName(NAME), *(x509.IPAddress(network) for network in networks)]
    builder = _builder("oneplan local authority", key, now, AUTHORITY_DAYS)
    builder = (
        builder.issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "oneplan local authority")]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(allowed, None), critical=True)
    )
    return key, builder.sign(key, hashes.SHA256())


def _server(
    authority_key: ec.EllipticCurvePrivateKey, authority: x509.Certificate, now: datetime
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName(NAME), *(x509.IPAddress(address) for address in ADDRESSES)]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    builder = (
        _builder("127.0.0.1", key, now, SERVER_DAYS)
        .issuer_name(authority.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(issuer, critical=False)
    )
    return key, builder.sign(authority_key, hashes.SHA256())


def _ensure_bundle(files: Certificate) -> None:
    wanted = _system_authorities(files.bundle).rstrip() + b"\n" + files.authority.read_bytes()
    try:
        current = files.bundle.read_bytes()
    except OSError:
        current = b""
    if current != wanted:
        write_atomically(files.bundle, wanted)


def _system_authorities(own_bundle: Path) -> bytes:
    """The authorities this system trusts, or certifi's where none of the usual places has them.

    Our own bundle is passed over: SSL_CERT_FILE names it in a shell that took over `oneplan local env`.
    """
    paths = ssl.get_default_verify_paths()
    for candidate in (paths.cafile, paths.openssl_cafile, *SYSTEM_BUNDLES):
        if candidate and Path(candidate).is_file() and not _same(Path(candidate), own_bundle):
            return Path(candidate).read_bytes()
    import certifi

    return Path(certifi.where()).read_bytes()


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
