"""The local authority and the server certificate."""

import ipaddress
import ssl
import stat
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from emulator import tls

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def load(path):
    return x509.load_pem_x509_certificate(path.read_bytes())


def serials(certificate):
    return load(certificate.authority).serial_number, load(certificate.certificate).serial_number


def test_the_server_certificate_is_good_for_loopback(tmp_path):
    made = tls.ensure(tmp_path, NOW)

    names = load(made.certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address(a) for a in ("127.0.0.1", "::1")]


def test_the_authority_signs_for_loopback_only(tmp_path):
    made = tls.ensure(tmp_path, NOW)

    constraints = load(made.authority).extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert {str(name.value) for name in constraints.value.permitted_subtrees} == {
        "localhost",
        "127.0.0.0/8",
        "::1/128",
    }


def test_keys_are_for_their_owner_only(tmp_path):
    tls.ensure(tmp_path, NOW)

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob("*.key")}
    assert modes == {"ca.key": 0o600, "server.key": 0o600}


def test_a_second_start_changes_nothing(tmp_path):
    before = serials(tls.ensure(tmp_path, NOW))

    assert serials(tls.ensure(tmp_path, NOW + timedelta(days=59))) == before


def test_the_server_certificate_is_renewed_before_its_end_and_the_authority_stays(tmp_path):
    before = serials(tls.ensure(tmp_path, NOW))

    after = serials(tls.ensure(tmp_path, NOW + timedelta(days=61)))

    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_new_authority_brings_a_new_server_certificate_and_bundle(tmp_path):
    before = tls.ensure(tmp_path, NOW)
    old = serials(before)

    after = tls.ensure(tmp_path, NOW + timedelta(days=3640))

    assert not set(serials(after)) & set(old)
    assert after.bundle.read_bytes().endswith(after.authority.read_bytes())


@pytest.mark.parametrize("file", ["ca.pem", "ca.key", "server.pem", "server.key"])
def test_a_damaged_file_is_replaced(tmp_path, file):
    tls.ensure(tmp_path, NOW)
    (tmp_path / file).write_text("not PEM")

    made = tls.ensure(tmp_path, NOW)

    issued = load(made.certificate)
    issued.verify_directly_issued_by(load(made.authority))
    assert made.server_context.get_ca_certs() == []


def test_the_bundle_keeps_the_systems_authorities(tmp_path):
    made = tls.ensure(tmp_path, NOW)

    context = ssl.create_default_context(cafile=str(made.bundle))

    assert context.cert_store_stats()["x509_ca"] > 10


def test_our_own_bundle_is_not_taken_for_the_systems(tmp_path, monkeypatch):
    made = tls.ensure(tmp_path, NOW)
    before = made.bundle.read_bytes()
    monkeypatch.setenv("SSL_CERT_FILE", str(made.bundle))

    tls.ensure(tmp_path, NOW)

    assert made.bundle.read_bytes() == before
