"""Name and tagline of the catalogue in the language of the reader.

The name that a new catalogue has is translated as all messages are. For its own name and tagline a catalogue may add
translations to the message files of OVERRIDES_DIR. Where others identify the catalogue by its name, as in references,
in OAI-PMH and in metadata, it is the one of the settings in every language.
"""

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

gettext_noop("Migration Good Practices")


def name() -> str:
    """Return the name on pages, in e-mails and of feeds."""
    return gettext(settings.SITE_NAME)


def short_name() -> str:
    """Return the name below the icon on the home screen of a phone."""
    return gettext(settings.SITE_SHORT_NAME)


def tagline() -> str:
    """Return what the catalogue says of itself in one line; empty if it has not been given any."""
    return gettext(settings.TAGLINE) if settings.TAGLINE else ""
