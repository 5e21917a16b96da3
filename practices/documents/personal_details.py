"""Hints that a text may tell personal details of people, for the moderator who reads it. A hint refuses nothing.

Searched for: a birth date beside a name, phone numbers, numbers of identity documents and bank accounts. Patterns err on
the side of silence: years of birth of groups, hotlines of a few digits and numbers of laws are none. Repetitions have
an upper bound and names begin at the beginning of a word, so that the time grows with the length of a text only.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from practices.documents.fields import FIELDS
from practices.documents.kinds import Line, Text
from practices.documents.schema import Document

_GAP = r"\s{0,2}"
_MONTH = r"[^\W\d_]{3,10}\.?"
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?{_GAP}(?:de\s)?{_MONTH}{_GAP}(?:de\s)?,?{_GAP}|{_MONTH}\s\d{{1,2}},?\s)"
    r"(?:19|20)\d\d"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}|(?:19|20)\d\d年\d{1,2}月\d{1,2}日"
)
_NAME = r"(?<![\w’'.-])[A-ZÀ-ÖØ-ÞА-ЯЁ][\w’'.-]{0,30}(?:\s[A-ZÀ-ÖØ-ÞА-ЯЁ][\w’'.-]{0,30}){0,3}"
_BORN = r"(?:born|née?|nacid[oa]|nascid[oa]|geboren|nat[oa]|родил(?:ся|ась)|ur\.|geb\.)"
_BETWEEN = rf"(?:\s(?:on|in|le|el|em|am|the|il))?{_GAP}"
_BIRTH_BESIDE_NAME = re.compile(
    rf"{_NAME}{_GAP}[,(–-]?{_GAP}(?:(?:was|is|who\swas)\s)?{_BORN}{_BETWEEN}(?:{_DATE})"
    rf"|{_NAME}{_GAP}\(\*{_GAP}(?:{_DATE})"
)
_BIRTH_LABEL = re.compile(
    r"(?:date of birth|birth ?date|\bd\.?o\.?b\b\.?|date de naissance|fecha de nacimiento|data de nascimento"
    r"|geburtsdatum|дата рождения|تاريخ (?:الميلاد|الولادة)|出生日期)"
    rf"\W{{0,4}}(?:{_DATE})",
    re.IGNORECASE,
)
_INTERNATIONAL = re.compile(r"(?<![\w+])\+\d[\d\s().-]{6,20}\d\b")
_LABELLED_PHONE = re.compile(
    r"(?:\b(?:phone|mobile|cell|tel|tél|teléfono|telefono|telefon|handy|whatsapp|viber|тел)\b|هاتف|电话)"
    r"[^\d\n]{0,12}(?=[\d(])([\d\s().-]{6,20}\d)",
    re.IGNORECASE,
)
_PHONE_DIGITS = range(7, 16)
"""Digits of a phone number with its area. ITU-T E.164 allows 15. One that ends with 000 is a round number."""
_DOCUMENT = re.compile(
    r"(?:\b(?:passports?|identity cards?|id cards?|national ids?|residence (?:permit|card)s?|social security|passeport"
    r"|carte d’identité|carte d'identité|pasaporte|cédula|dni|curp|passaporte|reisepass|ausweis|паспорт)\b"
    r"|جواز(?: السفر)?|护照)"
    r"[^\d\n]{0,20}?(?:\b(?:no|nr|number|n°|nº|№)\b|[#:№°º])?[\s.:#]*(?=[A-Z]{0,3}[\d-])([A-Z]{0,3}-?\d[\dA-Z-]{5,19})\b",
    re.IGNORECASE,
)
_FEWEST_DIGITS = 6
"""Digits of the number of a document."""
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")


@dataclass(frozen=True)
class Detail:
    """Kind of personal detail, with the words that moderators read."""

    label: Any
    is_in: Callable[[str], bool]


@dataclass(frozen=True)
class Hint:
    """A personal detail that a field may have."""

    detail: Detail
    field: str


def _has_birth_date(text: str) -> bool:
    return bool(_BIRTH_BESIDE_NAME.search(text) or _BIRTH_LABEL.search(text))


def _has_phone_number(text: str) -> bool:
    numbers = [*_INTERNATIONAL.findall(text), *_LABELLED_PHONE.findall(text)]
    return any(_digits(number) in _PHONE_DIGITS and not number.endswith("000") for number in numbers)


def _has_document_number(text: str) -> bool:
    return any(_digits(number) >= _FEWEST_DIGITS for number in _DOCUMENT.findall(text))


def _has_bank_account(text: str) -> bool:
    return any(_is_iban(found.replace(" ", "")) for found in _IBAN.findall(text))


def _is_iban(number: str) -> bool:
    """Return whether the check digits are right (ISO 13616-1, ISO 7064 MOD 97-10)."""
    rearranged = number[4:] + number[:4]
    return int("".join(str(int(sign, 36)) for sign in rearranged)) % 97 == 1


def _digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


DETAILS = (
    Detail(_("a name and a birth date"), _has_birth_date),
    Detail(_("a phone number"), _has_phone_number),
    Detail(_("the number of an identity document"), _has_document_number),
    Detail(_("a bank account number"), _has_bank_account),
)

_TEXTS = [name for name, field in FIELDS.items() if isinstance(field, Text | Line) and name != "credit"]
"""Fields in which people write sentences. The credit is the name that its submitter chose to make public."""


def find_personal_details(document: Document) -> list[Hint]:
    """Return which personal details the texts of a document may tell, in the order of its fields."""
    return [
        Hint(detail, name)
        for name in _TEXTS
        for detail in DETAILS
        if (text := document.get(name)) and detail.is_in(text)
    ]
