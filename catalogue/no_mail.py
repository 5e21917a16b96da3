"""Mailer of a copy for trials (STAGING). It has no server to send to."""

from django.core.mail.backends import dummy


class NoMail(dummy.EmailBackend):
    """Mailer that drops every message on purpose.

    Django's own `dummy` is an error of `check --deploy`, as somebody may have left it in production by mistake.
    """
