"""From a queued message to an e-mail: the only reader of templates/emails/."""

import dataclasses
import json
import re
import secrets
from collections import OrderedDict
from collections.abc import Hashable
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from functools import cache
from quopri import encodestring
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.encoding import punycode
from django.utils.text import Truncator
from django.utils.translation import override

from practices.choices import NEWS, Cadence
from practices.models import OutboxMessage
from practices.notifications import saved_filters

_MARK = secrets.token_hex(8)
_PLACES = {name: f"/{_MARK}-{name}" for name in ("leave_path", "preferences_path")}
"""What stands for a subscriber's own links in what is rendered once for all who get the same."""
_SPLIT = re.compile("|".join(_PLACES.values()))
_NAMES = {place: name for name, place in _PLACES.items()}

MOST_MOULDS = 64
MOST_IN_DIGEST = 30
MOST_BYTES = 56_000
"""Of the two bodies together, so that the whole stays under 60 KB."""
LONGEST_TEXT = (8_000, 2_000, 500, 120, 60)
"""Characters of each text that an e-mail repeats, until the whole is small enough."""


@dataclasses.dataclass(frozen=True)
class Rendered:
    """The words of an e-mail, with a place in them for each of the recipient's own links."""

    subject: str
    text: str
    html: str


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """The e-mail `message` stands for, in its language, as text and HTML of equal content.

    News carries List-Unsubscribe and List-Unsubscribe-Post (RFC 8058). The Message-ID of a message is the same
    however often it is composed.
    """
    rendered, links = _rendered(message)
    email = EmailMultiAlternatives(
        subject=rendered.subject,
        body=_filled(rendered.text, links),
        to=[message.address],
        headers=_headers(message, links),
    )
    email.attach_alternative(_filled(rendered.html, links), "text/html")
    return email


def as_bytes(message: OutboxMessage) -> bytes:
    """What `compose` says as SMTP takes it. For news, what all its readers share is built once."""
    if message.kind not in NEWS:
        return compose(message).message(policy=SMTP).as_bytes()
    mould = _mould(message)
    links = _links(message)
    own = {"To": _ascii(message.address), "Date": formatdate(), **_own_headers(message, links)}
    head = "".join(f"{name}: {value}\r\n" for name, value in own.items()).encode("ascii")
    filled = (part if isinstance(part, bytes) else _soft(links[part]) for part in mould)
    return head + b"".join(filled)


def sender() -> str:
    """The address the e-mails come from, as SMTP names it."""
    return _ascii(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])


def recipient(message: OutboxMessage) -> str:
    """Whom an e-mail goes to, as SMTP names it. Raises ValueError for what is not an address."""
    address = _ascii(message.address)
    if not address.isascii():
        raise ValueError("A local part with letters beyond ASCII, which few mail servers take.")
    return address


def _rendered(message: OutboxMessage) -> tuple[Rendered, dict[str, str]]:
    if message.kind not in NEWS:
        return render_queued(message), {}
    return render_news(message), _links(message)


def render_queued(message: OutboxMessage) -> Rendered:
    """The words of what is no news, with long texts cut where they would be too many: its page has them whole."""
    for most in LONGEST_TEXT:
        context = {"submission": message.submission, **_cut(message.context, most)}
        rendered = render(message.kind, message.language, context)
        if _size(rendered) < MOST_BYTES:
            break
    return rendered


def _cut(value: Any, most: int) -> Any:
    """What a context holds, with no text in it longer than `most` characters."""
    if isinstance(value, str):
        return Truncator(value).chars(most)
    if isinstance(value, dict):
        return {name: _cut(part, most) for name, part in value.items()}
    return [_cut(part, most) for part in value] if isinstance(value, list) else value


