"""Building the e-mail of an outbox message: as an object, or as the bytes that SMTP transmits."""

import re
import secrets
from collections import OrderedDict
from collections.abc import Hashable
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import override

from practices import clock
from practices.choices import NEWS
from practices.core import site
from practices.core.addresses import canonical
from practices.core.http.guards import lasting_host, site_address
from practices.models import OutboxMessage
from practices.notifications.emails import rendering
from practices.notifications.emails.rendering import LINK_PLACEHOLDERS, Rendered, quoted_printable

COMPILED_CACHE_SIZE = 64

_PLACEHOLDER = re.compile("|".join(LINK_PLACEHOLDERS.values()))
_LINK_NAMES = {placeholder: name for name, placeholder in LINK_PLACEHOLDERS.items()}

type Compiled = list[bytes | str]
"""An e-mail shared by many recipients: encoded bytes and, between them, names of the links to insert."""


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """Build the e-mail of `message` in its language, with text and HTML bodies of the same content.

    News carries List-Unsubscribe and List-Unsubscribe-Post (RFC 8058). The Message-ID is the same each time.
    """
    rendered, links = _rendered(message)
    email = EmailMultiAlternatives(
        subject=_Subject(rendered.subject),
        body=_with_links(rendered.text, links),
        from_email=_sender(message.language),
        to=[message.address],
        headers=_headers(message, links),
    )
    email.attach_alternative(_with_links(rendered.html, links), "text/html")
    return email


def as_bytes(message: OutboxMessage) -> bytes:
    """Encode the e-mail that `compose` builds for SMTP. News is rendered and encoded once for all recipients."""
    if message.kind not in NEWS:
        return compose(message).message(policy=SMTP).as_bytes()
    links = _links(message)
    own = {
        "To": _ascii(message.address),
        "Date": formatdate(clock.now().timestamp()),
        **_recipient_headers(message, links),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in own.items()).encode("ascii")
    parts = (part if isinstance(part, bytes) else _encoded_link(links[part]) for part in _compiled(message))
    return head + b"".join(parts)


def _sender(language: str) -> str:
    """Return the value of the From header. The name of the catalogue is in the language of the e-mail."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if name != settings.SITE_NAME:  # a name that the operator has given to the sender
        return settings.DEFAULT_FROM_EMAIL
    with override(language):
        return str(Address(display_name=site.name(), addr_spec=address))


def envelope_sender() -> str:
    """Address for SMTP's MAIL FROM."""
    return _ascii(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])


def envelope_recipient(message: OutboxMessage) -> str:
    """Address for SMTP's RCPT TO. Raises ValueError where it is not an address that SMTP can carry."""
    address = _ascii(message.address)
    if not address.isascii():
        raise ValueError("A local part with letters beyond ASCII, which few mail servers take.")
    return address


def _rendered(message: OutboxMessage) -> tuple[Rendered, dict[str, str]]:
    """Rendered texts of a message, and its recipient's links where it is news."""
    if message.kind not in NEWS:
        return rendering.render_transactional(message), {}
    return rendering.render_news(message), _links(message)


def _links(message: OutboxMessage) -> dict[str, str]:
    return {
        "unsubscribe_path": message.news.unsubscribe_path,
        "unsubscribe_all_path": message.news.unsubscribe_all_path,
        "preferences_path": message.news.preferences_path,
    }


