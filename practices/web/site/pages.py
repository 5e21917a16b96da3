"""Pages about the site, error pages, and redirects from old addresses."""

import mimetypes
import sys
from datetime import timedelta
from math import ceil
from sqlite3 import SQLITE_READONLY

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from practices import clock
from practices.core import catalogue_version, machine_translation, site
from practices.core.colours import colour
from practices.core.http.caching import public
from practices.core.http.guards import TOO_MUCH, unreadable
from practices.core.http.problems import for_programs
from practices.core.maintenance import UNAVAILABLE
from practices.core.stored_files import StorageFailed, has_no_space
from practices.discovery import Selection, results, statistics
from practices.documents.criteria import CRITERIA
from practices.notifications import outbox
from practices.templatetags.site import icon

NOTABLE_DELAY = timedelta(minutes=10)
"""Age of a due e-mail from which the status page speaks of a delay."""
READ_ONLY_SQLSTATE = "25006"  # read_only_sql_transaction


@public
@require_safe
def about(request):
    counts = results.facet_counts(Selection())
    context = {
        "publisher": settings.PUBLISHER,
        "practice_count": results.total(Selection()).number,
        "objective_count": len(results.of_facet("objective", counts)),
        "country_count": len(results.of_facet("country", counts)),
        "origins": statistics.origins(),
    }
    return TemplateResponse(request, "web/site/about.html", context)


@public
@require_safe
def criteria(request):
    """Criteria of a good practice, as submitters and moderators see them."""
    return TemplateResponse(request, "web/site/criteria.html", {"criteria": CRITERIA})


@public
@require_safe
def contact(request):
    return TemplateResponse(request, "web/site/contact.html", {"contact": settings.CONTACT_ADDRESS})


@public
@require_safe
def imprint(request):
    context = {
        "contact": settings.CONTACT_ADDRESS,
        "publisher": settings.PUBLISHER,
        "publisher_address": settings.PUBLISHER_ADDRESS,
    }
    return TemplateResponse(request, "web/site/imprint.html", context)


@csrf_exempt
@never_cache
@require_safe
def status(request):
    """Say in words whether pages and e-mails work. Without a database, the page of error 503 says so."""
    age = outbox.oldest_due_age(clock.now())
    context = {
        "contact": settings.CONTACT_ADDRESS,
        "delay": int(age.total_seconds()) // 60 if age and age >= NOTABLE_DELAY else 0,
        "changed_at": catalogue_version.changed_at(),
    }
    return TemplateResponse(request, "web/site/status.html", context)


@public
@require_safe
def privacy(request):
    context = {
        "confirmation_days": settings.CONFIRMATION_DAYS,
        "controller": settings.CONTROLLER,
        "contact": settings.CONTACT_ADDRESS,
        "machine": settings.MACHINE_TRANSLATION_NAME if machine_translation.is_on() else "",
        "machine_for_moderators": settings.MACHINE_TRANSLATION_FOR_MODERATORS,
        "kept": [
            (_("A draft that nobody continues"), settings.DRAFT_DAYS),
            (
                _("A submission whose submitter does not answer a request for changes; it is then withdrawn"),
                settings.UNANSWERED_DAYS,
            ),
            (
                _("A submission that was not accepted, withdrawn or marked as spam, after that decision"),
                settings.RETENTION_REJECTED_DAYS,
            ),
            (
                _("A submission that looks like spam and that no moderator has checked"),
                settings.RETENTION_UNCHECKED_SPAM_DAYS,
            ),
            (_("A submitter's name and address, after the last decision"), settings.RETENTION_CONTACT_DAYS),
            (_("A subscription that was never confirmed"), settings.CONFIRMATION_DAYS),
            (_("A question that was never confirmed"), settings.CONFIRMATION_DAYS),
            (
                _(
                    "A question and its answer, after its end; if published, the name and address of the asker"
                ),
                settings.RETENTION_QUESTION_DAYS,
            ),
            (_("The text of an e-mail, after it was sent"), settings.RETENTION_MESSAGE_TEXT_DAYS),
            (
                _("The address an e-mail was sent to, and the text of an e-mail that could not be sent"),
                settings.RETENTION_MESSAGE_DAYS,
            ),
            (_("A request for the link to your personal data"), settings.PERSONAL_DATA_LINK_DAYS),
            (_("A hash of a form that was sent, so that it is not stored twice"), settings.SENT_FORM_DAYS),
            (_("The network and browser from which staff signed in"), settings.RETENTION_SIGN_IN_DAYS),
            (
                _("The record that personal data was requested or deleted, without the address"),
                settings.RETENTION_AUDIT_DAYS,
            ),
            (_("A count of requests from a network or e-mail address, as a keyed hash"), 1),
            *_kept_translations(),
        ],
    }
    return TemplateResponse(request, "web/site/privacy.html", context)


