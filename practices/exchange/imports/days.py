"""Days and instants of an item of an import, which may be any that a catalogue can have."""

from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext

from practices import clock

EARLIEST = date(1950, 1, 1)
"""A day before it is one that a program has made up, such as year 1 or the first day that a spreadsheet knows."""
AHEAD = timedelta(days=1)
"""Time that a date may be ahead: it is tomorrow elsewhere, and no two clocks agree."""


def day_of(text: str) -> date:
    """Return the day that a text names. Raises ValueError, with a message for people."""
    day = date.fromisoformat(text)
    _check(day, latest=(clock.now() + AHEAD).date())
    return day


def instant_of(text: str) -> datetime:
    """Return the instant that a text names, in UTC. Raises ValueError, with a message for people."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(gettext("dates need a time zone"))
    try:
        instant = instant.astimezone(UTC)
    except OverflowError as error:  # UTC has no such day
        raise ValueError(error) from None
    _check(instant.date(), latest=(clock.now() + AHEAD).date())
    return instant


def _check(day: date, *, latest: date) -> None:
    if day < EARLIEST:
        raise ValueError(
            gettext("%(day)s is before %(year)s") % {"day": day.isoformat(), "year": EARLIEST.year}
        )
    if day > latest:
        raise ValueError(gettext("%(day)s is in the future") % {"day": day.isoformat()})
