"""Following practices by e-mail: asking, confirming, changing, leaving."""

from django.conf import settings
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from practices.choices import Cadence
from practices.core.http.guards import limit_visitor, mailbox_path, private, public_form
from practices.discovery.filters import PracticeFilter
from practices.models import QUERY_LENGTH, Practice
from practices.notifications import saved_filters, subscriptions
from practices.web.subscribe.forms import (
    CadenceForm,
    LinkForm,
    PreferencesForm,
    SubscriptionForm,
    TimeZoneField,
)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request):
    """GET shows the form for the filter in the address, POST asks to follow it."""
    query = saved_filters.canonical(request.GET)
    form = SubscriptionForm(request.POST if request.method == "POST" else None)
    faults = PracticeFilter(request.GET, queryset=Practice.objects.none()).error_messages
    too_long = len(query) > QUERY_LENGTH
    if request.method == "POST":
        limit_visitor(request, "subscription", per_hour=settings.SUBSCRIPTIONS_PER_HOUR)
        # What follows more than was meant is not followed before that has been seen.
        if form.is_valid() and not faults and not too_long:
            if not form.trapped:
                subscriptions.subscribe(
                    form.cleaned_data["address"],
                    query=query,
                    cadence=form.cleaned_data["cadence"],
                    **form.clock(),
                )
            return HttpResponseRedirect(f"{reverse('practices:subscription-sent')}?{query}".rstrip("?"))
    context = {
        "form": form,
        "query": query,
        "words": saved_filters.words(query),
        "faults": faults,
        "too_long": too_long,
        "several_languages": len(settings.LANGUAGES) > 1,
    }
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "web/subscribe/subscription_form.html", context, status=status)


@private
@require_safe
def subscription_sent(request):
    query = saved_filters.canonical(request.GET)
    context = {
        "query": query,
        "words": saved_filters.words(query),
        "days": settings.CONFIRMATION_DAYS,
        "mailbox_path": mailbox_path(),
    }
    return TemplateResponse(request, "web/subscribe/subscription_sent.html", context)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_confirm(request, token):
    """GET shows one button, POST confirms."""
    try:
        subscription = subscriptions.awaiting_confirmation(token)
    except subscriptions.LinkNotValid:
        return _link_not_valid(request)
    pending = subscriptions.pending_with(subscription) or [subscription]
    subscriber = subscription.subscriber
    if request.method == "POST":
        time_zone = TimeZoneField(required=False).clean(request.POST.get("time_zone"))
        if time_zone and not subscriber.confirmed_at and subscriber.time_zone == "UTC":
            subscriptions.change_clock(subscriber, time_zone=time_zone)
        subscriptions.confirm(subscription)
        subscription.refresh_from_db()
    context = {
        "followed": [_shown(one) for one in pending],
        "confirmed": bool(subscription.confirmed_at),
        "preferences_path": subscriptions.preferences_path(subscriber),
    }
    return TemplateResponse(request, "web/subscribe/subscription_confirm.html", context)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_leave(request, token):
    """GET shows one button; POST ends the subscriptions, from the page or by RFC 8058 from a mail program."""
    try:
        behind = subscriptions.behind(token)
    except subscriptions.LinkNotValid:
        return _link_not_valid(request)
    context = {
        "followed": [_shown(subscription) for subscription in behind],
        "left": request.method == "POST" or not behind,
    }
    if request.method == "POST":
        subscriptions.leave(behind)
    return TemplateResponse(request, "web/subscribe/subscription_leave.html", context)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscriptions_link(request):
    """The form by which the link to one's subscriptions is mailed."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        limit_visitor(request, "subscription", per_hour=settings.SUBSCRIPTIONS_PER_HOUR)
        if form.is_valid():
            if not form.trapped:
                subscriptions.send_link(form.cleaned_data["address"])
            return redirect("practices:subscriptions-link-sent")
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "web/subscribe/subscriptions_link.html", {"form": form}, status=status)


@private
@require_safe
def subscriptions_link_sent(request):
    context = {"mailbox_path": mailbox_path()}
    return TemplateResponse(request, "web/subscribe/subscriptions_link_sent.html", context)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request, token):
    """All that an address follows. GET shows it, POST makes one change and shows it again."""
    try:
        subscriber = subscriptions.subscriber_behind(token)
    except subscriptions.LinkNotValid:
        return _link_not_valid(request)
    form, done = PreferencesForm(), ""
    if request.method == "POST":
        done = request.POST.get("step", "")
        if done == "clock":
            form = PreferencesForm(request.POST)
            if form.is_valid():
                subscriptions.change_clock(subscriber, **form.clock())
            else:
                done = ""
        else:
            _take_step(request, subscriber, done)
        try:
            subscriber = subscriptions.subscriber_behind(token)
        except subscriptions.LinkNotValid:
            return TemplateResponse(request, "web/subscribe/subscriptions_erased.html")
    context = _preferences(subscriber, form) | {"done": done, "token": token}
    return TemplateResponse(request, "web/subscribe/subscriptions.html", context)


def _preferences(subscriber, form):
    following_now = list(subscriber.subscriptions.all())
    if not form.is_bound:
        names = ("digest_weekday", "digest_hour", "time_zone", "language")
        form.initial = {name: getattr(subscriber, name) for name in names}
    return {
        "subscriber": subscriber,
        "followed": [_shown(subscription) for subscription in following_now],
        "overlaps": [
            {
                "one": one,
                "other": other,
                "words": [saved_filters.words(query) for query in (one.query, other.query)],
            }
            | {"merged": saved_filters.words(merged)}
            for one, other, merged in subscriptions.overlaps(following_now)
        ],
        "form": form,
        "cadences": Cadence.choices,
        "several_languages": len(settings.LANGUAGES) > 1,
    }


def _take_step(request, subscriber, step):
    """Make one change. A step there is not, or about a subscription of somebody else, does nothing."""
    match step:
        case "erase":
            subscriptions.erase(subscriber)
        case "again":
            subscriptions.take_up_again(subscriber)
        case "merge":
            one, other = (_own(subscriber, request.POST.get(name, "")) for name in ("one", "other"))
            if one and other:
                subscriptions.merge(subscriber, one, other)
        case "change" | "pause" | "resume" | "remove":
            # One that is gone, as when a page is sent twice, needs nothing done.
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
            subscriptions.leave([subscription])


def _own(subscriber, key: str):
    is_key = key.isascii() and key.isdecimal() and len(key) < 19
    return subscriber.subscriptions.filter(pk=key).first() if is_key else None


@private
@require_safe
def preferences_export(request, token):
    """All that is held on a subscriber, as JSON, for themselves."""
    try:
        subscriber = subscriptions.subscriber_behind(token)
    except subscriptions.LinkNotValid:
        return _link_not_valid(request)
    response = JsonResponse(subscriptions.export(subscriber), json_dumps_params={"indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="subscriptions.json"'
    return response


def _shown(subscription):
    """A subscription as pages show it: its words, its listing, and whether the catalogue still knows it."""
    listing = reverse("practices:practice-list")
    return {
        "subscription": subscription,
        "words": saved_filters.words(subscription.query),
        "path": f"{listing}?{subscription.query}" if subscription.query else listing,
        "is_valid": saved_filters.is_valid(subscription.query),
    }


def _link_not_valid(request):
    return TemplateResponse(request, "web/subscribe/subscription_link_not_valid.html", status=404)
