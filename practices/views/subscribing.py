"""Following an objective by e-mail: asking, confirming, leaving."""

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practices import subscriptions
from practices.forms import SubscriptionForm
from practices.models import Objective
from practices.views.helpers import limit_visitor, mailbox_path, private, public_form


@private
@public_form
@require_POST
def subscribe(request, number):
    objective = get_object_or_404(Objective, number=number)
    limit_visitor(request, "subscription", per_hour=settings.SUBSCRIPTIONS_PER_HOUR)
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        context = {"objective": objective, "subscription_form": form}
        return TemplateResponse(request, "practices/subscription_form.html", context, status=422)
    if not form.trapped:
        subscriptions.subscribe(form.cleaned_data["address"], objective=objective, language=get_language())
    return redirect("practices:subscription-sent", number=number)


@private
@require_safe
def subscription_sent(request, number):
    objective = get_object_or_404(Objective, number=number)
    context = {"objective": objective, "days": settings.CONFIRMATION_DAYS, "mailbox_path": mailbox_path()}
    return TemplateResponse(request, "practices/subscription_sent.html", context)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_confirm(request, token):
    """GET shows one button, POST confirms."""
    try:
        subscription = subscriptions.awaiting_confirmation(token)
    except subscriptions.LinkNotValid:
        return _link_not_valid(request)
    if request.method == "POST":
        subscriptions.confirm(subscription)
        subscription.refresh_from_db()
    context = {"objective": subscription.objective, "confirmed": bool(subscription.confirmed_at)}
    return TemplateResponse(request, "practices/subscription_confirm.html", context)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_leave(request, token):
    """GET shows one button; POST ends the subscriptions, from the page or by RFC 8058 from a mail program."""
    try:
        following = subscriptions.behind(token)
    except subscriptions.LinkNotValid:
        return _link_not_valid(request)
    if request.method == "POST":
        subscriptions.leave(following)
    context = {"subscriptions": following, "left": request.method == "POST" or not following}
    return TemplateResponse(request, "practices/subscription_leave.html", context)


def _link_not_valid(request):
    return TemplateResponse(request, "practices/subscription_link_not_valid.html", status=404)
