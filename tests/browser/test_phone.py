"""On a small phone (360 by 740) practices come first."""

import pytest

from tests.factories import make_practice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("address", ["/practices/", "/practices/?country=ph"])
def test_phone_shows_three_practices_at_once(open_page, address):
    for number in range(4):
        make_practice(
            title=f"Pension desks for returning workers in port {number}",
            countries=["PH"],
            start_year=2019,
            credit="Port authority",
            submitted_on="2026-11-02",
        )
    page = open_page(width=360, height=740)

    page.goto(address)

    third = page.locator(".practice-card").nth(2)
    told = third.locator(".practice-card-place")
    assert told.inner_text().startswith(
        "Philippines · Objective 21: Dignified return and reintegration · from 2019"
    )
    assert told.bounding_box()["y"] + told.bounding_box()["height"] <= 740
