"""Check of the settings by which the bounce webhook tells notices of the e-mail provider from forged ones.

An unsigned notice could suspend anybody, so production does not start without the provider's own verification. A key
that we send e-mail with proves nothing about who sends a notice, and does not count.
"""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ImproperlyConfigured

SHARED_SECRET = "WEBHOOK_SECRET"  # nosec B105 # noqa: S105 - the name of a setting
"""Name and password in the address of the webhook (HTTP basic authentication), which every provider can send."""

SIGNATURES: dict[str, str] = {
    "mailersend": "MAILERSEND_SIGNING_SECRET",
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "mailtrap": "MAILTRAP_TRACKING_SECRET",
    "mandrill": "MANDRILL_WEBHOOK_KEY",
    "postal": "POSTAL_WEBHOOK_KEY",
    "sendgrid": "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY",
}
"""Provider → setting of anymail that verifies the signature of its notices."""
ALWAYS_SIGNED = frozenset({"mailersend", "mailgun", "mandrill", "postal"})
"""Providers that anymail takes nothing from without that setting, even with a shared secret."""
OTHERS = frozenset({"brevo", "mailjet", "postmark", "resend", "sparkpost", "unisender_go"})
"""Providers that sign nothing, sign with the key that we send with, or (Resend) in a way that needs a package more."""
PROVIDERS = {*SIGNATURES, *OTHERS}
"""Providers of anymail, but for Amazon SES, whose notices take the AWS SDK to read."""


def check(provider: str, anymail: Mapping[str, str]) -> None:
    """Raise ImproperlyConfigured unless the provider is known and its notices are verified.

    `anymail` are the settings of anymail, without the prefix ANYMAIL_.
    """
    if not provider:
        return
    if provider not in PROVIDERS:
        raise ImproperlyConfigured(
            f"MAIL_WEBHOOKS is “{provider}”; the providers are {', '.join(sorted(PROVIDERS))}."
        )
    secret = anymail.get(SHARED_SECRET)
    if secret is not None and not all(part.strip() for part in [*secret.split(":", 1), ""][:2]):
        raise ImproperlyConfigured("ANYMAIL_WEBHOOK_SECRET is a name and a password: user:password.")
    if anymail.get("RESEND_SIGNING_SECRET"):
        raise ImproperlyConfigured(
            "ANYMAIL_RESEND_SIGNING_SECRET needs the package svix; use ANYMAIL_WEBHOOK_SECRET instead."
        )
    signature = SIGNATURES.get(provider)
    wanted = [signature] if provider in ALWAYS_SIGNED else [signature, SHARED_SECRET]
    _require(provider, wanted, anymail)
    if provider == "unisender_go":  # which signs with it, besides the shared secret
        _require(provider, ["UNISENDER_GO_API_KEY"], anymail)


def _require(provider: str, wanted: Sequence[str | None], anymail: Mapping[str, str]) -> None:
    if not any(name and anymail.get(name, "").strip() for name in wanted):
        names = " or ".join(f"ANYMAIL_{name}" for name in wanted if name)
        raise ImproperlyConfigured(f"MAIL_WEBHOOKS={provider} needs {names}, to verify its reports.")
