"""Rendering of an outbox message's subject and bodies; the only reader of templates/emails/."""

import dataclasses
import json
import re
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from functools import cache
from quopri import encodestring
from typing import Any

import css_inline
from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.formats import date_format, get_format
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from practices.choices import Cadence, Kind, NewsOf
from practices.core import site
from practices.core.http.languages import path_in
from practices.core.plain_text import plain
from practices.core.punctuation import listed
from practices.documents import load_local
from practices.models import OutboxMessage, Practice, Question, Submission, revision_notes
from practices.notifications import saved_filters
from practices.notifications.emails import changes
from practices.notifications.emails.text_part import text_part
from practices.notifications.outbox.news import Item

_PLACEHOLDER_TOKEN = secrets.token_hex(8)
LINK_PLACEHOLDERS = {
    name: f"/{_PLACEHOLDER_TOKEN}-{name}"
    for name in ("unsubscribe_path", "unsubscribe_all_path", "preferences_path")
}
"""Link name → its placeholder in announcements and digests, which are rendered once for all recipients."""

MAX_HEADLINE = 78
"""Characters of a subject line before the name of the site; most mailboxes show fewer."""
SUBJECT_LENGTHS = (60, 45, 30, 20)
"""Characters allowed per filter and title of a subject line, tried in this order until it is short enough."""
MAX_DIGEST_ITEMS = 30
MAX_BODY_BYTES = 56_000
"""Limit for both bodies together, which keeps the whole e-mail under 60 KB."""
_OPENING = {"”": "“", "»": "«"}
_CLOSING_MARK = re.compile(rf"\N{{POP DIRECTIONAL ISOLATE}}?\s?([{''.join(_OPENING)}])\Z")
"""The mark that ends a quotation: with a space before it in French, and the end of an isolate in Arabic."""
PREVIEW_MARK = "<!-- preview -->"
PREVIEW_MIN_LENGTH, PREVIEW_LENGTH = 30, 140
"""Characters of the text that mailboxes show beside the subject. A greeting is shorter."""
TEXT_LENGTHS = (8_000, 2_000, 500, 120, 60)
"""Characters allowed per text of the context, tried in this order until the e-mail is small enough."""


@dataclasses.dataclass(frozen=True)
class Rendered:
    """Subject and bodies of an e-mail, with placeholders for the recipient's own links."""

    subject: str
    text: str
    html: str


def render_transactional(message: OutboxMessage) -> Rendered:
    """Render any message that is not news. Long texts are truncated: the linked page has them in full."""
    linked = _with_paths_in(message.language, message.context)
    for length in TEXT_LENGTHS:
        context = {
            "submission": message.submission,
            "question": message.question,
            **_counted(message),
            **_truncated(linked, length),
        }
        rendered = render(message.kind, message.language, context)
        if _encoded_size(rendered) < MAX_BODY_BYTES:
            break
    return rendered


def _counted(message: OutboxMessage) -> dict[str, int]:
    """Return how many questions wait for the address of a message, which says so of the moment it is sent."""
    if message.kind not in (Kind.QUESTION_ASKED, Kind.QUESTIONS_WAITING):
        return {}
    waiting = Question.objects.waiting_for(message.address)
    return {"count": waiting.count(), "others": waiting.exclude(pk=message.question_id).count()}


def _with_paths_in(language: str, value: Any) -> Any:
    """Copy a JSON value with paths, by their names, that lead to pages in `language`, whoever has queued it."""
    if isinstance(value, dict):
        return {
            name: path_in(language, part)
            if name.endswith("path") and isinstance(part, str)
            else _with_paths_in(language, part)
            for name, part in value.items()
        }
    return [_with_paths_in(language, part) for part in value] if isinstance(value, list) else value


def _truncated(value: Any, length: int) -> Any:
    """Copy a JSON value with every string cut to `length` characters."""
    if isinstance(value, str):
        return Truncator(value).chars(length)
    if isinstance(value, dict):
        return {name: _truncated(part, length) for name, part in value.items()}
    return [_truncated(part, length) for part in value] if isinstance(value, list) else value


