"""Operations: health, metrics, files for crawlers, webhooks of the e-mail provider, previews of every e-mail."""

from datetime import timedelta

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import EventType
from django.conf import settings
from django.core.cache import caches
from django.db import Error
from django.http import Http404, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from practices import clock
from practices.choices import Kind
from practices.core.http.caching import public
from practices.notifications import bounces, emails, outbox

NO_ANSWER = "no answer"
SECURITY_TXT_LIFETIME = timedelta(days=180)
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


@csrf_exempt
@never_cache
@require_safe
def healthz(request):
    """Answer 200 while the database is there, else 503, and say which part is ill.

    The breakers and time-outs of the database and the cache bound the time it takes. `oldest_due_seconds` grows while
    no sender runs. Without the cache, pages take longer, but there are pages.
    """
    parts: dict[str, str | int] = {}
    try:
        age = outbox.oldest_due_age(clock.now())
        parts |= {"database": "ok", "oldest_due_seconds": int(age.total_seconds()) if age else 0}
    except Error:
        parts["database"] = NO_ANSWER
    if settings.CACHE_URL:
        try:
            caches["counts"].get("healthz")
            parts["cache"] = "ok"
        except Exception:  # whatever its client makes of it
            parts["cache"] = NO_ANSWER
    if parts["database"] == NO_ANSWER:
        return JsonResponse({"status": "ill"} | parts, status=503, headers={"Retry-After": "30"})
    return JsonResponse({"status": "ok"} | parts)


@never_cache
@require_safe
def metrics(request):
    """Metrics of the outbox in Prometheus text format, for staff and for clients that send METRICS_TOKEN."""
    token = settings.METRICS_TOKEN
    authorized = token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")
    if not authorized and not request.user.is_staff:
        raise Http404
    current = outbox.metrics(clock.now())
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
    """Webhook for bounces and complaints of the provider in MAIL_WEBHOOKS.

    403 without the provider's signature or the shared secret, whatever else the request says; 400 if it cannot be read.
    """
    try:
        found = resolve(f"/{settings.MAIL_WEBHOOKS}/tracking/", urlconf="anymail.urls")
    except Resolver404 as error:
        raise Http404 from error
    webhook = found.func.view_class(**found.func.view_initkwargs)
    try:
        webhook.run_validators(request)
        events = webhook.parse_events(request)
    except AnymailWebhookValidationFailure:
        return HttpResponse("This notice is not signed by our provider.\n", "text/plain", status=403)
    except (
        ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
    ):  # fmt: skip
        return HttpResponse("This notice cannot be read.\n", "text/plain", status=400)
    for event in events:
        _record_event(event, webhook.esp_name)
    return HttpResponse()


def _record_event(event, provider):
    record = {EventType.BOUNCED: bounces.record_bounce, EventType.COMPLAINED: bounces.record_complaint}
    if event.event_type in record and event.recipient:
        now = clock.now()
        name = event.event_id or event.timestamp
        notice = f"{provider} {event.event_type} {event.recipient} {name}" if name else ""
        record[event.event_type](event.recipient, notice=notice, now=min(event.timestamp or now, now))


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


@public
@require_safe
def robots(request):
    lines = ["User-agent: *", "Disallow: /admin/", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@csrf_exempt
@never_cache
@require_safe
def security(request):
    """Contact for security reports (RFC 9116). Its expiry date moves with each request."""
    expires = timezone.now().replace(microsecond=0) + SECURITY_TXT_LIFETIME
    lines = [
        f"Contact: mailto:{settings.CONTACT_ADDRESS}",
        f"Expires: {expires.isoformat()}",
        f"Canonical: {settings.SITE_URL}{request.path}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
