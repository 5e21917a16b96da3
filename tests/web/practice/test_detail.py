from datetime import timedelta

import pytest

from practices import workflow
from practices.core import catalogue_version
from practices.models import Objective
from tests.support.factories import NOW, document, make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    """Create practices published a day apart, the second of another objective."""
    return [
        make_practice(title=title, objectives=[number], now=NOW + timedelta(days=day))
        for day, (title, number) in enumerate([("Old", 21), ("Other", 3), ("New", 21)])
    ]


def steps(page):
    return [(link.text, link["href"]) for link in page.one("nav", "list-steps").all("a")]


def test_practice_page_leads_back_to_the_list_it_was_come_to_from(client, three):
    old, _other, new = three
    [link, *_others] = read(client.get("/practices/?objective=21")).all("h3", "practice-card-title")

    page = read(client.get(link.one("a")["href"]))

    assert link.one("a")["href"] == f"{new.get_absolute_url()}?objective=21"
    assert steps(page) == [
        ("21. Dignified return and reintegration", "/practices/?objective=21"),
        ("Old", f"{old.get_absolute_url()}?objective=21"),
    ]


def test_practice_page_by_itself_stands_in_the_list_of_all(client, three):
    old, other, new = three

    page = read(client.get(other.get_absolute_url()))

    assert steps(page) == [
        ("All practices", "/practices/"),
        ("New", new.get_absolute_url()),
        ("Old", old.get_absolute_url()),
    ]


@pytest.mark.parametrize("path", ["/objectives/21/", "/countries/ph/", "/regions/asia/"])
def test_pages_that_list_practices_say_which_list_it_is(client, path):
    make_practice(title="Other", objectives=[21], countries=["PH"], now=NOW)
    make_practice(title="Desk", objectives=[21], countries=["PH"], now=NOW + timedelta(days=1))

    card = read(client.get(path)).all("h3", "practice-card-title")[0].one("a")["href"]

    query = {"o": "objective=21", "c": "country=ph", "r": "region=asia"}[path[1]]
    assert card.endswith(f"/?{query}")
    assert [text for text, _address in steps(read(client.get(card)))][1:] == ["Other"]


def test_found_practices_are_left_and_right_in_the_order_found(client):
    for title in ("Port desk", "Airport desk", "Bank"):
        make_practice(title=title, summary="Help.")
    found = [link["href"] for link in read(client.get("/practices/?q=desk")).one("ul", "practice-list").all("a")
             if link["href"].startswith("/practices/")]  # fmt: skip

    pages = [steps(read(client.get(address))) for address in found]

    assert pages == [
        [("desk", "/practices/?q=desk"), (read(client.get(found[1])).one("h1").text, found[1])],
        [("desk", "/practices/?q=desk"), (read(client.get(found[0])).one("h1").text, found[0])],
    ]


def test_practice_page_has_one_canonical_address_for_all_lists(client, three):
    address = three[0].get_absolute_url()

    page = read(client.get(f"{address}?objective=21&country=nowhere"))

    assert page.one("link", rel="canonical")["href"] == f"http://127.0.0.1:8000{address}"


def test_redirect_to_the_canonical_address_keeps_the_list(client, three):
    response = client.get(f"/practices/{three[0].pk}-wrong/?objective=21")

    assert response.headers["Location"] == f"{three[0].get_absolute_url()}?objective=21"


def test_practice_page_says_why_others_are_like_it(client):
    practice = make_practice(countries=["PH"])
    other = make_practice(title="Fund", countries=["PH"])

    section = read(client.get(practice.get_absolute_url())).one("section", "related")

    assert (section.one("ul").links(), section.one("ul").texts("p")) == (
        [("Fund", other.get_absolute_url())],
        ["Same objective and country", "Philippines"],
    )


def test_practice_seen_before_costs_one_query(client, django_assert_num_queries):
    practice = make_practice()
    client.get(practice.get_absolute_url())

    with django_assert_num_queries(1):
        client.get(practice.get_absolute_url())


def revise(practice, other, staff):
    workflow.publish_document(document(title="Desks", results="Eleven desks."), to=practice)


def withdraw(practice, other, staff):
    workflow.withdraw_practice(practice, by=staff, reason="Its source is gone.")


def merge(practice, other, staff):
    workflow.merge(practice, into=other, by=staff)


def publish_another_like_it(practice, other, staff):
    make_practice(title="Eleven desks.")


def rename_its_objective(practice, other, staff):
    catalogue_version.bump(names_changed=True)
    Objective.objects.filter(number=21).update(short_label="Eleven desks.")


@pytest.mark.parametrize(
    ("change", "status", "shown"),
    [
        (revise, 301, ""),
        (withdraw, 410, "Its source is gone."),
        (merge, 301, ""),
        (publish_another_like_it, 200, "Eleven desks."),
        (rename_its_objective, 200, "Eleven desks."),
    ],
)
def test_cached_page_shows_changes_immediately(client, moderator, change, status, shown):
    practice, other = make_practice(title="Desk"), make_practice(title="Other")
    client.get(practice.get_absolute_url())

    change(practice, other, moderator)

    response = client.get(practice.get_absolute_url())
    assert (response.status_code, shown in response.text) == (status, True)
