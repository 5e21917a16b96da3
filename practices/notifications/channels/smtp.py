"""SMTP connections that are made, secured and signed in to within the deadline of an exchange."""

import smtplib
import socket

from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.utils import DNS_NAME

from practices.core import deadlines
from practices.core.deadlines import Exchange


class SMTP(smtplib.SMTP):
    """SMTP client that connects within the deadline of `exchange`."""

    def __init__(self, mailer: EmailBackend, exchange: Exchange) -> None:
        self._mailer, self._exchange = mailer, exchange
        # Looking up our own name can hang like any other look-up.
        own_name = deadlines.call(DNS_NAME.get_fqdn, within=exchange.seconds_left)
        super().__init__(mailer.host, mailer.port, local_hostname=own_name)

    def _get_socket(self, host, port, timeout) -> socket.socket:
        """Connect; smtplib's own SMTP_SSL overrides this as well."""
        connection = self._exchange.create_connection((host, port))
        if self._mailer.use_ssl:
            return self._mailer.ssl_context.wrap_socket(connection, server_hostname=host)
        return connection


def connect(mailer: EmailBackend, exchange: Exchange) -> SMTP:
    """Open a connection with the options of `mailer`, as its own `open` does, but within the exchange's deadline.

    Raises OSError, of which smtplib's exceptions are a kind.
    """
    connection = SMTP(mailer, exchange)
    try:
        if mailer.use_tls:
            connection.starttls(context=mailer.ssl_context)
        if mailer.username and mailer.password:
            connection.login(mailer.username, mailer.password)
        connection.ehlo_or_helo_if_needed()
    except BaseException:
        connection.close()
        raise
    return connection