def render_news(message: OutboxMessage) -> Rendered:
    """The words of news, of as many practices as fit into MOST_BYTES; it says how many more there are."""
    items = [
        {"broadcast": item.broadcast, "is_update": item.broadcast.is_update, "queries": item.queries}
        for item in message.news.items
    ]
    updates = sum(item["is_update"] for item in items)
    most = MOST_IN_DIGEST
    while True:
        context = {
            "practice": items[0]["broadcast"].practice,
            "note": items[0]["broadcast"].note,
            "items": items[:most],
            "new_count": len(items) - updates,
            "updated_count": updates,
            "more": max(0, len(items) - most),
            "queries": list(dict.fromkeys(query for item in items for query in item["queries"])),
            **_PLACES,
        }
        rendered = render(message.kind, message.language, context)
        if most == 1 or _size(rendered) < MOST_BYTES:
            return rendered
        most = max(1, most * 2 // 3)


def _size(rendered: Rendered) -> int:
    """Bytes of both bodies on their way."""
    return len(_quoted_text(rendered.text + rendered.html))


def render(kind: str, language: str, context: dict[str, Any]) -> Rendered:
    """The words of a kind of e-mail in a language. Saved filters, in `queries`, become words, in `follows`."""
    folder = f"emails/{kind}"
    with override(language):
        context = {"site_url": settings.SITE_URL, **context, "follows": _words(context.get("queries", []))}
        if "items" in context:
            items = [item | {"follows": _words(item["queries"])} for item in context["items"]]
            context["new"] = [item for item in items if not item["is_update"]]
            context["updated"] = [item for item in items if item["is_update"]]
        if "cadence" in context:
            context["cadence"] = Cadence(context["cadence"])
        subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
        context["subject"] = subject
        text = render_to_string(f"{folder}/body.txt", context).strip() + "\n"
        html = _inliner().inline(render_to_string(f"{folder}/body.html", context).strip()) + "\n"
    return Rendered(subject, text, html)


def sample(kind: str, language: str) -> Rendered:
    """A kind of e-mail as it looks with what templates/emails/sample.json, and sample.json of its kind, hold."""
    context: dict[str, Any] = {}
    for name in ("emails/sample.json", f"emails/{kind}/sample.json"):
        with suppress(TemplateDoesNotExist):
            context |= json.loads(render_to_string(name))
    return render(kind, language, context)


def _words(queries) -> list[str]:
    return [saved_filters.words(query) for query in queries]


def _links(message: OutboxMessage) -> dict[str, str]:
    return {"leave_path": message.news.leave_path, "preferences_path": message.news.preferences_path}


def _filled(text: str, links: dict[str, str]) -> str:
    return _SPLIT.sub(lambda found: links[_NAMES[found[0]]], text) if links else text


# Headers --------------------------------------------------------------------


def _headers(message: OutboxMessage, links: dict[str, str]) -> dict[str, str]:
    headers = {**_common_headers(message.kind), **_own_headers(message, links)}
    if links:
        headers["List-Unsubscribe"] = _ListUnsubscribe(headers["List-Unsubscribe"])
    return headers


def _common_headers(kind: str) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated", "Feedback-ID": f"{kind}:catalogue:{settings.SITE_HOST}"}
    if kind in NEWS:
        headers["List-Id"] = f"<news.{settings.SITE_HOST}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _own_headers(message: OutboxMessage, links: dict[str, str]) -> dict[str, str]:
    sent_as = f"{message.pk}.{int(message.created_at.timestamp())}@{settings.SITE_HOST}"
    headers = {"Message-ID": f"<{sent_as}>"}
    if links:
        headers["List-Unsubscribe"] = f"<{settings.SITE_URL}{links['leave_path']}>"
    return headers


class _ListUnsubscribe(str):
    """A link that stays as it is: Python would wrap a long one as =?utf-8?q?…?=, which no mail program follows.

    RFC 2369 §2 allows no such encoding. A header object that knows its name is what Python's e-mail package
    keeps and asks to fold itself.
    """

    __slots__ = ()
    name = "List-Unsubscribe"

    def fold(self, *, policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _ascii(address: str) -> str:
    """The address as every mail server takes it. Raises ValueError for what is not one."""
    local, _at, domain = address.rpartition("@")
    return Address(username=local, domain=domain if domain.isascii() else punycode(domain)).addr_spec


# What is built once -----------------------------------------------------------

_moulds: OrderedDict[Hashable, list[bytes | str]] = OrderedDict()


def _mould(message: OutboxMessage) -> list[bytes | str]:
    """Ready bytes of an e-mail and, between them, the names of links. The least recently used are forgotten."""
    key = (
        message.kind,
        message.language,
        settings.SITE_URL,
        tuple(
            (item.broadcast.pk, item.broadcast.practice.revised_at, item.queries)
            for item in message.news.items
        ),
    )
    if key not in _moulds:
        _moulds[key] = _made_ready(message.kind, render_news(message))
        if len(_moulds) > MOST_MOULDS:
            _moulds.popitem(last=False)
    _moulds.move_to_end(key)
    return _moulds[key]


def _made_ready(kind: str, rendered: Rendered) -> list[bytes | str]:
    boundary = f"=_{secrets.token_hex(16)}"
    head = EmailMessage(policy=SMTP)
    head["Subject"] = rendered.subject
    head["From"] = settings.DEFAULT_FROM_EMAIL
    for name, value in _common_headers(kind).items():
        head[name] = value
    head["MIME-Version"] = "1.0"
    kind_of_content = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    made: list[bytes | str] = [head.as_bytes().rstrip(b"\r\n") + b"\r\n" + kind_of_content.encode()]
    for subtype, body in (("plain", rendered.text), ("html", rendered.html)):
        start = (
            f"\r\n--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        )
        made += [start.encode(), *_quoted(body)]
    made.append(f"\r\n--{boundary}--\r\n".encode())
    return made


def _quoted(body: str) -> list[bytes | str]:
    """A body as quoted-printable (RFC 2045 §6.7), split where a link belongs: soft line ends keep lines short."""
    parts: list[bytes | str] = []
    end = 0
    for found in _SPLIT.finditer(body):
        parts += [_quoted_text(body[end : found.start()]) + b"=\r\n", _NAMES[found[0]]]
        end = found.end()
    parts.append(_quoted_text(body[end:]))
    return parts


def _quoted_text(text: str) -> bytes:
    return encodestring(text.encode()).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _soft(link: str) -> bytes:
    """A link of ours, which has no sign that would have to be quoted, with soft line ends."""
    return b"".join(link[start : start + 72].encode() + b"=\r\n" for start in range(0, len(link), 72))


@cache
def _inliner() -> css_inline.CSSInliner:
    # Rules that cannot stand on an element, such as those for dark mode, stay in the <style>.
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
