"""A submission in the language of the moderator who reads it, by machine translation. It is shown and never published."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext

from practices import clock, documents
from practices.choices import LANGUAGES
from practices.core import machine_translation as service
from practices.core import rate_limits
from practices.core.http.guards import minutes_to_wait
from practices.documents import FIELDS, Document, machine_translation
from practices.documents.presentation import Fact
from practices.models import StaffProfile

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class ForModerator:
    """The machine translation of a document for one moderator, and whether to offer the button that asks for one."""

    language: str
    facts: dict[str, Fact] = field(default_factory=dict)
    """Field → its text in the language of the moderator."""
    problem: str = ""
    """The reason why texts are missing that were asked for."""
    is_offered: bool = False

    @property
    def language_name(self) -> str:
        return str(dict(LANGUAGES).get(self.language, self.language))

    @property
    def service(self) -> str:
        return settings.MACHINE_TRANSLATION_NAME


def for_moderator(document: Document, *, by: Any, is_asked: bool = False) -> ForModerator | None:
    """Return the translation of a document, as far as there is one; None where the moderator needs none.

    Unless it `is_asked` for, nothing is sent: only a translation that was asked for before is shown. Otherwise it waits
    for another server, so call it outside of transactions.
    """
    if not (service.is_on() and settings.MACHINE_TRANSLATION_FOR_MODERATORS):
        return None
    source, target = documents.complete(document)["language"], _language_of(by)
    if not service.can_translate(source, target):
        return None
    texts = documents.texts_of(document)
    if not is_asked:
        found, problem = machine_translation.remembered(texts, source=source, target=target), ""
    else:
        found, problem = _asked(texts, source=source, target=target, by=by)
    reading = documents.read(documents.complete(document) | found | {"language": target})
    facts = {name: Fact(FIELDS[name], reading.values) for name in found}
    return ForModerator(target, facts, problem, is_offered=len(found) < len(texts))


def _asked(texts, *, source: str, target: str, by: Any) -> tuple[dict[str, Any], str]:
    """Return the texts that the service has translated, and why it has not translated the others."""
    counted = ("machine of staff", str(by.pk))
    try:
        rate_limits.count(
            *counted, limit=settings.MACHINE_TRANSLATIONS_PER_HOUR, window=HOUR, now=clock.now()
        )
    except rate_limits.LimitReached as reached:
        wait = {"wait": minutes_to_wait(reached.retry_after)}
        return {}, gettext("You have asked for many translations. Please try again in %(wait)s.") % wait
    made = machine_translation.translate(texts, source=source, target=target)
    if made.is_refunded:
        rate_limits.refund(*counted, window=HOUR, now=clock.now())
    return made.texts, str(made.error or "")


def _language_of(moderator: Any) -> str:
    """Return the language that a moderator has chosen for e-mails, otherwise that of the page."""
    chosen = StaffProfile.objects.filter(user=moderator).values_list("language", flat=True).first()
    return chosen or get_language() or settings.LANGUAGE_CODE
