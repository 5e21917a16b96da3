"""Regular expressions that find words in texts without an index."""

import re

import pytest

from practices.core.text_patterns import pattern


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("ecole", "Une École d’été"),
        ("d'ete", "Une École d’été"),
        ("ÉCOLE", "ecole"),
        ("ecole", "E\u0301cole"),
        ("workers", "The Worker's desk"),
        ("asylum-seeker", "Asylum seekers"),
        ("asylumseeker", "Asylum-seekers"),
        ("OBrien", "O’Brien"),
        ("h2a", "H-2A visas"),
        ("strasse", "Große Straße"),
        ("aegypten", "Ægypten"),
        ("lodz", "ŁÓDŹ"),
        ("международныи", "Международный"),
        ("كردي", "کردی"),
        ("养老", "移民养老金"),
        ("two desks", "two  desks"),
        ("reinteg", "Reintegration"),
    ],
)
def test_text_is_found(typed, text):
    assert re.search(pattern(typed), text)


@pytest.mark.parametrize(
    ("typed", "text"), [("ecole", "Ecoute"), ("two desks", "two old desks"), ("workers", "coworking")]
)
def test_text_is_not_found(typed, text):
    assert not re.search(pattern(typed), text)


@pytest.mark.parametrize("typed", ["", "²", ".*", "\x00"])
def test_signs_alone_have_no_pattern(typed):
    assert pattern(typed) == ""
