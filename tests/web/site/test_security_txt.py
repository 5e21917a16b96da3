from datetime import datetime, timedelta

from django.utils import timezone


def test_security_note_says_whom_to_tell_and_until_when(client, settings, clock):
    settings.CONTACT_ADDRESS, settings.SITE_URL = "help@example.org", "https://practices.example.org"

    response = client.get("/.well-known/security.txt")

    fields = dict(line.split(": ", 1) for line in response.text.splitlines())
    lasts = datetime.fromisoformat(fields.pop("Expires")) - timezone.now()
    assert (response.headers["Content-Type"], fields) == (
        "text/plain; charset=utf-8",
        {
            "Contact": "mailto:help@example.org",
            "Canonical": "https://practices.example.org/.well-known/security.txt",
            "Preferred-Languages": "en",
        },
    )
    assert timedelta(days=30) < lasts < timedelta(days=365)
