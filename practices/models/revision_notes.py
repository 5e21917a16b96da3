"""Notes on revisions that the catalogue writes itself. They are stored in English and read in all languages."""

from django.utils.translation import gettext, gettext_noop

IMPORTED = gettext_noop("Imported")
IMPORTED_AGAIN = gettext_noop("Imported again")
CREDIT_REMOVED = gettext_noop("The submitter asked not to be named")
FILE_REMOVED = gettext_noop("The moderators removed a file")
_OWN = {IMPORTED, IMPORTED_AGAIN, CREDIT_REMOVED, FILE_REMOVED}


def local(note: str) -> str:
    """Return a note in the active language, if the catalogue has written it; else as somebody has."""
    return gettext(note) if note in _OWN else note
