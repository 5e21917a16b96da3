"""From a queued message to an e-mail: the only reader of templates/emails/."""

from functools import cache

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import override

from practices.models import Objective, OutboxMessage


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """The e-mail `message` stands for, in its language, as text and HTML of equal content.

    A message whose context names a `leave_path` carries List-Unsubscribe and List-Unsubscribe-Post (RFC 8058).
    Its Message-ID is the same however often it is composed.
    """
    context = {
        "site_url": settings.SITE_URL,
        "practice": message.practice,
        "submission": message.submission,
        **message.context,
    }
    if "objectives" in context:
        context["objectives"] = list(Objective.objects.filter(number__in=context["objectives"]))
    folder = f"emails/{message.kind}"
    with override(message.language):
        subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
        context["subject"] = subject
        text = render_to_string(f"{folder}/body.txt", context).strip() + "\n"
        html = _inliner().inline(render_to_string(f"{folder}/body.html", context))
    email = EmailMultiAlternatives(
        subject=subject, body=text, to=[message.address], headers=_headers(message, context)
    )
    email.attach_alternative(html, "text/html")
    return email


def _headers(message: OutboxMessage, context: dict) -> dict[str, str]:
    sent_as = f"{message.pk}.{int(message.created_at.timestamp())}@{settings.SITE_HOST}"
    headers = {"Message-ID": f"<{sent_as}>", "Auto-Submitted": "auto-generated"}
    if "leave_path" in context:
        headers["List-Unsubscribe"] = _ListUnsubscribe(f"<{settings.SITE_URL}{context['leave_path']}>")
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
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


@cache
def _inliner() -> css_inline.CSSInliner:
    # Rules that cannot stand on an element, such as those for dark mode, stay in the <style>.
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
