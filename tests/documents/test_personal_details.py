"""Hints that a text may tell personal details of people."""

import time

import pytest

from practices.documents import find_personal_details
from tests.support.documents import FULL
from tests.support.factories import document

BIRTH, PHONE, NUMBER, ACCOUNT = (
    "a name and a birth date",
    "a phone number",
    "the number of an identity document",
    "a bank account number",
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Maria E., born 4 May 1990, was the first borrower.", BIRTH),
        ("Ahmed Saleh (born on 12/03/1985) trains others.", BIRTH),
        ("Amina Diallo, née le 3 mars 1992, dirige le groupe.", BIRTH),
        ("Juan Pérez, nacido el 4 de mayo de 1990, abrió una tienda.", BIRTH),
        ("Иван П. родился 4 мая 1990 года.", BIRTH),
        ("Date of birth: 04.05.1990", BIRTH),
        ("Call Maria on +63 917 555 0123.", PHONE),
        ("Tel. (022) 555 01 23", PHONE),
        ("Her passport No. P1234567A was renewed.", NUMBER),
        ("Cédula 1712345678", NUMBER),
        ("Donations to DE89 3704 0044 0532 0130 00 help.", ACCOUNT),
    ],
)
def test_personal_detail_is_hinted_at_with_its_field(text, found):
    hints = find_personal_details(document(activities=text))

    assert [(hint.detail.label, hint.field) for hint in hints] == [(found, "activities")]


@pytest.mark.parametrize(
    "text",
    [
        "Children born in Germany since 1 January 2000 are citizens.",
        "Children born after 4 May 1990 can register.",
        "The Act of 4 May 1990 and Decree 2019/1234567 apply.",
        "From 2019 to 2021, 1 200 345 people came; 84 per cent stayed.",
        "The hotline 1919 is free. Phone 1919.",
        "Passports of 250,000 people were renewed in 2019.",
        "The Identity Card Act 2006 was repealed in 2011.",
        "A budget of +12 000 000 US dollars",
        "DE89 3704 0044 0532 0130 01",
    ],
)
def test_facts_about_groups_and_laws_are_no_find_personal_details(text):
    assert find_personal_details(document(activities=text)) == []


def test_whole_document_without_personal_details_has_no_hint():
    assert find_personal_details(FULL) == []


@pytest.mark.parametrize("part", ["Ab ", "A.", "Ab  ", "A1 ", "Ab born ", "4 May ", "1-", "passport No. "])
def test_longest_text_is_read_in_no_time(part):
    text = (part * 20_000)[:20_000]
    began = time.process_time()

    find_personal_details(document(activities=text, context="Ab" + " " * 19_990))

    assert time.process_time() - began < 2