def render_news(message: OutboxMessage) -> Rendered:
    """Render an announcement or digest, with as many practices as MAX_BODY_BYTES allows and a count of the rest."""
    with override(message.language):
        for item in message.news.items:
            # Messages of several languages share the rows of practices.
            practice = item.broadcast.practice
            practice.translation = message.news.translations.get(practice.pk)
        items = _one_per_practice(message.news.items)
        _add_changes(items, in_full=message.kind == Kind.PRACTICE_UPDATED)
        first, last = message.news.days
        context = {
            "cadence": message.news.cadence,
            "is_this_week": message.news.cadence == Cadence.WEEKLY and last - first < timedelta(days=7),
            "published_on": _day_span(first, last),
            **{f"{name}_count": len(some) for name, some in _sections(items).items()},
            "queries": list(dict.fromkeys(query for item in items for query in item["queries"])),
            **LINK_PLACEHOLDERS,
        }
        is_all_there = not any(item["gone"] for item in items)
        context["finds_any"] = is_all_there or saved_filters.finds_any(context["queries"][0])
    shown = MAX_DIGEST_ITEMS
    while True:
        context |= {"items": items[:shown], "more": max(0, len(items) - shown)}
        rendered = render(message.kind, message.language, context)
        if shown == 1 or _encoded_size(rendered) < MAX_BODY_BYTES:
            return rendered
        shown = max(1, shown * 2 // 3)


def _one_per_practice(items: Iterable[Item]) -> list[dict[str, Any]]:
    """Return the context of each practice. Several updates of one become one with all notes."""
    found: dict[int, dict[str, Any]] = {}
    for item in items:
        practice, is_update = item.broadcast.practice, item.broadcast.is_update
        one = found.setdefault(
            practice.pk,
            {
                "practice": practice,
                "facts": " · ".join(filter(None, [practice.place, str(practice.type or ""), practice.years])),
                "serves": _serves(practice),
                "is_update": True,
                "is_new": False,
                "is_restored": False,
                "gone": None,
                "notes": [],
                "changes": [],
                "span": (item.broadcast.revision - 1, item.broadcast.revision),
                "queries": [],
            },
        )
        one["is_update"] &= is_update
        one["is_new"] |= item.broadcast.kind == Kind.PRACTICE_PUBLISHED
        one["is_restored"] |= item.broadcast.event == NewsOf.RESTORATION
        one["gone"] = item.gone
        one["span"] = (one["span"][0], item.broadcast.revision)
        note = revision_notes.local(item.broadcast.note)
        one["notes"] += [note] if is_update and note else []
        one["queries"] += [query for query in item.queries if query not in one["queries"]]
    return list(found.values())


def _sections(items: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the contexts of practices by what is told of them. Whoever hears of a new one hears no more of it."""
    sections: dict[str, list[dict[str, Any]]] = {"new": [], "updated": [], "restored": [], "withdrawn": []}
    for item in items:
        if item.get("gone"):
            name = "withdrawn"
        elif item.get("is_restored") and not item["is_new"]:
            name = "restored"
        else:
            name = "updated" if item["is_update"] else "new"
        sections[name].append(item)
    return sections


def _add_changes(items: list[dict[str, Any]], *, in_full: bool) -> None:
    """Say what the updates that are shown have changed: names of fields, or `in_full` values too."""
    spans = {item["practice"].pk: item["span"] for item in items[:MAX_DIGEST_ITEMS] if item["is_update"]}
    if in_full:
        found = {practice: changes.details(practice, span) for practice, span in spans.items()}
    else:
        found = changes.fields(spans)
    for item in items:
        item["changes"] = found.get(item["practice"].pk, [])


def _serves(practice: Practice) -> str:
    """Return the objectives of a practice in words."""
    main, *others = [placement.objective.number for placement in practice.placements.all()]
    if not others:
        return _("Objective %(number)s") % {"number": main}
    others_in_words = listed(sorted(others))
    return _("Objective %(number)s (main), also %(others)s") % {"number": main, "others": others_in_words}


def _day_span(first: date, last: date) -> str:
    """Return the days in words. Where dates begin with the day, those of one month share it."""
    if first == last:
        return date_format(last, "DATE_FORMAT")
    if (first.year, first.month) == (last.year, last.month) and get_format("DATE_FORMAT").startswith("j"):
        return f"{first.day}–{date_format(last, 'DATE_FORMAT')}"
    start = date_format(first, "MONTH_DAY_FORMAT" if first.year == last.year else "DATE_FORMAT")
    return _("%(first)s to %(last)s") % {"first": start, "last": date_format(last, "DATE_FORMAT")}


def _encoded_size(rendered: Rendered) -> int:
    """Bytes of both bodies once encoded for transport."""
    return len(quoted_printable(rendered.text + rendered.html))


def quoted_printable(text: str) -> bytes:
    """Encode text as quoted-printable (RFC 2045 §6.7), with CRLF line ends."""
    return encodestring(text.encode()).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def render(kind: str, language: str, context: dict[str, Any]) -> Rendered:
    """Render a kind of e-mail in a language, its text part from its HTML.

    Saved filters in `queries` become descriptions in `follows` and short names in `about`. The subject is the
    e-mail's headline and the name of the site.
    """
    folder = f"emails/{kind}"
    with override(language):
        _load_local(context)
        context = {"site_url": settings.SITE_URL, **context, **_subscribed(context.get("queries", []))}
        if "items" in context:
            items = [item | _subscribed(item["queries"]) for item in context["items"]]
            context |= {f"{name}_items": some for name, some in _sections(items).items()}
            context["item"] = items[0]
            practice = items[0]["practice"]  # a dictionary in samples
            context["title"] = (
                practice["local"]["title"] if isinstance(practice, dict) else practice.local.title
            )
        if "cadence" in context and "how_often" not in context:
            context["how_often"] = Cadence(context["cadence"]).adverb
        context["headline"] = _line(folder, context)
        subject = f"{_short_headline(folder, context)} – {site.name()}"
        context["subject"] = subject
        html = plain(render_to_string(f"{folder}/body.html", context)).strip()
        text = text_part(html)
    return Rendered(subject, text, _inliner().inline(_with_preview(html, text)) + "\n")


def _load_local(context: dict[str, Any]) -> None:
    """Load the practice that an e-mail names in its language: those of questions and of uses elsewhere."""
    question, submission = context.get("question"), context.get("submission")
    if isinstance(question, Question):  # a dictionary in samples
        load_local([question.practice])
    if isinstance(submission, Submission) and submission.is_adaptation and submission.practice:
        load_local([submission.practice])


def _line(folder: str, context: dict[str, Any]) -> str:
    return " ".join(plain(render_to_string(f"{folder}/subject.txt", context)).split())


def _short_headline(folder: str, context: dict[str, Any]) -> str:
    """Return the headline for a subject line, with long filters and titles cut after a word where it is too long."""
    headline = context["headline"]
    for length in SUBJECT_LENGTHS:
        if len(headline) <= MAX_HEADLINE or "queries" not in context:
            break
        follows = [saved_filters.describe(query, with_titles=False) for query in context["queries"]]
        shorter: dict[str, Any] = {
            name: [_cut(text, length) for text in several]
            for name, several in (("about", context["about"]), ("follows", follows))
        }
        if "item" in context:
            shorter["title"] = _cut(context["title"], length)
        headline = _line(folder, context | shorter)
    return headline


def _cut(text: str, length: int) -> str:
    """Cut a text after a whole word; within one where there is no space, as in Chinese."""
    cut = Truncator(text).chars(length)
    if cut == text:
        return text
    whole_words, _space, _rest = cut.rpartition(" ")
    if len(whole_words) > length // 2:
        cut = f"{whole_words.rstrip(' ,;:·–')}…"
    closing = _CLOSING_MARK.search(text)
    if closing and cut.count(_OPENING[closing[1]]) > cut.count(closing[1]):
        cut += closing[0]
    return cut


def _with_preview(html: str, text: str) -> str:
    """Insert what mailboxes show beside the subject, unless the template has it: the first sentences of the body."""
    body = text.partition("\n\n")[2].partition("\n-- \n")[0]
    first = next((words for words in body.split("\n\n") if len(words) > PREVIEW_MIN_LENGTH), "")
    return html.replace(PREVIEW_MARK, escape(Truncator(first).chars(PREVIEW_LENGTH)))


def sample(kind: str, language: str) -> Rendered:
    """Render a kind of e-mail from templates/emails/sample.json, overridden by the sample.json of its kind."""
    context: dict[str, Any] = {}
    for name in ("emails/sample.json", f"emails/{kind}/sample.json"):
        with suppress(TemplateDoesNotExist):
            context |= json.loads(render_to_string(name))
    return render(kind, language, context)


def _subscribed(queries: Sequence[str]) -> dict[str, Any]:
    """Return the words for saved filters, and whether the first is of one chosen practice or of several."""
    chosen = saved_filters.chosen(next(filter(None, queries), ""))
    return {
        "follows": [saved_filters.describe(query) for query in queries],
        "about": [saved_filters.describe(query, short=True) for query in queries if query],
        "is_of_one": len(chosen) == 1,
        "is_of_kit": len(chosen) > 1,
    }


@cache
def _inliner() -> css_inline.CSSInliner:
    # At-rules, such as the media query for dark mode, cannot become inline styles and stay in the <style> element.
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
