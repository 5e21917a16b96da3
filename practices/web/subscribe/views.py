"""Subscribing to e-mail updates: signing up, confirming, changing and unsubscribing.

GET shows a form or a button, POST acts.
"""

from django.conf import settings
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from practices.choices import Cadence
from practices.core import time_zones
from practices.core.http.guards import (
    indexable,
    limit_visitor,
    mailbox_path,
    private,
    public_form,
    typed_person,
)
from practices.core.http.mailed_links import mailed_link_page
from practices.core.http.sent_pages import only_after_sending, sent_address
from practices.models import Subscription
from practices.notifications import saved_filters, subscriptions
from practices.web.subscribe.choice import Choice
from practices.web.subscribe.descriptions import link_not_valid, shown, with_times
from practices.web.subscribe.forms import SubscriptionForm


@indexable
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request):
    """Show the form for the filters in the query string; POST subscribes, or counts again what is chosen."""
    choice = Choice(request.GET, request.POST)
    if choice.is_only_counted:
        form = SubscriptionForm(initial=request.POST.dict())
    else:
        form = SubscriptionForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        person = typed_person(request, form["address"].value() or "")
        limit_visitor(request, "subscription", per_hour=settings.SUBSCRIPTIONS_PER_HOUR, person=person)
        # A faulty filter would match more than was meant, so its faults are shown before anything is saved.
        if form.is_valid() and choice.can_be_saved:
            if not form.trapped:
                subscriptions.subscribe(
                    form.cleaned_data["address"],
                    query=choice.query,
                    cadence=form.cleaned_data["cadence"],
                    **form.schedule(),
                )
            return redirect(sent_address("practices:subscription-sent", choice.query))
    context = choice.context(form) | {"several_languages": len(settings.LANGUAGES) > 1}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "web/subscribe/subscription_form.html", context, status=status)


@private
@require_safe
@only_after_sending("practices:subscribe")
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
        return link_not_valid(request, days=settings.CONFIRMATION_DAYS)
    is_subscribed = bool(confirmed or subscription.confirmed_at)
    pending = [] if is_subscribed else subscriptions.unconfirmed_with(subscription)
    subscriber = subscription.subscriber
    context = {
        "subscriptions": [with_times(one, subscriber) for one in confirmed or pending or [subscription]],
        "confirmed": is_subscribed,
        "changed": request.method == "POST" and not is_subscribed,
        # Only in answer to the button: the link alone opens nothing but this page.
        "preferences_path": subscriptions.preferences_path(subscriber) if confirmed else "",
    }
    status = 409 if context["changed"] else 200
    return TemplateResponse(request, "web/subscribe/subscription_confirm.html", context, status=status)


def _confirm(request, subscription):
    time_zone = time_zones.canonical(request.POST.get("time_zone", ""))
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
        return link_not_valid(request)
    context = {
        "subscriptions": [shown(subscription) for subscription in remaining],
        "most_frequent": min((each.cadence for each in remaining), key=Cadence.values.index, default=""),
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
    return mailed_link_page(
        request,
        scope="subscription",
        per_hour=settings.SUBSCRIPTIONS_PER_HOUR,
        send=subscriptions.send_preferences_link,
        template="web/subscribe/subscriptions_link.html",
        sent="practices:subscriptions-link-sent",
    )


@private
@require_safe
@only_after_sending("practices:subscriptions-link")
def subscriptions_link_sent(request):
    context = {"most_mails": settings.SUBSCRIPTION_MAILS_PER_DAY, "mailbox_path": mailbox_path()}
    return TemplateResponse(request, "web/subscribe/subscriptions_link_sent.html", context)
