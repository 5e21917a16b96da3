"""Message files: "python .ci/messages.py write" gathers what is translated, "check" says what is wrong with them.

Every language that has a folder in `locale` is written and checked. A file is written in one way only: in the order of
the sources, without dates, line numbers and wrapped lines, and with the plural forms of Django.
"""

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unicodedata import east_asian_width

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_python
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CODE = ["catalogue", "practices"]
TEMPLATES = "templates"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")
TYPOGRAPHY = {
    "fr": re.compile(r"[\w)»] [;:!?»]|« |\w'\w"),
    "zh_Hans": re.compile(r"[一-鿿](?: ?[,;:!?]| [一-鿿])"),
}
"""Signs that no translation contains: French ones have no-break spaces beside them, Chinese ones are wide."""
POFILTERS = [
    "accelerators",
    "blank",
    "doublespacing",
    "escapes",
    "newlines",
    "tabs",
    "variables",
    "xmltags",
]


class MessageFile(Catalog):
    """The messages of one language, whose header is the same however often it is written."""

    def __init__(self, locale: str):
        # "zh_Hans" is how Django spells it, and Babel as well.
        super().__init__(locale=locale, charset="utf-8", fuzzy=False)
        self.header_comment = "#"
        self._forms = plural_forms_of_django(locale)
        count, _semicolon, expression = self._forms.partition(";")
        self._num_plurals = int(count.removeprefix("nplurals="))
        self._plural_expr = expression.strip().removeprefix("plural=").removesuffix(";")

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("Plural-Forms", self._forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def plural_forms_of_django(locale: str) -> str:
    """Return the plural forms by which Django's own messages are translated, which ours are merged with."""
    file = Path(django.__file__).parent / "conf/locale" / locale / "LC_MESSAGES/django.po"
    header = file.read_text(encoding="utf-8").partition("\n\n")[0].replace('"\n"', "")
    return re.findall(r"Plural-Forms: (.*?)\\n", header)[0]


def _first(text: str | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


# Gathering --------------------------------------------------------------------


def sources(root: Path) -> Iterator[Path]:
    for folder in CODE:
        yield from sorted((root / folder).rglob("*.py"))
    yield from sorted(path for path in (root / TEMPLATES).rglob("*") if path.suffix in (".html", ".txt"))


def extracted(path: Path) -> Iterator[tuple]:
    """Return (line, text or texts, comments, context) of each message in a source."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Without indentation, which is not that of Python.
        text = "\n".join(line.strip() for line in templatize(text).splitlines())
    return extract(
        extract_python, io.BytesIO(text.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"}
    )


@cache
def _extracted_from_all(root: Path) -> list[tuple[str, list[tuple]]]:
    return [(path.relative_to(root).as_posix(), list(extracted(path))) for path in sources(root)]


def gathered(locale: str) -> MessageFile:
    """Return the messages of all sources, not yet translated."""
    messages = MessageFile(locale)
    for name, found in _extracted_from_all(ROOT):
        for _line, text, comments, context in found:
            message = messages.add(text, locations=[(name, None)], auto_comments=comments, context=context)
            if not PLACEHOLDER.search(_first(message.id)) and not message.pluralizable:
                message.flags.discard("python-format")  # “61% in work” is no format
    return messages


def kept_translations(messages: MessageFile, file: Path) -> MessageFile:
    """Return `messages` with the translations that `file` has of them, and with what translators noted there."""
    with file.open("rb") as source:
        known = read_po(source, locale=str(messages.locale), abort_invalid=True)
    for message in messages:
        old = message.id and known.get(message.id, message.context)
        if old and old.pluralizable == message.pluralizable:
            message.string = old.string
            message.user_comments = old.user_comments
            message.flags |= old.flags & {"fuzzy"}
    return messages


def written(messages: MessageFile) -> bytes:
    result = io.BytesIO()
    write_po(result, messages, width=0, include_lineno=False)
    return result.getvalue()


def files() -> dict[str, Path]:
    """Return the message file of each locale that has one."""
    found = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
    return {path.parent.parent.name: path for path in found}


def write() -> None:
    for locale, file in files().items():
        file.write_bytes(written(kept_translations(gathered(locale), file)))


# Checking ---------------------------------------------------------------------


def faults_of_file(locale: str, file: Path) -> Iterator[str]:
    """Return what is wrong with a message file, in sentences."""
    try:
        messages = kept_translations(gathered(locale), file)
    except (PoFileError, ValueError) as error:
        yield f"it cannot be read: {error}"
        return
    if written(messages) != file.read_bytes():
        yield "it is not as “make messages” writes it: messages are new, unused or in another form. Run it."
    for message in messages:
        if message.id:
            yield from (f"{fault}: {_first(message.id)}" for fault in faults_of_message(message, messages))


def faults_of_message(message: Message, messages: Catalog) -> Iterator[str]:
    translations = message.string if isinstance(message.string, tuple | list) else [message.string]
    if not all(translations) or (message.pluralizable and len(translations) != messages.num_plurals):
        yield "not translated"
        return
    if message.fuzzy:
        yield "fuzzy"
    if (
        not message.pluralizable
    ):  # in Russian, 21 is a singular too, which needs the number that “one day” leaves out
        yield from (str(error) for error in message.check(messages))
    sources = message.id if message.pluralizable else [message.id]
    allowed = {frozenset(PLACEHOLDER.findall(text)) for text in sources}
    for text in translations:
        placeholders = frozenset(PLACEHOLDER.findall(text))
        # "Two practices" is a form of its own in Arabic, which needs no number.
        if placeholders not in allowed and not (
            message.pluralizable and placeholders < max(allowed, key=len)
        ):
            yield f"other placeholders in “{text}”"
        if _edges(text) != _edges(_first(message.id)) and not _is_wide(text.strip()[-1:]):
            yield f"begins or ends with other space in “{text}”"
        if (typography := TYPOGRAPHY.get(str(messages.locale))) and (wrong := typography.search(text)):
            yield f"another space or sign is needed at “{wrong.group()}” in “{text}”"


def _edges(text: str) -> tuple[str, str]:
    # French puts a no-break space before a colon, also at the start of a text.
    return text[: len(text) - len(text.lstrip(" \n"))], text[len(text.rstrip(" \n")) :]


def _is_wide(sign: str) -> bool:
    """Return whether a character is a Chinese one, which has no space beside it."""
    return bool(sign) and east_asian_width(sign) in "WF"


def faults_by_pofilter(file: Path) -> Iterator[str]:
    """Return what the filters of translate-toolkit find."""
    command = [Path(sys.executable).with_name("pofilter"), *(f"--test={name}" for name in POFILTERS), file]
    found = subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603 - a fixed command
    for message in read_po(io.BytesIO(found)):
        if message.id:
            yield f"{' '.join(message.user_comments)}: {_first(message.id)}"


def check() -> int:
    faults = [
        f"{file.relative_to(ROOT)}: {fault}"
        for locale, file in files().items()
        for fault in faults_of(locale, file)
    ]
    print("\n".join(faults), file=sys.stderr)  # noqa: T201 - what this command is for
    return 1 if faults else 0


def faults_of(locale: str, file: Path) -> list[str]:
    return [*faults_of_file(locale, file)] or [*faults_by_pofilter(file)]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write"]:
            write()
        case ["check"]:
            sys.exit(check())
        case _:
            sys.exit(__doc__)
