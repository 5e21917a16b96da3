"""Estimate of the number of e-mails that a filter brings, judged by the announcements of the last 12 months."""

import dataclasses
from datetime import date, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices.choices import Cadence, NewsOf
from practices.core.cache import cached_per_version
from practices.discovery import PracticeFilter, results
from practices.discovery.results import Selection
from practices.models import Broadcast, Practice

PERIOD = timedelta(days=365)
DAYS_A_MONTH = 365 / 12
MAX_NEWS = 2_000
"""Broadcasts that are looked at: the newest of the catalogue."""
FEWEST_NEWS, SHORTEST_PERIOD = 3, timedelta(days=30)
"""With less news, or judged by a shorter time, an estimate would be a guess."""


@dataclasses.dataclass(frozen=True)
class Estimate:
    """Numbers of e-mails by cadence within a number of days; none where there is too little to judge by."""

    emails: tuple[tuple[str, int], ...] = ()
    days: int = 0
    few: int = 0
    """News within PERIOD, where they are too few to estimate from."""

    @property
    def is_known(self) -> bool:
        return bool(self.emails)

    def number(self, cadence: str) -> str:
        """Return the number of e-mails in words, such as “about 2 e-mails a month”; empty if it is not known."""
        emails = dict(self.emails).get(cadence, 0)
        if not emails:
            return ""
        months = self.days / DAYS_A_MONTH
        if emails >= months:
            number = round(emails / months)
            text = ngettext("about %(count)s e-mail a month", "about %(count)s e-mails a month", number)
        else:
            number = max(1, round(emails * 12 / months))
            text = ngettext("about %(count)s e-mail a year", "about %(count)s e-mails a year", number)
        return text % {"count": number}

    @property
    def summary(self) -> str:
        """The numbers at once and weekly in words, or the one number if both are the same; empty if not known.

        Of too few news to estimate from, their number.
        """
        if self.few:
            text = ngettext(
                "This would have brought %(count)s e-mail in the last 12 months.",
                "This would have brought %(count)s e-mails in the last 12 months.",
                self.few,
            )
            return text % {"count": self.few}
        at_once, weekly = self.number(Cadence.AT_ONCE), self.number(Cadence.WEEKLY)
        if not at_once:
            return ""
        if at_once == weekly:
            return f"{capfirst(at_once)}. {self.source}"
        numbers = _("At once: %(at_once)s. Weekly: %(weekly)s.") % {"at_once": at_once, "weekly": weekly}
        return f"{numbers} {self.source}"

    @property
    def source(self) -> str:
        """The time it is judged by, in words."""
        months = round(self.days / DAYS_A_MONTH)
        if not self.is_known:
            return _("Too early to say how many e-mails this brings.")
        return ngettext("Judged by the last month.", "Judged by the last %(count)s months.", months) % {
            "count": months
        }


def estimate(query: str) -> Estimate:
    """Return the estimate for a saved filter, given as a query string."""
    return estimate_of(PracticeFilter(QueryDict(query), queryset=Practice.objects.none()).selection)


def estimate_of(selection: Selection) -> Estimate:
    """Return the estimate for a selection: what it would have brought since PERIOD ago, or since the first news.

    The cost is bounded by MAX_NEWS, whatever the size of the catalogue.
    """
    return _estimate(selection, timezone.now().date())


@cached_per_version
def _estimate(selection: Selection, today: date) -> Estimate:
    news = _news(today)
    if len(news) < FEWEST_NEWS:
        return Estimate()
    matching = _matching(selection, {practice for practice, _day in news})
    days = [day for practice, day in news if practice in matching]
    period = today - min((day for _practice, day in news), default=today)
    if period < SHORTEST_PERIOD:
        return Estimate()
    if len(days) < FEWEST_NEWS:
        return Estimate(few=len(days))
    return Estimate(
        emails=(
            (Cadence.AT_ONCE.value, len(days)),
            (Cadence.DAILY.value, len(set(days))),
            (Cadence.WEEKLY.value, len({day.isocalendar()[:2] for day in days})),
        ),
        days=period.days,
    )


@cached_per_version
def _news(today: date) -> tuple[tuple[int, date], ...]:
    """Return (practice, day) of the news of the last PERIOD, newest first."""
    newest = (
        Broadcast.objects.filter(event=NewsOf.REVISION)
        .order_by("-pk")
        .values_list("practice_id", "created_at")[:MAX_NEWS]
    )
    return tuple((practice, at.date()) for practice, at in newest if today - at.date() <= PERIOD)


def _matching(selection: Selection, practices: set[int]) -> set[int]:
    announced = Practice.objects.published().filter(pk__in=practices)
    return set(results.filter_practices(announced, selection).order_by().values_list("pk", flat=True))
