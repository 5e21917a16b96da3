"""A kit is its address: the keys of practices in order, a title and a note. Nothing of it is stored here."""

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from practices import documents
from practices.core import sandbox
from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.discovery import PracticeFilter
from practices.exchange import kits
from practices.models import Practice
from practices.web.kits.address import NOTE_LENGTH, TITLE_LENGTH, Asked, asked_in

FOUND = 8
RETRY_SECONDS = 10


def _kit(asked):
    title = asked.title or _("Good practices in migration")
    return kits.kit_of(
        asked.keys,
        title=title,
        note=asked.note,
        address=site_address(asked.path),
        short_address=site_address(asked.short_path),
    )


@public
@require_safe
def kit(request):
    """The practices of a kit, each whole, with their order, title and note to change, and its files."""
    asked = asked_in(request.GET)
    made = _kit(asked)
    present = [entry.practice.pk for entry in made.entries]
    found = _search(request.GET.get("q", ""), present)
    context = {
        "kit": made,
        "asked": asked,
        "shown": asked.with_keys(present),
        "entries": [(entry, _steps(asked, present, place)) for place, entry in enumerate(made.entries)],
        "notices": _notices(asked, present),
        "q": request.GET.get("q", ""),
        "found": None if found is None else [(each, _with(asked, present, each)) for each in found],
        "formats": _files(asked.with_keys(present)),
        "is_full": len(present) >= kits.MOST,
        "most": kits.MOST,
        "title_length": TITLE_LENGTH,
        "note_length": NOTE_LENGTH,
        "ids": ",".join(map(str, present)),
    }
    return TemplateResponse(request, "web/kits/kit.html", context)


def _steps(asked, present, place):
    """Return the addresses of the kit without one of its practices, and with it one place earlier or later."""
    without = present[:place] + present[place + 1 :]

    def moved(to):
        return asked.with_keys([*without[:to], present[place], *without[to:]]).path

    return {
        "remove": asked.with_keys(without).path,
        "earlier": moved(place - 1) if place else "",
        "later": moved(place + 1) if place < len(without) else "",
    }


def _with(asked, present, practice):
    return asked.with_keys([*present, practice.pk]).path


def _search(words, present):
    """Return the first practices that a search finds besides those of the kit; None if nothing was searched for."""
    if not words.strip():
        return None
    found = PracticeFilter({"q": words}).practices.exclude(pk__in=present)
    practices = list(found.with_versions().only("title", "language")[:FOUND])
    documents.load_local(practices)
    return practices


def _notices(asked, present):
    """Return sentences on practices that the address names and the kit leaves out."""
    over = asked.keys[kits.MOST :]
    missing = [key for key in asked.keys[: kits.MOST] if key not in present]
    merged = Practice.objects.filter(pk__in=missing).exclude(merged_into=None).select_related("merged_into")
    kept = {each.pk: each.remaining.pk for each in merged if each.remaining.is_public}
    notices = [_notice(key, kept.get(key), present) for key in missing]
    if over:
        notices.append(
            _("A kit has at most %(most)s practices. The others are left out.") % {"most": kits.MOST}
        )
    return notices


def _notice(key, kept, present):
    """Return a sentence on a practice that is left out, of which `kept` stays in the catalogue, if any."""
    if kept is None:
        return _("Practice %(number)s is not in the catalogue, so it is left out.") % {"number": key}
    if kept in present:
        said = _("Practice %(number)s was merged with practice %(other)s, which is in this kit.")
    else:
        said = _("Practice %(number)s was merged with practice %(other)s, which you can add instead.")
    return said % {"number": key, "other": kept}


@public
@require_safe
def kit_file(request, extension):
    """A kit as a file. 404 for an unknown format, and for a kit with nothing in it."""
    form = kits.FORMATS.get(extension)
    asked = asked_in(request.GET)
    if form is None or not form.is_available():
        raise Http404
    made = _kit(asked)
    if not made.entries:
        raise Http404
    try:
        content = form.write(made)
    except sandbox.Busy:
        return _not_made(request, asked, form, status=503)
    except sandbox.Rejected:
        return _not_made(request, asked, form, status=422)
    response = HttpResponse(content, content_type=form.content_type)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Disposition"] = f'attachment; filename="practices.{extension}"'
    return response


def _not_made(request, asked, form, *, status):
    """Say that a file is not made now (503), or cannot be made (422), and how to get one."""
    context = {
        "format": form,
        "path": asked.path,
        "file_path": asked.file_path(form.extension),
        "others": [each for each in _files(asked) if each[0].is_quick],
        "is_busy": status == 503,
    }
    response = TemplateResponse(request, "web/kits/file_not_made.html", context, status=status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _files(asked):
    """Return each format that this installation can write, with the address of the kit in it."""
    formats = [each for each in kits.FORMATS.values() if each.is_available()]
    return [(each, asked.file_path(each.extension)) for each in formats]


@public
@require_safe
def kit_of_list(request):
    """Redirect to the kit of the first practices of a list, such as those of an objective or of a search."""
    practice_filter = PracticeFilter(request.GET)
    if not practice_filter.is_valid():
        return HttpResponseBadRequest("\n".join(practice_filter.error_messages), content_type="text/plain")
    title = practice_filter.description[:TITLE_LENGTH] if practice_filter.query else ""
    return redirect(Asked(tuple(kits.keys_of_list(practice_filter)), title, "").path)