def _with_links(text: str, links: dict[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: links[_LINK_NAMES[found[0]]], text) if links else text


# Headers --------------------------------------------------------------------


def _headers(message: OutboxMessage, links: dict[str, str]) -> dict[str, str]:
    headers = {**_common_headers(message.kind), **_recipient_headers(message, links)}
    if links:
        headers["List-Unsubscribe"] = _ListUnsubscribe(headers["List-Unsubscribe"])
    return headers


def _common_headers(kind: str) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated", "Feedback-ID": f"{kind}:catalogue:{settings.SITE_HOST}"}
    if kind in NEWS:
        headers["List-Id"] = f"<news.{lasting_host()}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _recipient_headers(message: OutboxMessage, links: dict[str, str]) -> dict[str, str]:
    message_id = f"{message.pk}.{int(message.created_at.timestamp())}@{settings.SITE_HOST}"
    headers = {"Message-ID": f"<{message_id}>"}
    if links:
        headers["List-Unsubscribe"] = f"<{site_address(links['unsubscribe_path'])}>"
    return headers


class _ListUnsubscribe(str):
    """Value of a List-Unsubscribe header that is neither encoded nor folded (RFC 2369 §2).

    Python encodes a long URL as =?utf-8?q?…?=, which mail programs do not follow. Its e-mail package leaves a
    header object that has a `name` as it is and calls its `fold`.
    """

    __slots__ = ()
    name = "List-Unsubscribe"

    def fold(self, *, policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(str):
    """Value of a Subject header, encoded as a whole (RFC 2047).

    Python's e-mail package encodes words one by one and folds between them, which doubles and drops spaces in long
    subjects. See `_ListUnsubscribe` for how this class takes its place.
    """

    __slots__ = ()
    name = "Subject"

    def __str__(self) -> str:
        return self

    def fold(self, *, policy) -> str:
        header = Header(self, "utf-8", header_name=self.name)
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"


def _ascii(address: str) -> str:
    """Return the address in its canonical form. Raises ValueError where it is not an address."""
    local, _at, domain = canonical(address).rpartition("@")
    return Address(username=local, domain=domain).addr_spec


# Compiled news ---------------------------------------------------------------

_compiled_news: OrderedDict[Hashable, Compiled] = OrderedDict()


def _compiled(message: OutboxMessage) -> Compiled:
    """Return the compiled e-mail of a news message, from a least-recently-used cache."""
    key = (
        message.kind,
        message.language,
        settings.SITE_URL,
        message.news.cadence,
        message.news.days,
        tuple(
            (item.broadcast.pk, item.broadcast.practice.revised_at, item.gone, item.queries)
            for item in message.news.items
        ),
    )
    if key not in _compiled_news:
        _compiled_news[key] = _compile(message, rendering.render_news(message))
        if len(_compiled_news) > COMPILED_CACHE_SIZE:
            _compiled_news.popitem(last=False)
    _compiled_news.move_to_end(key)
    return _compiled_news[key]


def _compile(message: OutboxMessage, rendered: Rendered) -> Compiled:
    """Encode common headers and both bodies as multipart/alternative."""
    boundary = f"=_{secrets.token_hex(16)}"
    head = EmailMessage(policy=SMTP)
    head["Subject"] = _Subject(rendered.subject)
    head["From"] = _sender(message.language)
    for name, value in _common_headers(message.kind).items():
        head[name] = value
    head["MIME-Version"] = "1.0"
    content_type = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    compiled: Compiled = [head.as_bytes().rstrip(b"\r\n") + b"\r\n" + content_type.encode()]
    for subtype, body in (("plain", rendered.text), ("html", rendered.html)):
        part_head = (
            f"\r\n--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        )
        compiled += [part_head.encode(), *_compile_body(body)]
    compiled.append(f"\r\n--{boundary}--\r\n".encode())
    return compiled


def _compile_body(body: str) -> Compiled:
    """Encode a body, split at its links. Soft line breaks around each keep lines under 76 characters."""
    parts: Compiled = []
    end = 0
    for found in _PLACEHOLDER.finditer(body):
        parts += [quoted_printable(body[end : found.start()]) + b"=\r\n", _LINK_NAMES[found[0]]]
        end = found.end()
    parts.append(quoted_printable(body[end:]))
    return parts


def _encoded_link(link: str) -> bytes:
    """Encode one of our links, whose characters need no quoting, as lines with soft line breaks."""
    return b"".join(link[start : start + 72].encode() + b"=\r\n" for start in range(0, len(link), 72))
