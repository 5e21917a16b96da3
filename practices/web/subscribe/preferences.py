"""The page of a subscriber's own subscriptions, which a mailed link opens, and its forms to add and change one.

GET shows, POST acts. Whoever has the link owns the mailbox, so nothing has to be confirmed again.
"""

from functools import wraps

from django.conf import settings
from django.http import HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from practices import personal_data
from practices.choices import Cadence
from practices.core import time_zones
from practices.core.http.guards import private, public_form
from practices.core.http.numbers import whole_number
from practices.discovery import PracticeFilter
from practices.models import Practice
from practices.notifications import saved_filters, subscriptions
from practices.web.personal_data.download import export_response
from practices.web.subscribe.choice import Choice
from practices.web.subscribe.descriptions import link_not_valid, shown
from practices.web.subscribe.forms import CADENCES, CadenceForm, PreferencesForm

MOST_COUNTED = 30
"""Subscriptions up to which the page says how many practices and e-mails each brings."""


def of_subscriber(view):
    """Decorate a private page: give it the subscriber of its token, or answer that the link is not valid."""

    @private
    @wraps(view)
    def answer(request, token, **kwargs):
        try:
            subscriber = subscriptions.read_preferences_token(token)
        except subscriptions.LinkNotValid:
            return link_not_valid(request)
        return view(request, token, subscriber, **kwargs)

    return answer


@of_subscriber
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request, token, subscriber):
    """Show a subscriber's subscriptions; POST makes one change and shows them again."""
    form, done = PreferencesForm(), DONE.get(request.GET.get("done", ""), "")
    if request.method == "POST":
        step = request.POST.get("step", "")
        if step == "clock":
            form = PreferencesForm(request.POST)
        done = DONE.get(step, "") if _take_step(request, subscriber, step, form) else ""
        try:
            subscriber = subscriptions.read_preferences_token(token)
        except subscriptions.LinkNotValid:
            context = {"has_unsubscribed": step == "remove"}
            return TemplateResponse(request, "web/subscribe/subscriptions_erased.html", context)
        if done:
            form = PreferencesForm()
    context = _preferences_context(subscriber, form) | {"done": done, "token": token}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "web/subscribe/subscriptions.html", context, status=status)


DONE = {
    "add": _("The subscription is added."),
    "change": _("Your change is saved."),
    "clock": _("Your change is saved. It also applies to e-mails that are waiting."),
    "pause": _("The subscription is paused. You get no e-mails on it until you resume it."),
    "resume": _("The subscription is on again."),
    "remove": _("The subscription has ended."),
    "merge": _("The two subscriptions are one now."),
    "again": _("Updates are on again."),
}
"""Step → what the page says once it is made."""


def _preferences_context(subscriber, form):
    current = list(subscriber.subscriptions.all())
    if not form.is_bound:
        names = ("digest_weekday", "digest_hour", "time_zone", "language")
        form.initial = {name: getattr(subscriber, name) for name in names}
    each = [shown(subscription) for subscription in current]
    if len(each) <= MOST_COUNTED:
        each = [one | _counted(one["subscription"]) for one in each]
    return {
        "subscriber": subscriber,
        "suspended_on": _suspended_on(subscriber),
        "subscriptions": each,
        "overlaps": [
            {
                "one": one,
                "other": other,
                "words": [saved_filters.describe(query) for query in (one.query, other.query)],
            }
            | {"merged": saved_filters.describe(merged)}
            for one, other, merged in subscriptions.overlaps(current)
        ],
        "form": form,
        "cadences": CADENCES,
        "several_languages": len(settings.LANGUAGES) > 1,
    }


def _suspended_on(subscriber):
    """Return the day on which updates stopped, in the subscriber's time zone; None while they do not."""
    at = subscriber.suspended_at
    return at and at.astimezone(time_zones.zone_of(subscriber.time_zone)).date()


def _counted(subscription):
    """Return how many practices a subscription has, and how many e-mails it brings."""
    practice_filter = PracticeFilter(QueryDict(subscription.query), queryset=Practice.objects.none())
    emails = subscriptions.estimate(subscription.query).number(subscription.cadence)
    return {"total": practice_filter.total, "emails": emails}


