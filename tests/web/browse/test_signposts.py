"""Pages of objectives, topics and countries above the results of a search that names them."""

from urllib.parse import urlencode

import pytest

from tests.support.factories import make_practice
from tests.support.pages import read
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db


def signposts(client, query):
    page = read(client.get(f"/practices/?{query}"))
    return [(link["href"], link.text) for link in page.all("a", "signpost")]


def test_search_leads_to_the_objective_it_names_with_all_its_practices(client):
    make_practice(title="Reintegration desk", objectives=[21])
    make_practice(title="Counselling", objectives=[21])

    found = signposts(client, "q=reintegration")

    assert found == [("/objectives/21/", "Objective 21 Dignified return and reintegration 2 practices")]


@pytest.mark.parametrize("query", ["migrantes", "migranti", "migrations"])
def test_words_for_migrants_in_other_languages_name_no_objective(client, query):
    make_practice(title="Desk", objectives=[19])

    assert signposts(client, f"q={query}") == []


def test_search_leads_to_the_country_it_names(client):
    make_practice(title="Desk in the Philippines", objectives=[5], countries=["PH"])

    found = signposts(client, "q=desk philippines")

    assert found == [("/countries/ph/", "Country Philippines 1 practice")]


def test_search_leads_to_places_by_all_their_names(client):
    make_practice(title="Desk", countries=["CI"])

    assert signposts(client, "q=desk Ivory Coast") == [("/countries/ci/", "Country Côte d’Ivoire 1 practice")]
    assert signposts(client, "q=Latin America") == [
        (
            "/regions/latin-america-and-the-caribbean/",
            "Region Latin America and the Caribbean 0 practices",
        )
    ]


def test_other_forms_of_a_word_name_an_objective_too(client):
    make_practice(title="Returning home", objectives=[5])

    found = signposts(client, "q=returning home")

    assert found == [("/objectives/21/", "Objective 21 Dignified return and reintegration 0 practices")]


def test_search_without_results_leads_to_the_objective_it_names(client):
    make_practice(objectives=[5])

    found = signposts(client, "q=trafficking")

    assert found == [("/objectives/10/", "Objective 10 Eradicate trafficking 0 practices")]


def test_search_leads_to_the_topic_it_mentions_and_says_what_else_was_searched(client):
    make_concept("remittances", en=["remittances"], es=["remesas"], fr=["envois de fonds"])
    make_practice(title="Envois de fonds", countries=["PH"])

    found = signposts(client, "q=remesas philippines")

    assert found == [
        ("/topics/remittances/", "Topic Remittances 1 practice Also searched: names in 1 other language"),
        ("/countries/ph/", "Country Philippines 1 practice"),
    ]


def test_each_kind_of_page_has_a_signpost_before_any_has_two(client):
    make_concept("diaspora", en=["diaspora"])
    make_practice(title="Diaspora desk", countries=["PH"])

    found = signposts(client, "q=diaspora reintegration trafficking philippines")

    assert [address for address, _text in found] == [
        "/objectives/19/",
        "/topics/diaspora/",
        "/countries/ph/",
    ]


def test_other_forms_of_the_words_and_of_other_names_are_not_said_to_be_searched_too(client):
    make_concept("visas", en=["visas"], fr=["visas"], es=["sello"])
    make_practice(title="Sello")

    assert signposts(client, "q=visa") == [
        ("/topics/visas/", "Topic Visas 1 practice Also searched: names in 1 other language")
    ]


@pytest.mark.parametrize(
    "query", ["q=reintegration&objective=21", "q=-reintegration", "q=and", "q=migrants", ""]
)
def test_filter_already_chosen_or_a_word_that_says_little_has_no_signpost(client, query):
    make_practice(title="Reintegration of migrants and others", objectives=[21])

    assert signposts(client, query) == []


@pytest.mark.parametrize("text", ["21", "Objective 21", "GCM 21", "dignified return and reintegration"])
def test_search_leads_to_the_objective_by_its_number_and_name(client, text):
    make_practice(objectives=[21])

    found = signposts(client, urlencode({"q": text}))

    assert found == [("/objectives/21/", "Objective 21 Dignified return and reintegration 1 practice")]


@pytest.mark.parametrize(
    ("text", "signpost"),
    [
        (
            "SDG 10",
            ("/practices/?sdg=10", "Sustainable Development Goal 10. Reduced inequalities 1 practice"),
        ),
        ("West Africa", ("/practices/?country=ci&country=sn", "Area Western Africa 2 practices")),
    ],
)
def test_search_leads_to_the_list_of_a_goal_and_of_an_area_without_a_page(client, text, signpost):
    make_practice(sdgs=[10], countries=["SN"])
    make_practice(countries=["CI"])

    assert signposts(client, urlencode({"q": text})) == [signpost]


def test_objective_that_fewer_words_mean_than_another_has_no_signpost(client):
    make_practice(title="Reintegration of returning workers", objectives=[5])

    found = signposts(client, "q=reintegration of returning workers")

    assert [address for address, _text in found] == ["/objectives/21/"]


@pytest.mark.parametrize("text", ["remesas", "التحويلات المالية", "money transfers"])
def test_search_leads_to_the_objective_that_another_name_of_a_concept_means(client, text):
    make_concept(
        "remittances",
        objectives=[20],
        en=["remittances", "money transfers"],
        es=["remesas"],
        ar=["التحويلات المالية"],
    )
    make_practice(objectives=[5])

    found = signposts(client, urlencode({"q": text}))

    assert found[0] == ("/objectives/20/", "Objective 20 Remittances 0 practices")


def test_spanish_search_leads_to_the_same_objective_as_the_english_one(client):
    make_concept("reintegration", objectives=[21], en=["reintegration"], es=["reintegración"])
    make_concept("migrant-workers", objectives=[6], en=["migrant workers"], es=["trabajadores"])
    make_concept("returnees", objectives=[21], en=["returnees"], es=["retornados"])
    make_practice(objectives=[5])

    found = signposts(client, urlencode({"q": "reintegración de trabajadores retornados"}))

    assert found[0][0] == "/objectives/21/"


def test_search_in_a_sentence_leads_to_the_objective_that_its_last_words_mean(client):
    make_concept("remittance-costs", objectives=[20], en=["remittance costs"], fr=["coût des transferts"])
    make_practice(objectives=[5])

    found = signposts(client, urlencode({"q": "comment peut-on réduire le coût des transferts"}))

    assert found[0][0] == "/objectives/20/"


@pytest.mark.parametrize("text", ["social workers", "trabajadores sociales"])
def test_words_of_a_concept_lead_to_its_own_objectives_only(client, text):
    make_concept("social-workers", objectives=[15], en=["social workers"], es=["trabajadores sociales"])
    make_practice(objectives=[5])

    found = signposts(client, urlencode({"q": text}))

    assert [address for address, _text in found] == ["/topics/social-workers/"]


def test_later_pages_of_a_search_have_no_signposts(client, settings):
    settings.PRACTICES_PER_PAGE = 1
    make_practice(title="Reintegration desk", objectives=[21])
    make_practice(title="Reintegration fund", objectives=[21])

    assert signposts(client, "q=reintegration&page=2") == []
