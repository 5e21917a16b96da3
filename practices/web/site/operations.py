"""Operations: metrics, webhooks of the e-mail provider, and previews of every e-mail."""

from anymail.signals import EventType, tracking
from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from practices.choices import Kind
from practices.notifications import bounces, emails, outbox

METRICS = {
    "waiting": ("waiting", "Messages neither sent nor given up."),
    "due": ("due", "Messages whose time has come and that no sender holds."),
    "given_up": ("given_up", "Messages that failed for good and that staff may try again."),
    "to_spread": ("to_fan_out", "News of which not all announcements are made."),
    "oldest_due_seconds": (
        "oldest_due_seconds",
        "How long the oldest due message, or news, has waited. Grows when no sender runs.",
    ),
}
"""Name of a metric → (field of outbox.Metrics, help text). Dashboards of operators rely on the names."""


@never_cache
@require_safe
def metrics(request):
    """Metrics of the outbox in Prometheus text format, for staff and for clients that send METRICS_TOKEN."""
    token = settings.METRICS_TOKEN
    authorized = token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")
    if not authorized and not request.user.is_staff:
        raise Http404
    current = outbox.metrics(timezone.now())
    lines = []
    for name, (field, description) in METRICS.items():
        metric = f"catalogue_outbox_{name}"
        value = getattr(current, field)
        lines += [f"# HELP {metric} {description}", f"# TYPE {metric} gauge", f"{metric} {value}"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; version=0.0.4; charset=utf-8")


@csrf_exempt
@never_cache
@require_POST
def mail_events(request):
    """Webhook for bounces and complaints, signed by the provider in MAIL_WEBHOOKS."""
    try:
        found = resolve(f"/{settings.MAIL_WEBHOOKS}/tracking/", urlconf="anymail.urls")
    except Resolver404 as error:
        raise Http404 from error
    return found.func(request, *found.args, **found.kwargs)


def _record_event(sender, event, esp_name, **kwargs):
    now = timezone.now()
    match event.event_type:
        case EventType.BOUNCED if event.recipient:
            bounces.record_bounce(event.recipient, now=now)
        case EventType.COMPLAINED if event.recipient:
            bounces.record_complaint(event.recipient, now=now)


tracking.connect(_record_event, dispatch_uid="practices.mail_events")


@never_cache
@require_safe
def mail_previews(request):
    """List every kind of e-mail in every language, for staff and on a development machine."""
    _staff_only(request)
    context = {"kinds": Kind.choices, "languages": settings.LANGUAGES}
    return TemplateResponse(request, "web/site/mail_previews.html", context)


@never_cache
@require_safe
def mail_preview(request, kind, language):
    context = {"mail": _sample(request, kind, language), "kind": Kind(kind), "language": language}
    return TemplateResponse(request, "web/site/mail_preview.html", context)


@never_cache
@require_safe
@csp_override({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]})
def mail_preview_html(request, kind, language):
    """Show only the HTML part, as a mail program would."""
    return HttpResponse(_sample(request, kind, language).html)


def _sample(request, kind, language):
    _staff_only(request)
    if kind not in Kind.values or language not in dict(settings.LANGUAGES):
        raise Http404
    return emails.sample(kind, language)


def _staff_only(request):
    if not settings.DEBUG and not request.user.is_staff:
        raise Http404
