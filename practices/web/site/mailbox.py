"""Mailbox of a development machine, which shows the e-mails sent on it."""

import email
import email.policy
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

MAX_MAILS = 50
SEPARATOR = b"\n" + b"-" * 79 + b"\n"
"""Line that Django's file backend writes after each message; messages of one connection share a file."""


@never_cache
@require_safe
def mailbox(request):
    """List e-mails sent on this machine, newest first, with working links."""
    context = {"mails": _mails()[:MAX_MAILS], "folder": _folder()}
    return TemplateResponse(request, "web/site/mailbox.html", context)


@never_cache
@require_safe
@csp_override({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]})
def mailbox_html(request, name):
    """Show only the HTML part of an e-mail, as a mail program would."""
    for mail in _mails():
        if mail["name"] == name:
            return HttpResponse(mail["html"])
    raise Http404


def _folder() -> Path:
    """Return the folder of e-mail files. Raises Http404 where e-mail is really sent."""
    if not settings.DEBUG or settings.MAIL_HOST:
        raise Http404
    return settings.MAIL_FOLDER


def _mails() -> list[dict]:
    files = sorted(_folder().glob("*.log"))
    mails = [
        _mail(f"{path.stem}-{number}", content)
        for path in files
        for number, content in enumerate(path.read_bytes().split(SEPARATOR))
        if content.strip()
    ]
    return sorted(mails, key=lambda mail: (mail["date"], mail["name"]), reverse=True)


def _mail(name: str, content: bytes) -> dict:
    message = email.message_from_bytes(content.lstrip(), policy=email.policy.default)
    parts = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    text = {kind: part.get_content() if part else "" for kind, part in parts.items()}
    return {
        "name": name,
        "subject": message["Subject"],
        "to": message["To"],
        "date": message["Date"].datetime,
        "text": text["plain"],
        "html": text["html"],
    }
