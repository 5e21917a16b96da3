"""Translations of documents: which fields they have, how they are read, and which one a reader is shown.

People read a practice in the language of the page where there is a translation into it, otherwise in its own. Every
list, page, feed and e-mail asks `load_local` for that, and shows `practice.local`.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import get_language

from practices.core.cache import cached_per_version
from practices.documents.fields import FIELDS
from practices.documents.schema import Document, changed_fields, complete
from practices.models import Practice, Translation

TRANSLATABLE = [name for name, field in FIELDS.items() if field.is_translatable and field.updatable]
"""Fields of a document that are written in a language, in document order."""
NEEDED = ("title", "summary")
"""Fields that every translation has, as lists show them."""


def texts_of(document: Document) -> dict[str, Any]:
    """Return the texts of a document that a translation has, without those that are empty."""
    whole = complete(document)
    return {name: whole[name] for name in TRANSLATABLE if whole[name] != FIELDS[name].empty}


def own_texts(document: Document, translation: Translation) -> dict[str, Any]:
    """Return the texts of a translation that take the place of those of a document, in document order.

    Left out are those that the document does not state any more, and lists with fewer or more entries than it has.
    """
    return {
        name: translation.texts[name]
        for name, original in texts_of(document).items()
        if name in translation.texts and FIELDS[name].is_whole(translation.texts[name], original)
    }


def translated(document: Document, translation: Translation) -> Document:
    """Return a document with the texts of a translation. What the document does not state any more stays empty."""
    return complete(document) | own_texts(document, translation)


def proposed(document: Document, language: str, *, machine: str) -> Translation:
    """Return the translation that would be published from the document of a submission. It is not saved."""
    texts = texts_of(document)
    return Translation(language=language, texts=texts, translator=document["credit"], machine=machine)


def languages_of_texts(document: Document, translation: Translation) -> dict[str, str]:
    """Return field → language of each text that comes from a translation."""
    return dict.fromkeys(own_texts(document, translation), translation.language)


def untranslated(document: Document, translation: Translation) -> list[str]:
    """Return the fields of a document whose texts readers of a translation see in the original language."""
    own = own_texts(document, translation)
    return [name for name in texts_of(document) if name not in own]


def has_changed(before: Document, after: Document) -> bool:
    """Return whether a text differs between two documents, so that a translation of the first is outdated."""
    return not set(changed_fields(before, after)).isdisjoint(TRANSLATABLE)


def versions_of(translations: Iterable[Translation]) -> str:
    """Return the languages and versions of the translations of a practice as its index row has them: “ar:1 fr:3”."""
    return " ".join(sorted(f"{each.language}:{each.number}" for each in translations))


def version_into(language: str | None, versions: str) -> str:
    """Return the version of the translation into a language, of those that `versions_of` names; empty if none."""
    return dict(each.split(":") for each in versions.split()).get(language or "", "")


@cached_per_version(in_process=True)
def languages_of_translations() -> frozenset[str]:
    """Return the languages into which any practice is translated, so that most pages need not look for any."""
    found = Translation.objects.published().order_by().values_list("language", flat=True)
    return frozenset(found.distinct())


def load_local(practices: Iterable[Practice]) -> None:
    """Load the translations of practices into the active language, for their `local`.

    At most one query. None for practices that `with_versions` has loaded, unless one of them is translated into it.
    Practices that were shown in another language before lose that translation.
    """
    language = get_language() or ""
    shown = list(practices)
    found = translations_into([language], shown).get(language, {})
    for practice in shown:
        practice.translation = found.get(practice.pk)


def load_in(practice: Practice, language: str) -> None:
    """Load the translation of a practice into a language that its reader asked for, or else as `load_local` does."""
    if language == practice.language:
        practice.translation = None
    elif found := translations_into([language], [practice]).get(language):
        practice.translation = found[practice.pk]
    else:
        load_local([practice])


def translations_into(
    languages: Collection[str], practices: Iterable[Practice]
) -> dict[str, dict[int, Translation]]:
    """Return language → practice → the translation that its readers are shown. Queries like `load_local`.

    A practice has none into its own language, in which it is read as it is.
    """
    wanted = {
        practice.pk: practice.language
        for practice in practices
        if any(
            _may_be_translated(practice, language) and language != practice.language for language in languages
        )
    }
    found: dict[str, dict[int, Translation]] = {}
    if wanted:
        rows = Translation.objects.published().filter(practice__in=wanted, language__in=languages).order_by()
        for row in rows.only("practice", "language", "texts", "translator", "machine", "revised_at"):
            if row.language != wanted[row.practice_id]:
                found.setdefault(row.language, {})[row.practice_id] = row
    return found


def _may_be_translated(practice: Practice, language: str) -> bool:
    if practice.translated_into is not None:
        return bool(version_into(language, practice.translated_into))
    return language in languages_of_translations()
