"""Webhook that receives bounces and complaints from the e-mail provider."""

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import EventType
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from practices import clock
from practices.notifications import bounces


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