def _kept_translations():
    """Return how many days a machine translation is kept, if any is."""
    days = ceil(settings.MACHINE_TRANSLATION_KEPT_HOURS / 24) if machine_translation.is_on() else 0
    return [(_("A machine translation that somebody asked for, in the cache"), days)] if days else []


@public
@require_safe
def accessibility(request):
    return TemplateResponse(request, "web/site/accessibility.html", {"contact": settings.CONTACT_ADDRESS})


@public
@require_safe
def manifest(request):
    """Web app manifest, with which a phone can add the catalogue to its home screen."""
    content = {
        "name": site.name(),
        "short_name": site.short_name(),
        "start_url": reverse("practices:home"),
        "display": "minimal-ui",
        "background_color": colour("paper"),
        "theme_color": colour("band"),
        "icons": [{"src": icon(), "type": mimetypes.guess_type(icon())[0], "sizes": "any"}],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@public
@require_safe
def favicon(request):
    """Redirect clients that request /favicon.ico without reading the page."""
    return redirect(icon(), permanent=True)


@public
@require_safe
def moved(request, to):
    """Redirect an old address permanently."""
    return redirect(to, permanent=True)


def bad_request(request, exception):
    """Answer 413 for a body beyond a limit, and 400 for anything else that cannot be read."""
    is_too_much = request.method == "POST" and isinstance(exception, TOO_MUCH)
    status = 413 if is_too_much else 400
    detail = _("What you sent is too large") if is_too_much else _("We could not understand this request")
    return for_programs(request, status, str(detail)) or unreadable(request, exception)


def not_found(request, exception):
    """Answer 404 for an address below the API that no route knows as the API does; any other gets a page."""
    detail = str(_("Nothing public is at this address."))
    return for_programs(request, 404, detail) or page_not_found(request, exception)


def server_error(request):
    """Answer 507 or 503 while space, the database or the storage of files is lacking, otherwise 500."""
    error = sys.exception()
    if has_no_space(error):
        # Not known to caches and crawlers as 503 is, so only for files (RFC 4918 §11.5).
        status = 503 if isinstance(error, DatabaseError) else 507
        headers = {"Retry-After": "300", UNAVAILABLE: "space"}
        detail = _("There is no space left")
        template, context = "507.html", {"status": status}
    else:
        read_only = _is_read_only(error)
        unavailable = read_only or isinstance(error, OperationalError | InterfaceError | StorageFailed)
        status = 503 if unavailable else 500
        headers = {"Retry-After": "30", UNAVAILABLE: "database"} if unavailable else {}
        detail = (
            _("The catalogue is not available right now")
            if unavailable
            else _("Something went wrong on our side")
        )
        template, context = "500.html", {"away": unavailable, "read_only": read_only}
    return for_programs(request, status, str(detail), headers=headers) or HttpResponse(
        render_to_string(template, context), status=status, headers=headers
    )


def _is_read_only(error) -> bool:
    """Return whether the database refused a change because it takes none, as a standby does after a failover."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else None
    sqlite_code = getattr(cause, "sqlite_errorcode", None) or 0
    return getattr(cause, "sqlstate", None) == READ_ONLY_SQLSTATE or sqlite_code & 0xFF == SQLITE_READONLY