def _take_step(request, subscriber, step, form):
    """Make one change; return whether it was made. A subscription that is already gone needs no change."""
    if step == "clock":
        if form.is_valid():
            subscriptions.change_schedule(subscriber, **form.schedule())
        return form.is_valid()
    if step == "erase":
        subscriptions.erase(subscriber)
    elif step == "again":
        subscriptions.lift_suspension(subscriber)
    elif step == "merge":
        one, other = (_own(subscriber, request.POST.get(name, "")) for name in ("one", "other"))
        return bool(one and other and subscriptions.merge(one, other))
    else:
        subscription = _own(subscriber, request.POST.get("subscription", ""))
        # One that is already gone, as when a form is sent twice, has been removed.
        return _change(request, subscription, step) if subscription else step == "remove"
    return True


def _change(request, subscription, step):
    match step:
        case "change":
            cadence = request.POST.get("cadence")
            if cadence not in Cadence.values:
                return False
            subscriptions.change_cadence(subscription, cadence)
        case "pause":
            subscriptions.pause(subscription)
        case "resume":
            subscriptions.resume(subscription)
        case "remove":
            subscriptions.unsubscribe([subscription])
    return True


def _own(subscriber, key: str):
    return subscriber.subscriptions.filter(pk=whole_number(key)).first()


# Adding and changing a subscription -----------------------------------------------------------------


@of_subscriber
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_add(request, token, subscriber):
    """Show the form to choose practices for one more subscription; POST adds it."""
    choice = Choice(request.GET, request.POST)
    form = _cadence_form(request, choice)
    if form.is_bound and form.is_valid() and choice.can_be_saved:
        try:
            subscriptions.add(subscriber, query=choice.query, **form.cleaned_data)
        except subscriptions.LinkNotValid:
            return link_not_valid(request)
        except subscriptions.TooManySubscriptions:
            message = gettext(
                "You have %(count)s subscriptions, which is the most that one address can have. End one of them first."
            )
            form.add_error(None, message % {"count": settings.SUBSCRIPTIONS_PER_ADDRESS})
        else:
            return _saved(token, "add")
    return _form_page(request, token, subscriber, choice, form)


@of_subscriber
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_change(request, token, subscriber, pk):
    """Show the form to change which practices a subscription is about, and how often e-mails come; POST saves it."""
    subscription = subscriber.subscriptions.filter(pk=pk).first()
    if subscription is None:
        return _ended(token)
    start = request.GET if request.method == "POST" else QueryDict(subscription.query)
    choice = Choice(start, request.POST)
    form = _cadence_form(request, choice, cadence=subscription.cadence)
    seen, status = request.POST.get("shown") or subscriptions.shown_code(subscription), None
    if form.is_bound and form.is_valid() and choice.can_be_saved:
        try:
            subscriptions.change(subscription, seen=seen, query=choice.query, **form.cleaned_data)
        except subscriptions.SubscriptionChanged:
            subscription = subscriber.subscriptions.filter(pk=pk).first()
            if subscription is None:
                return _ended(token)
            seen, status = subscriptions.shown_code(subscription), 409
        else:
            return _saved(token, "change")
    context = {"now": shown(subscription), "seen": seen, "has_changed": status == 409}
    return _form_page(request, token, subscriber, choice, form, status=status, **context)


def _cadence_form(request, choice, cadence=Cadence.AT_ONCE):
    """Return the form of how often, bound if the visitor wants to save."""
    if request.method == "POST" and not choice.is_only_counted:
        return CadenceForm(request.POST)
    return CadenceForm(initial={"cadence": request.POST.get("cadence") or cadence})


def _form_page(request, token, subscriber, choice, form, *, status=None, **context):
    context |= choice.context(form) | {"is_choosing": True, "subscriber": subscriber, "token": token}
    status = status or (422 if form.is_bound else 200)
    return TemplateResponse(request, "web/subscribe/subscription_change.html", context, status=status)


def _ended(token):
    """Lead to the page of all subscriptions, which shows that this one is gone."""
    return HttpResponseRedirect(reverse("practices:subscriptions", args=[token]))


def _saved(token, step):
    path = reverse("practices:subscriptions", args=[token])
    return HttpResponseRedirect(f"{path}?done={step}")


@of_subscriber
@require_safe
def preferences_export(request, token, subscriber):
    """Download all data held on a subscriber as JSON."""
    return export_response(personal_data.Held.on_subscriber(subscriber), filename="subscriptions.json")
