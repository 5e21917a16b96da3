"""E-mail over TLS from the first byte, as on port 465 (RFC 8314 §3.3)."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from practices.notifications import outbox
from tests.support.factories import make_message
from tests.support.hanging_server import DribblingServer, running
from tests.support.mail_server import MailServer, MailServerThread, mailers

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(tmp_path):
    """Write a certificate for 127.0.0.1 with its key into a file, and return its path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.org")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def tls_mail_server(certificate, settings):
    """Run an SMTP server that speaks TLS from the first byte."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = MailServer()
    thread = MailServerThread(server, ssl_context=context)
    thread.start()
    settings.MAILERS = mailers(thread.port)
    settings.MAILERS["default"]["OPTIONS"]["use_ssl"] = True
    yield server
    thread.stop()


def test_mail_is_sent_over_tls_from_the_first_byte(tls_mail_server, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    message = make_message()

    outbox.deliver_due()

    message.refresh_from_db()
    assert (tls_mail_server.recipients, message.error) == ([["ana@example.org"]], "")


def test_server_whose_certificate_nobody_knows_gets_nothing(tls_mail_server):
    message = make_message()

    outbox.deliver_due()

    message.refresh_from_db()
    assert (tls_mail_server.recipients, message.sent_at) == ([], None)
    assert "CERTIFICATE_VERIFY_FAILED" in message.error


def test_handshake_that_never_ends_is_left_at_the_deadline(settings):
    settings.MAIL_TIMEOUT_SECONDS = 0.2
    message = make_message()

    with running(DribblingServer(b"\x02", first=b"\x16\x03\x03\x40\x00")) as server:
        settings.MAILERS = mailers(server.port)
        settings.MAILERS["default"]["OPTIONS"]["use_ssl"] = True
        outbox.deliver_due()

    message.refresh_from_db()
    assert message.error == "The mail server took longer than 0.2 seconds."
