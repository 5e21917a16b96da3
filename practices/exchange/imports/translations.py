"""Translations of an item of an import, as exports write them."""

from typing import Any

from django.utils.translation import gettext

from practices.choices import LANGUAGE_NAMES
from practices.documents import TRANSLATABLE, Document, Fault, texts_of
from practices.documents.form import checked
from practices.workflow import NewTranslation

MEMBER = "translations"


def checked_translations(
    stated: list[dict[str, Any]], document: Document | None, *, choices: dict[str, list]
) -> tuple[list[NewTranslation], list[Fault]]:
    """Return the translations of a document, whose shapes are right, and all their faults. None of a faulty document."""
    found: list[NewTranslation] = []
    faults: list[Fault] = []
    if document is None:
        return [], []
    for each in stated:
        language = each["language"]
        if language not in LANGUAGE_NAMES:
            faults.append(
                Fault(MEMBER, gettext("“%(code)s” is no language code that we know") % {"code": language})
            )
            continue
        texts = {name: each[name] for name in TRANSLATABLE if name in each}
        whole, wrong = checked(texts, base=document, choices=choices)
        faults += [Fault(MEMBER, f"{language}, {fault.field}: {fault.message}") for fault in wrong]
        if whole is None or language == document["language"]:
            continue
        cleaned = texts_of(whole)
        found.append(
            NewTranslation(
                language=language,
                texts={name: cleaned[name] for name in texts if name in cleaned},
                translator=each["translator"],
                machine=each["machine"],
                of_revision=each["of_revision"],
                is_outdated=each["is_outdated"],
            )
        )
    return found, faults
