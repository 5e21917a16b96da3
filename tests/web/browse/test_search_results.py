"""The page of results: practices with all words, with some of them, and similar in meaning, each under its heading."""

import pytest

from tests.support.factories import make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db

MONEY = {
    "summary": "Migrants send money home to their families at a lower price, from a desk in the port.",
    "objectives": [23],
}


@pytest.mark.usefixtures("semantic_search")
def test_each_kind_of_result_has_its_own_heading(client):
    make_practice(title="Transfer desk", **MONEY)
    make_practice(title="Remittances of seafarers", objectives=[5])
    make_practice(title="Remittances of seafarers in ports and on ships", objectives=[5])

    page = read(client.get("/practices/?q=remittances+ships"))

    results = page.one("section", id="results")
    headings = [results.one("div", "bar").all("h2")[0].text, *results.texts("h2", "list-part")]
    assert headings == [
        "1 practice matches all your words",
        "1 more matches some of your words",
        "1 more may be similar in meaning",
    ]


@pytest.mark.usefixtures("semantic_search")
def test_heading_of_a_search_for_one_word_does_not_speak_of_all_words(client):
    make_practice(title="Transfer desk", **MONEY)
    make_practice(title="Remittances of seafarers", objectives=[5])

    page = read(client.get("/practices/?q=remittances"))

    assert page.one("section", id="results").one("div", "bar").all("h2")[0].text == (
        "1 practice matches your word"
    )


@pytest.mark.usefixtures("semantic_search")
def test_page_with_similar_results_only_offers_what_a_page_without_results_does(client):
    make_practice(title="Transfer desk", **MONEY)

    page = read(client.get("/practices/?q=remittances"))

    results = page.one("section", id="results")
    assert results.texts("h2", "list-part") == ["1 practice may be similar in meaning"]
    assert "Help to fill the gap" in results.texts("h2", "minor-heading")


def test_correction_offers_the_search_for_the_very_word(client):
    make_practice(title="Valletta plan for ports")

    page = read(client.get("/practices/?q=valleta+plan"))

    notice = page.one("p", "list-notice")
    assert notice.text == (
        "No practice contains “valleta”. Showing results for “valletta”. Search for “valleta” only"
    )
    assert notice.links() == [("Search for “valleta” only", "/practices/?q=%22valleta%22+plan")]


def test_subscription_and_download_of_a_corrected_search_say_that_they_take_the_words_as_typed(client):
    make_practice(title="Valletta plan for ports")

    bar = read(client.get("/practices/?q=valleta+plan")).one("div", "bar")

    assert bar.texts("p", "hint") == [
        "E-mails are about practices that match everything you typed.",
        "No practice matches everything you typed, so these are empty for now:",
    ]
