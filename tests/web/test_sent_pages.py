"""Pages that say that a form was sent."""

import pytest

from tests.support.addresses import address, sent

pytestmark = pytest.mark.django_db

PAGES = [
    ("submission-sent", "/submit/"),
    ("submit-link-sent", "/submit/link/"),
    ("subscription-sent", "/subscribe/"),
    ("subscriptions-link-sent", "/subscriptions/"),
    ("personal-data-link-sent", "/personal-data/"),
]


@pytest.mark.parametrize(("name", "form"), PAGES)
@pytest.mark.parametrize("query", ["", "?sent=", "?sent=x", "?objective=21&sent=é"])
def test_page_opened_by_hand_claims_nothing_and_leads_to_its_form(client, name, form, query):
    response = client.get(address(name) + query)

    assert (response.status_code, response.headers["Location"]) == (302, form)


def test_signature_holds_for_its_page_and_query_only(client):
    _path, _mark, signed = sent("subscription-sent", "objective=21").partition("?")

    answers = [
        client.get(f"{address(name)}?{query}").status_code
        for name, query in (
            ("subscription-sent", signed),
            ("subscription-sent", signed.replace("21", "20")),
            ("submission-sent", signed),
        )
    ]

    assert answers == [200, 302, 302]
