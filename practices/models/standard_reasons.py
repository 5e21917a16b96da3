"""Reasons not to accept a submission that a new catalogue has, to be read in all languages.

Migrations 0007 and 0066 have written them into the database. What staff write or change is shown as they have written it.
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
    gettext_noop("Says something else than the original"),
    gettext_noop(
        "Some sentences say something else than the original, or leave out what readers need. You can correct "
        "them and send the translation again."
    ),
    gettext_noop("Hard to understand"),
    gettext_noop(
        "Somebody who reads only this language could not follow the text. You can revise it and send it "
        "again."
    ),
    gettext_noop("Machine translation that nobody has checked"),
    gettext_noop(
        "It reads like the text of a machine that nobody has corrected. We publish a machine translation only "
        "after a person has checked every sentence."
    ),
    gettext_noop("Adds to the original"),
    gettext_noop(
        "It says more than the original does. To change what a practice says, please choose “Suggest changes” on "
        "its page."
    ),
    gettext_noop("Already translated"),
    gettext_noop(
        "The practice has a translation into this language already, and we keep that one. If something in it is "
        "wrong, you can correct it from the page of the practice."
    ),
    gettext_noop("Too little about the use"),
    gettext_noop(
        "Others could not tell from it what was changed and what the results were. You can add that and send the report "
        "again."
    ),
    gettext_noop("Not a use of this practice"),
    gettext_noop(
        "It does not say what was taken from this practice. If it is a practice of your own, we would be glad to read "
        "it: please submit it."
    ),
    gettext_noop("Reported before"),
    gettext_noop(
        "This use has been reported already, and the report is on the page of the practice. If something in it is wrong, "
        "please write to us."
    ),
    gettext_noop("A report that advertises"),
    gettext_noop(
        "It promotes a product, a service or a person rather than telling what others could learn from."
    ),
    gettext_noop("A report that could harm people"),
    gettext_noop(
        "It names people who could be put at risk by it, or speaks of them in a way we do not publish."
    ),
}


def local(text: str) -> str:
    """Return a title or text of a reason in the active language, if it is a standard one; else as it is."""
    return gettext(text) if text in _STANDARD else text
