"""Rendering of an outbox message's subject and bodies; the only reader of templates/emails/."""

import dataclasses
import json
import secrets
from contextlib import suppress
from functools import cache
from quopri import encodestring
from typing import Any

import css_inline
from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.text import Truncator
from django.utils.translation import override

from practices.choices import Cadence
from practices.core.plain_text import plain
from practices.models import OutboxMessage
from practices.notifications import saved_filters

_PLACEHOLDER_TOKEN = secrets.token_hex(8)
LINK_PLACEHOLDERS = {
    name: f"/{_PLACEHOLDER_TOKEN}-{name}" for name in ("unsubscribe_path", "preferences_path")
}
"""Link name → its placeholder in announcements and digests, which are rendered once for all recipients."""

MAX_DIGEST_ITEMS = 30
MAX_BODY_BYTES = 56_000
"""Limit for both bodies together, which keeps the whole e-mail under 60 KB."""
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
    for length in TEXT_LENGTHS:
        context = {"submission": message.submission, **_truncated(message.context, length)}
        rendered = render(message.kind, message.language, context)
        if _encoded_size(rendered) < MAX_BODY_BYTES:
            break
    return rendered


def _truncated(value: Any, length: int) -> Any:
    """Copy a JSON value with every string cut to `length` characters."""
    if isinstance(value, str):
        return Truncator(value).chars(length)
    if isinstance(value, dict):
        return {name: _truncated(part, length) for name, part in value.items()}
    return [_truncated(part, length) for part in value] if isinstance(value, list) else value


def render_news(message: OutboxMessage) -> Rendered:
    """Render an announcement or digest, with as many practices as MAX_BODY_BYTES allows and a count of the rest."""
    items = [
        {"broadcast": item.broadcast, "is_update": item.broadcast.is_update, "queries": item.queries}
        for item in message.news.items
    ]
    updates = sum(item["is_update"] for item in items)
    shown = MAX_DIGEST_ITEMS
    while True:
        context = {
            "practice": items[0]["broadcast"].practice,
            "note": items[0]["broadcast"].note,
            "items": items[:shown],
            "new_count": len(items) - updates,
            "updated_count": updates,
            "more": max(0, len(items) - shown),
            "queries": list(dict.fromkeys(query for item in items for query in item["queries"])),
            **LINK_PLACEHOLDERS,
        }
        rendered = render(message.kind, message.language, context)
        if shown == 1 or _encoded_size(rendered) < MAX_BODY_BYTES:
            return rendered
        shown = max(1, shown * 2 // 3)


def _encoded_size(rendered: Rendered) -> int:
    """Bytes of both bodies once encoded for transport."""
    return len(quoted_printable(rendered.text + rendered.html))


def quoted_printable(text: str) -> bytes:
    """Encode text as quoted-printable (RFC 2045 §6.7), with CRLF line ends."""
    return encodestring(text.encode()).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def render(kind: str, language: str, context: dict[str, Any]) -> Rendered:
    """Render a kind of e-mail in a language. Saved filters in `queries` become descriptions in `follows`."""
    folder = f"emails/{kind}"
    with override(language):
        context = {
            "site_url": settings.SITE_URL,
            **context,
            "follows": _described(context.get("queries", [])),
        }
        if "items" in context:
            items = [item | {"follows": _described(item["queries"])} for item in context["items"]]
            context["new"] = [item for item in items if not item["is_update"]]
            context["updated"] = [item for item in items if item["is_update"]]
        if "cadence" in context:
            context["cadence"] = Cadence(context["cadence"])
        subject = " ".join(plain(render_to_string(f"{folder}/subject.txt", context)).split())
        context["subject"] = subject
        text = plain(render_to_string(f"{folder}/body.txt", context)).strip() + "\n"
        html = _inliner().inline(plain(render_to_string(f"{folder}/body.html", context)).strip()) + "\n"
    return Rendered(subject, text, html)


def sample(kind: str, language: str) -> Rendered:
    """Render a kind of e-mail from templates/emails/sample.json, overridden by the sample.json of its kind."""
    context: dict[str, Any] = {}
    for name in ("emails/sample.json", f"emails/{kind}/sample.json"):
        with suppress(TemplateDoesNotExist):
            context |= json.loads(render_to_string(name))
    return render(kind, language, context)


def _described(queries) -> list[str]:
    return [saved_filters.describe(query) for query in queries]


@cache
def _inliner() -> css_inline.CSSInliner:
    # At-rules, such as the media query for dark mode, cannot become inline styles and stay in the <style> element.
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
