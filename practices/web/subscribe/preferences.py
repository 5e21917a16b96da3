"""The page of a subscriber's own subscriptions, which a mailed link opens, and its forms to add and change one.

GET shows, POST acts. Whoever has the link owns the mailbox, so nothing has to be confirmed again.
"""

from functools import wraps
from urllib.parse import urlencode

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
from practices.discovery import PracticeFilter
from practices.models import Practice
from practices.notifications import saved_filters, subscriptions
from practices.web.personal_data.download import export_response
from practices.web.subscribe.choice import Choice
from practices.web.subscribe.descriptions import link_not_valid, shown, with_times
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
    form, done, has_moved = PreferencesForm(), _arrival(subscriber, request.GET), False
    if request.method == "POST":
        done, step = "", request.POST.get("step", "")
        if step == "clock":
            form = PreferencesForm(request.POST)
        try:
            done = DONE.get(step, "") if _take_step(request, subscriber, step, form) else ""
        except subscriptions.SubscriptionChanged:
            has_moved = True
        try:
            subscriber = subscriptions.read_preferences_token(token)
        except subscriptions.LinkNotValid:
            context = {"has_unsubscribed": step == "remove"}
            return TemplateResponse(request, "web/subscribe/subscriptions_erased.html", context)
        if done:
            form = PreferencesForm()
    context = _preferences_context(subscriber, form) | {"done": done, "has_moved": has_moved, "token": token}
    status = 422 if form.errors else 409 if has_moved else 200
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
    "gone": _("That subscription had ended already, so nothing is saved. You can add it again below."),
}
"""Step → what the page says once it is made."""
DONE_TO_ONE = {
    "had": _("You already had a subscription to %(what)s. E-mails on it now come %(how_often)s."),
    "joined": _("Your change is saved. You already had a subscription to %(what)s, so the two are one now."),
}
"""The same, of steps that name the subscription they were about."""


def _arrival(subscriber, said):
    """Return what the page says of the step that led to it; empty if there was none."""
    step = said.get("done", "")
    if step not in DONE_TO_ONE:
        return DONE.get(step, "")
    subscription = _own(subscriber, said.get("of", ""))
    if subscription is None:
        return ""
    one = with_times(subscription, subscriber)
    return DONE_TO_ONE[step] % {"what": one["words"], "how_often": one["how_often"]}


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
    """Make one change; return whether it was made. A subscription that is already gone needs no change.

    Raises SubscriptionChanged if it was merged, or its filter was changed, since the page was opened.
    """
    if step == "clock":
        if form.is_valid():
            subscriptions.change_schedule(subscriber, **form.schedule())
        return form.is_valid()
    if step == "erase":
        subscriptions.erase_for_owner(subscriber)
    elif step == "again":
        subscriptions.lift_suspension(subscriber)
    elif step == "merge":
        one, other = (_own(subscriber, request.POST.get(name, "")) for name in ("one", "other"))
        return bool(one and other and subscriptions.merge(one, other))
    else:
        subscription = _own(subscriber, request.POST.get("subscription", ""))
        # One that is already gone, as when a form is sent twice, has been removed.
        if subscription is None:
            return step == "remove"
        if (subscription.key, subscription.query) != (
            request.POST["subscription"],
            request.POST.get("query"),
        ):
            raise subscriptions.SubscriptionChanged
        return _change(request, subscription, step)
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
    """Return the subscriber's subscription of this key, or the one it was merged into; None if it has ended."""
    return next((each for each in subscriber.subscriptions.all() if key in each.all_keys), None)


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
            added, is_new = subscriptions.add(subscriber, query=choice.query, **form.cleaned_data)
        except subscriptions.LinkNotValid:
            return link_not_valid(request)
        except subscriptions.TooManySubscriptions:
            message = gettext(
                "You have %(count)s subscriptions, which is the most that one address can have. End one of them first."
            )
            form.add_error(None, message % {"count": settings.SUBSCRIPTIONS_PER_ADDRESS})
        else:
            return _saved(token, "add") if is_new else _saved(token, "had", of=added)
    return _form_page(request, token, subscriber, choice, form)


@of_subscriber
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_change(request, token, subscriber, key):
    """Show the form to change which practices a subscription is about, and how often e-mails come; POST saves it."""
    subscription = _own(subscriber, key)
    if subscription is None:
        return _saved(token, "gone")
    start = request.GET if request.method == "POST" else QueryDict(subscription.query)
    choice = Choice(start, request.POST)
    form = _cadence_form(request, choice, cadence=subscription.cadence)
    seen, status = request.POST.get("shown") or subscriptions.shown_code(subscription), None
    if form.is_bound and form.is_valid() and choice.can_be_saved:
        try:
            has_joined = subscriptions.change(
                subscription, seen=seen, query=choice.query, **form.cleaned_data
            )
        except subscriptions.SubscriptionChanged:
            subscription = _own(subscriber, key)
            if subscription is None:
                return _saved(token, "gone")
            seen, status = subscriptions.shown_code(subscription), 409
        else:
            return _saved(token, "joined", of=subscription) if has_joined else _saved(token, "change")
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


def _saved(token, step, of=None):
    """Lead to the page of all subscriptions, which says what was done, and to which one."""
    path = reverse("practices:subscriptions", args=[token])
    said = {"done": step} | ({"of": of.key} if of else {})
    return HttpResponseRedirect(f"{path}?{urlencode(said)}")


@of_subscriber
@require_safe
def preferences_export(request, token, subscriber):
    """Download all data held on a subscriber as JSON."""
    return export_response(personal_data.Held.on_subscriber(subscriber), filename="subscriptions.json")
