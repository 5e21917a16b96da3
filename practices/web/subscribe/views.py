"""Subscribing to e-mail updates: signing up, confirming, changing and unsubscribing.

GET shows a form or a button, POST acts.
"""

from django.conf import settings
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from practices import personal_data
from practices.choices import Cadence
from practices.core.http.guards import indexable, limit_visitor, mailbox_path, private, public_form
from practices.core.http.numbers import whole_number
from practices.discovery import MAX_VALUES, PracticeFilter
from practices.models import QUERY_LENGTH, Practice, Subscription
from practices.notifications import saved_filters, subscriptions
from practices.web.personal_data.download import export_response
from practices.web.subscribe.forms import (
    CADENCES,
    AddForm,
    CadenceForm,
    ChoiceForm,
    LinkForm,
    PreferencesForm,
    SubscriptionForm,
    TimeZoneField,
)

CHOSEN_ON_THE_PAGE = ("objective", "country", "q")
"""Filters that the page has fields for. It keeps others from its address, and they can be removed."""


@indexable
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request):
    """Show the form for the filters in the query string; POST subscribes, or counts again what is chosen."""
    wanted = _wanted(request)
    query = saved_filters.canonical(wanted)
    faults = PracticeFilter(wanted, queryset=Practice.objects.none()).error_messages
    too_long = len(query) > QUERY_LENGTH or any(
        len(several) > MAX_VALUES for _name, several in wanted.lists()
    )
    counting = request.POST.get("step") == "count"
    if counting:
        form = SubscriptionForm(initial=request.POST.dict())
    else:
        form = SubscriptionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not counting:
        limit_visitor(request, "subscription", per_hour=settings.SUBSCRIPTIONS_PER_HOUR)
        # A faulty filter would match more than was meant, so its faults are shown before anything is saved.
        if form.is_valid() and not faults and not too_long:
            if not form.trapped:
                subscriptions.subscribe(
                    form.cleaned_data["address"],
                    query=query,
                    cadence=form.cleaned_data["cadence"],
                    **form.schedule(),
                )
            return HttpResponseRedirect(f"{reverse('practices:subscription-sent')}?{query}".rstrip("?"))
    context = _subscribe_context(query, form) | {
        "choice_form": _choice_form(wanted),
        "faults": faults,
        "too_long": too_long,
        "counted": counting,
        "is_choosing": "choosing" in request.POST or not query,
    }
    status = 422 if request.method == "POST" and not counting else 200
    return TemplateResponse(request, "web/subscribe/subscription_form.html", context, status=status)


def _wanted(request):
    """Return the filters that the visitor wants: those chosen on the page, and the others of its address."""
    wanted = request.GET.copy()
    if "choosing" in request.POST:
        for name in CHOSEN_ON_THE_PAGE:
            wanted.setlist(name, [value for value in request.POST.getlist(name) if value.strip()])
    return wanted


def _choice_form(wanted):
    form = ChoiceForm(initial={name: wanted.getlist(name) for name in ("objective", "country")})
    form.initial["q"] = wanted.get("q", "")
    return form


def _subscribe_context(query, form):
    practice_filter = PracticeFilter(QueryDict(query), queryset=Practice.objects.none())
    others = [pair for pair in practice_filter.pairs if pair[0] not in CHOSEN_ON_THE_PAGE]
    labels = {
        (name, value): label for name, pairs in practice_filter.values.items() for value, label in pairs
    }
    estimate = subscriptions.estimate(query)
    form.show(estimate)
    return {
        "form": form,
        "query": query,
        "words": saved_filters.describe(query),
        "kept_query": PracticeFilter.encode_query(others),
        "kept": [
            {
                "facet": practice_filter.filters[name].label,
                "label": labels[name, value],
                "query_without": PracticeFilter.encode_query(
                    [pair for pair in practice_filter.pairs if pair != (name, value)]
                ),
            }
            for name, value in others
        ],
        "total": practice_filter.total,
        "estimate": estimate,
        "emails": estimate.number(form["cadence"].value() or Cadence.AT_ONCE),
        "several_languages": len(settings.LANGUAGES) > 1,
    }


@private
@require_safe
def subscription_sent(request):
    query = saved_filters.canonical(request.GET)
    context = {
        "query": query,
        "words": saved_filters.describe(query),
        "days": settings.CONFIRMATION_DAYS,
        "most_mails": settings.SUBSCRIPTION_MAILS_PER_DAY,
        "mailbox_path": mailbox_path(),
    }
    return TemplateResponse(request, "web/subscribe/subscription_sent.html", context)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_confirm(request, token):
    """Show what was requested for the address, and a button; POST confirms what was shown and ticked."""
    try:
        subscription = subscriptions.read_confirm_token(token)
        confirmed = _confirm(request, subscription) if request.method == "POST" else []
        subscription.refresh_from_db()
    except (subscriptions.LinkNotValid, Subscription.DoesNotExist):
        return _link_not_valid(request)
    is_subscribed = bool(confirmed or subscription.confirmed_at)
    pending = [] if is_subscribed else subscriptions.unconfirmed_with(subscription)
    context = {
        "subscriptions": [_shown(one) for one in confirmed or pending or [subscription]],
        "confirmed": is_subscribed,
        "changed": request.method == "POST" and not is_subscribed,
        # Only in answer to the button: the link alone opens nothing but this page.
        "preferences_path": subscriptions.preferences_path(subscription.subscriber) if confirmed else "",
    }
    status = 409 if context["changed"] else 200
    return TemplateResponse(request, "web/subscribe/subscription_confirm.html", context, status=status)


