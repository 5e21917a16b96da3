"""The practices of fixtures/practices.json, which a newcomer sees first: they claim nothing without a source."""

import json

import pytest
from django.conf import settings

from practices.documents import complete
from practices.documents.form import checked

pytestmark = pytest.mark.django_db

FIXTURE = settings.BASE_DIR / "fixtures" / "practices.json"
PRACTICES = [complete(each) for each in json.loads(FIXTURE.read_text(encoding="utf-8"))["practices"]]
PARTS_OF_A_FULL_PRACTICE = (
    "implementers", "start_year", "context", "beneficiaries", "activities", "results", "figures", "evidence_reason",
    "evidence_url", "lessons", "replication", "principles", "sdgs", "licence", "source_url",
)  # fmt: skip
FULL = [each for each in PRACTICES if all(each[name] for name in PARTS_OF_A_FULL_PRACTICE)]


def test_practices_of_the_fixture_are_valid():
    assert [checked(practice) for practice in PRACTICES] == [(practice, []) for practice in PRACTICES]


def test_levels_of_evidence_have_a_reason_and_a_link():
    found = {
        practice["title"]: {bool(practice[name]) for name in ("evidence_reason", "evidence_url")}
        for practice in PRACTICES
    }

    assert found == {
        practice["title"]: {practice["evidence_level"] != "none_stated"} for practice in PRACTICES
    }


def test_figures_have_a_source():
    assert [figure for practice in PRACTICES for figure in practice["figures"] if not figure["source"]] == []


def test_figures_say_with_the_number_that_it_is_rounded():
    meanings = [figure["meaning"] for practice in PRACTICES for figure in practice["figures"]]

    assert [meaning for meaning in meanings if meaning.endswith(("(about)", "(more than)"))] == []


def test_eight_practices_are_full_and_serve_different_objectives():
    assert len(FULL) == 8
    assert len({practice["objectives"][0] for practice in FULL}) >= 6


def test_full_practices_are_of_several_types_and_regions():
    assert len({practice["type"] for practice in FULL}) >= 4
    countries = {code for practice in FULL for code in practice["countries"]}
    assert countries >= {"AR", "CH", "IN", "NG", "PH", "SN"}  # South America, Europe, Asia, Africa


def test_source_of_a_full_practice_is_a_page_about_it():
    assert [each["source_url"] for each in FULL if "gfmd.org" in each["source_url"]] == []
