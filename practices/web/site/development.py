"""Pages for developers: the style guide, and the mailbox of a development machine."""

import email
import email.policy
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from practices import documents
from practices.documents import diff
from practices.models import Objective, Practice
from practices.web.submit.forms import SubmissionForm
from practices.web.subscribe.forms import SubscriptionForm

COLOURS = ["paper", "surface", "sunken", "ink", "ink-soft", "accent", "accent-soft", "warm", "good", "bad"]

SAMPLE_DOCUMENTS = (
    {"summary": "Desks in a port help workers.", "countries": ["GE"]},
    {"summary": "Desks in two ports help returning workers.", "countries": ["PH"], "end_year": 2026},
)
"""Two documents of which the style guide shows the differences."""

SAMPLE_PAGES = [
    {"label": "Previous", "query": "?page=1", "rel": "prev"},
    {"label": "1", "query": "?page=1"},
    {"label": "2", "is_current": True},
    {"label": "Next", "query": "?page=3", "rel": "next"},
]
"""Pagination links in the style guide."""

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


@never_cache
@require_safe
def styleguide(request):
    """Show every component and its purpose, for staff and on a development machine."""
    if not settings.DEBUG and not request.user.is_staff:
        raise Http404
    practices = list(Practice.objects.published().for_listing()[:3])
    form = SubmissionForm(data={"email": "ana@", "credit_as": "name"})
    context = {
        "colours": COLOURS,
        "objectives": Objective.objects.all(),
        "practices": practices,
        "reading": documents.read(practices[0].revisions.latest("number").document) if practices else None,
        "subscription_form": SubscriptionForm(),
        "fields": [form[name] for name in ("title", "summary", "type", "email", "credit_as", "principles")],
        "form": form,
        "differences": diff.between(*SAMPLE_DOCUMENTS),
        "links": SAMPLE_PAGES,
    }
    return TemplateResponse(request, "web/site/styleguide.html", context)
