"""Reasons why a text is not translated by the service, in words for whoever asked."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _


class NotTranslated(Exception):
    """The service has not translated a text. `sentence` says why, and what to do."""

    sentence: Any = ""
    is_for_now: bool = False
    """True if the same request may succeed soon, so that it counts against no limit."""

    def __init__(self, **values: Any):
        super().__init__(type(self).__name__)
        self.values = {"service": settings.MACHINE_TRANSLATION_NAME, **values}

    def __str__(self) -> str:
        return str(self.sentence) % self.values


class NoAnswerInTime(NotTranslated):
    sentence = _("%(service)s does not answer right now. Please try again in a few minutes.")
    is_for_now = True


class Busy(NotTranslated):
    sentence = _("Another text is being translated right now. Please try again in half a minute.")
    is_for_now = True


class TooManyRequests(NotTranslated):
    sentence = _("%(service)s gets too many requests right now. Please try again in a few minutes.")
    is_for_now = True


class QuotaUsedUp(NotTranslated):
    sentence = _(
        "The catalogue has used up what %(service)s translates for it. Please translate by hand for now."
    )


class NotAccepted(NotTranslated):
    sentence = _("%(service)s does not accept our requests. Please translate by hand, and tell us about it.")


class NoSuchPair(NotTranslated):
    sentence = _("%(service)s does not translate these languages: %(source)s → %(target)s.")


class NotUnderstood(NotTranslated):
    sentence = _("%(service)s sent an answer that the catalogue cannot read. Please translate by hand.")
