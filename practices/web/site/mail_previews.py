"""Previews of every e-mail in every language, for staff and on a development machine."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from practices.choices import Kind
from practices.notifications import emails


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
