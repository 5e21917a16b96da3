"""Reasons not to accept a submission that a new catalogue has, to be read in all languages.

Migration 0007 has written them into the database. What staff write or change is shown as they have written it.
"""

from django.utils.translation import gettext, gettext_noop

_STANDARD = {
    gettext_noop("Not about migration"),
    gettext_noop(
        "The catalogue collects practices that serve an objective of the Global Compact for Migration. We could not see "
        "which one this serves."
    ),
    gettext_noop("A plan, not yet a practice"),
    gettext_noop(
        "It describes what is intended. We publish what has been tried, even where it failed. Please come back once "
        "there is something to tell."
    ),
    gettext_noop("Too little to go by"),
    gettext_noop(
        "A reader could not tell from it what was done, where and by whom, and we could not find out elsewhere."
    ),
    gettext_noop("Already in the catalogue"),
    gettext_noop("This practice is in the catalogue already. From its page you can propose an update to it."),
    gettext_noop("Advertising"),
    gettext_noop(
        "It promotes a product, a service or a person rather than sharing what others could learn from."
    ),
    gettext_noop("It could harm people"),
    gettext_noop(
        "It names or shows people who could be put at risk by it, or speaks of them in a way we do not publish."
    ),
}


def local(text: str) -> str:
    """Return a title or text of a reason in the active language, if it is a standard one; else as it is."""
    return gettext(text) if text in _STANDARD else text
