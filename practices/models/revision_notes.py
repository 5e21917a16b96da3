"""Notes that the catalogue writes itself, on revisions and on events: stored in English, read in all languages.

A note is one of these texts with its values, so that no column has to say which. What people write stays as it is.
"""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext, gettext_noop

from practices.choices import LANGUAGE_NAMES

IMPORTED = gettext_noop("Imported")
IMPORTED_AGAIN = gettext_noop("Imported again")
CREDIT_REMOVED = gettext_noop("The submitter asked not to be named")
FILE_REMOVED = gettext_noop("The moderators removed a file")
FIRST_PUBLISHED = gettext_noop("First published")
TOPIC_RENAMED = gettext_noop("Topic “%(before)s” was renamed to “%(name)s”")
ENDED = gettext_noop("Ended in %(year)s, according to the submitter")
EDITED = gettext_noop("Edited by the moderators: %(fields)s.")

ASSIGNED_TO = gettext_noop("to %(who)s")
ASSIGNED_TO_NOBODY = gettext_noop("to nobody")
REBASED = gettext_noop("from revision %(base)s to %(to)s")
UNDONE = gettext_noop("Undone: %(what)s.")
SAME_AS = gettext_noop("The same as submission %(number)s.")
TRANSLATION_WITHDRAWN = gettext_noop("Translation withdrawn: %(language)s.")
TRANSLATION_RESTORED = gettext_noop("Translation restored: %(language)s.")
USE_EDITED = gettext_noop("Use elsewhere edited: %(fields)s.")
USE_WITHDRAWN = gettext_noop("Use elsewhere withdrawn: %(place)s.")
USE_RESTORED = gettext_noop("Use elsewhere restored: %(place)s.")
REVISED_SINCE = gettext_noop(
    "Not published as scheduled: revision %(number)s has changed the same text since."
)
WITHDRAWN_SINCE = gettext_noop("Not published as scheduled: the practice has been withdrawn since.")
WAIVED = gettext_noop("Waived: “%(criterion)s”. Reason: %(reason)s")

_OF_REVISIONS = (
    IMPORTED, IMPORTED_AGAIN, CREDIT_REMOVED, FILE_REMOVED, FIRST_PUBLISHED, TOPIC_RENAMED, ENDED,
)  # fmt: skip
_OF_EVENTS = (
    UNDONE, SAME_AS, TRANSLATION_WITHDRAWN, TRANSLATION_RESTORED, USE_EDITED, USE_WITHDRAWN, USE_RESTORED,
    REVISED_SINCE, WITHDRAWN_SINCE, WAIVED,
)  # fmt: skip
_WHOLE = (ASSIGNED_TO_NOBODY, ASSIGNED_TO, REBASED)
"""Notes that are all that the event says; as a line among others, somebody may have written them."""

_VALUE = re.compile(r"%\((\w+)\)s")
_SHOWN: dict[str, Callable[[str], Any]] = {
    "language": lambda code: LANGUAGE_NAMES.get(code, code),
    "fields": lambda labels: ", ".join(gettext(label) for label in labels.split(", ")),
    "what": lambda words: " → ".join(gettext(word) for word in words.split(" → ")),
    "criterion": gettext,
}
"""Name of a value → how it is read in the active language."""


def _pattern(text: str) -> re.Pattern[str]:
    """Return the pattern of a text with any values."""
    parts = _VALUE.split(text)
    return re.compile(
        "".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    )


_PATTERNS = {text: _pattern(text) for text in (*_OF_REVISIONS, *_OF_EVENTS, *_WHOLE, EDITED)}
_AND_EDITED = re.compile(f"(?P<written>.*?) ?(?P<edited>{_PATTERNS[EDITED].pattern})")


def local(note: str) -> str:
    """Return the note on a revision in the active language, if the catalogue has written it; else as somebody has.

    What moderators corrected is added to the note that they have written.
    """
    if found := _AND_EDITED.fullmatch(note):
        written, edited = found["written"], _local(found["edited"], (EDITED,))
        return f"{_local(written, _OF_REVISIONS)} {edited}".strip()
    return _local(note, _OF_REVISIONS)


def local_of_event(note: str) -> str:
    """Return the private note on an event. The catalogue may have added lines to one that somebody has written."""
    if (whole := _local(note, _WHOLE)) != note:
        return whole
    return "\n".join(_local(line, _OF_EVENTS) for line in note.split("\n"))


def _local(note: str, texts: tuple[str, ...]) -> str:
    for text in texts:
        if found := _PATTERNS[text].fullmatch(note):
            shown = {name: _SHOWN.get(name, str)(value) for name, value in found.groupdict().items()}
            return gettext(text) % shown if shown else gettext(text)
    return note
