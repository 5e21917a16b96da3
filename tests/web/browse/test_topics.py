import pytest

from practices.discovery import thesaurus
from practices.web.browse import topics
from tests.support.factories import make_practice
from tests.support.pages import read
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db


def by_letter(page):
    """Return {letter: topics} of the list from A to Z."""
    return {part.one("h3").text: part.texts("li") for part in page.all("section", "index-part")}


def test_topics_are_listed_from_a_to_z(client):
    make_practice(tags=["Pensions", "education", "Éducation populaire", "ports"])
    make_practice(tags=["Pensions", "3D printing"])

    page = read(client.get("/topics/"))

    assert by_letter(page) == {
        "#": ["3D printing"],
        "E": ["Education", "Éducation populaire"],
        "P": ["Pensions", "Ports"],
    }


def test_topics_that_begin_with_no_letter_are_in_one_list(client):
    make_practice(tags=["“Safe cities”", "ports", "3D printing", "→ return"])

    page = read(client.get("/topics/"))

    assert page.texts("h3") == ["#", "P"]


def test_each_topic_leads_to_its_practices(client):
    make_practice(title="Desk", tags=["جاليات"])
    make_practice(title="Fund", tags=["remittances"])

    page = read(client.get("/topics/"))

    [first, _second] = [address for _text, address in page.one("main").links()]
    listing = read(client.get(first))
    assert (first, listing.texts("h3", "practice-card-title")) == ("/practices/?tag=remittances", ["Fund"])


def test_most_used_topics_come_first_where_there_are_many(client, monkeypatch):
    monkeypatch.setattr(topics, "ENOUGH_TO_RANK", 3)
    monkeypatch.setattr(topics, "MOST_USED", 2)
    make_practice(tags=["asylum", "ports", "pensions"])
    make_practice(tags=["ports", "pensions"])
    make_practice(tags=["ports"])

    page = read(client.get("/topics/"))

    assert [
        (link.one("strong").text, link.one("small").text, link["href"]) for link in page.all("a", "signpost")
    ] == [
        ("Ports", "3 practices", "/practices/?tag=ports"),
        ("Pensions", "2 practices", "/practices/?tag=pensions"),
    ]


def test_letters_lead_to_their_topics_where_there_are_many(client, monkeypatch):
    monkeypatch.setattr(topics, "ENOUGH_TO_RANK", 2)
    make_practice(tags=["asylum", "ports", "pensions"])

    page = read(client.get("/topics/"))

    assert page.one("ul", "letters").links() == [("A", "#letter-1"), ("P", "#letter-2")]
    assert [(part["id"], part.text) for part in page.all("h3")] == [("letter-1", "A"), ("letter-2", "P")]


def test_few_topics_are_not_ranked(client):
    make_practice(tags=["asylum", "ports"])

    page = read(client.get("/topics/"))

    assert (page.all("a", "signpost"), page.texts("h2")[:1]) == ([], ["A to Z"])


def test_topics_of_withdrawn_practices_are_not_listed(client):
    make_practice(tags=["secret"], withdrawn=True)

    page = read(client.get("/topics/"))

    assert ("secret" in page.text, page.one("div", "empty").links()) == (
        False,
        [("Submit a practice", "/submit/")],
    )


def test_all_topics_are_listed_however_many_there_are(client):
    for number in range(7):
        make_practice(tags=[f"topic {number * 10 + each}" for each in range(10)])

    page = read(client.get("/topics/"))

    assert len(by_letter(page)["T"]) == 70


def test_list_of_topics_costs_the_same_however_long_it_is(client, django_assert_num_queries):
    for slug in ("ports", "asylum", "visas"):
        make_concept(slug, en=[slug])
    make_practice(tags=["asylum", "ports", "pensions", "cities"])
    thesaurus.concepts_in(["compiled once"])

    with django_assert_num_queries(5):
        client.get("/topics/")


def test_tag_that_is_a_name_of_a_concept_is_the_same_topic(client):
    make_concept("remittances", en=["remittances"], es=["remesas"])
    make_practice(tags=["Remesas", "ports"])

    page = read(client.get("/topics/"))

    assert page.one("div", "index").links() == [
        ("Ports", "/practices/?tag=ports"),
        ("Remittances", "/topics/remittances/"),
    ]


def test_concepts_of_which_no_practice_speaks_have_a_page_of_their_own(client):
    make_concept("visas", en=["visas"])
    make_concept("ports", en=["ports"])
    make_practice()
    page = read(client.get("/topics/"))

    [(label, address)] = [link for link in page.one("main").links() if "without" in link[1]]
    apart = read(client.get(address))

    assert (by_letter(page), label) == ({"P": ["Ports"]}, "1 topic without a practice yet")
    assert apart.one("ul", "index").links() == [("Visas", "/topics/visas/")]


def test_page_of_a_concept_shows_its_names_practices_related_topics_and_objectives(client):
    costs = make_concept("costs", en=["remittance costs"])
    make_concept(
        "remittances",
        en=["remittances", "remittance", "money transfers"],
        ar=["التحويلات المالية", "التحويلات"],
        related=[costs],
        objectives=[20],
    )
    make_practice(title="Desk")
    make_practice(title="Cheaper remittances")

    page = read(client.get("/topics/remittances/"))

    aside = page.one("aside")
    assert (page.one("h1").text, page.one("p", "lead").text, page.texts("h3", "practice-card-title")) == (
        "Remittances",
        "Also: money transfers",
        ["Cheaper remittances"],
    )
    assert (aside.texts("dt"), aside.texts("dd")) == (["العربية"], ["التحويلات المالية، التحويلات"])
    assert aside.links() == [
        ("Remittance costs", "/topics/costs/"),
        ("20. Remittances", "/objectives/20/"),
    ]


def test_page_of_a_concept_without_practices_leads_to_what_can_be_done(client):
    make_concept("visas", en=["visas"], objectives=[5])

    page = read(client.get("/topics/visas/"))

    assert page.one("div", "empty").links() == [
        ("Submit a practice", "/submit/?objective=5"),
        ("Subscribe", "/subscribe/?q=visas"),
    ]
    assert page.one("meta", name="robots")["content"] == "noindex"


def test_slug_of_a_tag_leads_to_its_concept_or_its_practices(client):
    make_concept("remittances", en=["remittances"], es=["remesas"])
    make_practice(tags=["Remesas", "ports"])

    to = [client.get(f"/topics/{slug}/").get("Location") for slug in ("remesas", "ports")]

    assert to == ["/topics/remittances/", "/practices/?tag=ports"]


@pytest.mark.parametrize("slug", ["unknown", "hidden", "withdrawn", "%00", "a%2Fb", "x" * 3000])
def test_unknown_topic_is_not_found(client, slug):
    make_concept("hidden", en=["hidden"], is_hidden=True)
    make_practice(tags=["withdrawn"], withdrawn=True)

    assert client.get(f"/topics/{slug}/").status_code == 404
