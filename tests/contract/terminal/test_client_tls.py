"""Over https a client trusts one authority and speaks TLS 1.3, or says so."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.central.errors import SilenceKind, Silent
from kiosk.central.wire import Health
from tests.contract.terminal.hostile import SHORT_S, Script, a_client, answers, drips, serving, waits

HEALTH = b'{"status":"ok","time":"2026-01-05T10:00:00+08:00","payments":"ok"}'
BEGINNING, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
HONEST = answers("200 OK", HEALTH)


def certificate(folder: Path, host: str = "localhost", end: datetime = END) -> Path:
    """A key and its own certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, BEGINNING, end)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    issued = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{host}-{end:%Y}.pem"
    path.write_bytes(issued + key.private_bytes(*form))
    return path


def server_side(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_the_backend_of_our_authority_is_trusted(tmp_path: Path) -> None:
    path = certificate(tmp_path)
    with serving(HONEST, server_side(path)) as url:
        assert isinstance(a_client(url, str(path)).health(), Health)


def test_a_backend_of_another_authority_is_not_trusted(tmp_path: Path) -> None:
    path, other = certificate(tmp_path), certificate(tmp_path, "elsewhere")
    with serving(HONEST, server_side(path)) as url:
        assert a_client(url, str(other)).health() == Silent(SilenceKind.UNTRUSTED)
        assert a_client(url, None).health() == Silent(SilenceKind.UNTRUSTED)


@pytest.mark.parametrize(("host", "end"), [("elsewhere", END), ("localhost", BEGINNING + timedelta(days=1))])
def test_another_host_s_or_an_old_certificate_is_not_trusted(tmp_path: Path, host: str, end: datetime) -> None:
    path = certificate(tmp_path, host, end)
    with serving(HONEST, server_side(path)) as url:
        assert a_client(url, str(path)).health() == Silent(SilenceKind.UNTRUSTED)


def test_tls_older_than_1_3_is_refused(tmp_path: Path) -> None:
    path = certificate(tmp_path)
    context = server_side(path)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with serving(HONEST, context) as url:
        assert a_client(url, str(path)).health() == Silent(SilenceKind.UNTRUSTED)


def test_a_file_of_authorities_that_is_gone_is_silence(tmp_path: Path) -> None:
    path = certificate(tmp_path)
    with serving(HONEST, server_side(path)) as url:
        assert a_client(url, str(tmp_path / "none.pem")).health() == Silent(SilenceKind.UNTRUSTED)


@pytest.mark.parametrize("script", [waits, drips(b"\x16\x03\x03\x40\x00")], ids=["silent", "dripping"])
def test_a_handshake_that_does_not_end_is_cut(tmp_path: Path, script: Script) -> None:
    with serving(script, reads_request=False) as url:
        client = a_client(url.replace("http:", "https:"), str(certificate(tmp_path)), SHORT_S)
        assert client.health() == Silent(SilenceKind.TOO_SLOW)


@pytest.mark.parametrize("script", [waits, drips(b"HTTP/1.1 200 OK\r\n\r\n" + HEALTH)], ids=["silent", "dripping"])
def test_an_answer_that_does_not_end_is_cut_over_tls_too(tmp_path: Path, script: Script) -> None:
    path = certificate(tmp_path)
    with serving(script, server_side(path)) as url:
        assert a_client(url, str(path), deadline_s=2).health() == Silent(SilenceKind.TOO_SLOW)