def _confirm(request, subscription):
    time_zone = TimeZoneField(required=False).clean(request.POST.get("time_zone"))
    return subscriptions.confirm(subscription, shown=request.POST.getlist("shown"), time_zone=time_zone)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_unsubscribe(request, token):
    """Show a button; POST unsubscribes, from the page or in one click from a mail program (RFC 8058).

    A link whose subscriptions have ended cannot tell whether there are newer ones, so its page claims neither.
    """
    try:
        remaining = subscriptions.read_unsubscribe_token(token)
    except subscriptions.LinkNotValid:
        return _link_not_valid(request)
    context = {
        "subscriptions": [_shown(subscription) for subscription in remaining],
        "has_ended_before": not remaining,
        "has_unsubscribed": request.method == "POST",
    }
    if request.method == "POST":
        subscriptions.unsubscribe(remaining)
    return TemplateResponse(request, "web/subscribe/subscription_unsubscribe.html", context)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscriptions_link(request):
    """Show the form that mails the link to one's subscriptions; POST sends it."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        limit_visitor(request, "subscription", per_hour=settings.SUBSCRIPTIONS_PER_HOUR)
        if form.is_valid():
            if not form.trapped:
                subscriptions.send_preferences_link(form.cleaned_data["address"])
            return redirect("practices:subscriptions-link-sent")
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "web/subscribe/subscriptions_link.html", {"form": form}, status=status)


@private
@require_safe
def subscriptions_link_sent(request):
    context = {"most_mails": settings.SUBSCRIPTION_MAILS_PER_DAY, "mailbox_path": mailbox_path()}
    return TemplateResponse(request, "web/subscribe/subscriptions_link_sent.html", context)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request, token):
    """Show a subscriber's subscriptions; POST makes one change and shows them again."""
    try:
        subscriber = subscriptions.read_preferences_token(token)
    except subscriptions.LinkNotValid:
        return _link_not_valid(request)
    form, done = PreferencesForm(), ""
    if request.method == "POST":
        done = request.POST.get("step", "")
        if done == "add":
            done = done if _add(request, subscriber) else ""
        elif done == "clock":
            form = PreferencesForm(request.POST)
            if form.is_valid():
                subscriptions.change_schedule(subscriber, **form.schedule())
            else:
                done = ""
        else:
            _take_step(request, subscriber, done)
        try:
            subscriber = subscriptions.read_preferences_token(token)
        except subscriptions.LinkNotValid:
            context = {"has_unsubscribed": done == "remove"}
            return TemplateResponse(request, "web/subscribe/subscriptions_erased.html", context)
    context = _preferences_context(subscriber, form) | {"done": done, "token": token}
    return TemplateResponse(request, "web/subscribe/subscriptions.html", context)


def _preferences_context(subscriber, form):
    current = list(subscriber.subscriptions.all())
    if not form.is_bound:
        names = ("digest_weekday", "digest_hour", "time_zone", "language")
        form.initial = {name: getattr(subscriber, name) for name in names}
    return {
        "subscriber": subscriber,
        "subscriptions": [_shown(subscription) for subscription in current],
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
        "add_form": AddForm(),
        "cadences": CADENCES,
        "several_languages": len(settings.LANGUAGES) > 1,
    }


def _add(request, subscriber):
    """Follow one more objective; return false if none was chosen."""
    form = AddForm(request.POST)
    if form.is_valid():
        subscriptions.add(subscriber, query=form.query(), cadence=form.cleaned_data["cadence"])
    return form.is_valid()


def _take_step(request, subscriber, step):
    """Make one change. Unknown steps and subscriptions of other people are ignored."""
    match step:
        case "erase":
            subscriptions.erase(subscriber)
        case "again":
            subscriptions.lift_suspension(subscriber)
        case "merge":
            one, other = (_own(subscriber, request.POST.get(name, "")) for name in ("one", "other"))
            if one and other:
                subscriptions.merge(one, other)
        case "change" | "pause" | "resume" | "remove":
            # A subscription that is already gone, as when a form is sent twice, needs no change.
            if subscription := _own(subscriber, request.POST.get("subscription", "")):
                _change(request, subscription, step)


def _change(request, subscription, step):
    match step:
        case "change":
            form = CadenceForm(request.POST)
            if form.is_valid():
                subscriptions.change_cadence(subscription, form.cleaned_data["cadence"])
        case "pause":
            subscriptions.pause(subscription)
        case "resume":
            subscriptions.resume(subscription)
        case "remove":
            subscriptions.unsubscribe([subscription])


def _own(subscriber, key: str):
    return subscriber.subscriptions.filter(pk=whole_number(key)).first()


@private
@require_safe
def preferences_export(request, token):
    """Download all data held on a subscriber as JSON."""
    try:
        subscriber = subscriptions.read_preferences_token(token)
    except subscriptions.LinkNotValid:
        return _link_not_valid(request)
    return export_response(personal_data.Held.on_subscriber(subscriber), filename="subscriptions.json")


def _shown(subscription):
    """Context of a subscription on a page: its description, its listing, and whether its filter is still valid."""
    listing = reverse("practices:practice-list")
    return {
        "subscription": subscription,
        "code": subscriptions.shown_code(subscription),
        "words": saved_filters.describe(subscription.query),
        "how_often": Cadence(subscription.cadence).adverb,
        "path": f"{listing}?{subscription.query}" if subscription.query else listing,
        "is_valid": saved_filters.is_valid(subscription.query),
    }


def _link_not_valid(request):
    return TemplateResponse(request, "web/subscribe/subscription_link_not_valid.html", status=404)
