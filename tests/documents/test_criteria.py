from practices.documents import FIELDS
from practices.documents.criteria import CRITERIA
from tests.support.documents import FULL
from tests.support.factories import document


def met(values):
    return [criterion.slug for criterion in CRITERIA if criterion.looks_met(values)]


def test_criteria_have_a_name_each():
    slugs = [criterion.slug for criterion in CRITERIA]

    assert len(slugs) == len(set(slugs))


def test_criteria_ask_for_fields_that_there_are():
    asked = {name for criterion in CRITERIA for name in criterion.fields}

    assert asked - set(FIELDS) == set()


def test_empty_draft_meets_nothing():
    assert met({}) == []


def test_shortest_document_meets_its_criteria():
    assert met(document(summary="x" * 80)) == ["objective", "summary"]


def test_criterion_takes_either_of_two_fields():
    wanted = document(implementers=["City of Manila"], area="Manila")

    assert met(wanted) == ["objective", "summary", "whom-to-ask"]


def test_level_of_evidence_alone_is_not_how_it_is_known():
    without = FULL | {"evidence_reason": "", "evidence_url": ""}

    assert ("evidence" in met(FULL), "evidence" in met(without)) == (True, False)


def test_criterion_for_human_judgement_is_never_met_automatically():
    whole = FULL | dict.fromkeys(["summary", "activities", "results", "lessons", "replication"], "x" * 500)

    assert set(met(whole)) == {criterion.slug for criterion in CRITERIA} - {"safe"}
