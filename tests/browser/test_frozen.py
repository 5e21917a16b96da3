"""A frozen copy opened from a disk: its search finds what it should."""

import pytest
from playwright.sync_api import expect

from practices.exchange import freeze
from tests.support.factories import make_practice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLES = [
    "Café-Desks, 2019!",
    "O'Brien_Søn ß",
    "İzmir Σίσυφος",
    "移民 サービス",
    "مُكاتب",
    "हिन्दी",
    "한국어 센터",
]


@pytest.fixture
def search(open_page, tmp_path):
    """Return search(text), which freezes the catalogue once and returns the results on a page that is on the disk."""
    pages = []

    def results(text):
        if not pages:
            freeze.freeze(tmp_path)
            pages.append(open_page(width=390))
            pages[0].goto((tmp_path / "index.html").as_uri())
            pages[0].get_by_role("link", name="Search this copy").first.click()
        pages[0].get_by_label("Words in the title").fill(text)
        return pages[0].locator("#frozen-results h2")

    return results


def test_search_of_a_copy_finds_practices_by_the_beginnings_of_words(search):
    make_practice(title="Pension desks", implementers=["Manila"])
    make_practice(title="Café for pensioners")

    expect(search("pens")).to_have_text(["Café for pensioners", "Pension desks"])
    expect(search("cafe pension")).to_have_text(["Café for pensioners"])
    expect(search("nothing")).to_have_text([])
    found = search("MANILA")
    expect(found).to_have_text(["Pension desks"])
    found.get_by_role("link").click()
    expect(found.page.get_by_role("heading", level=1)).to_have_text("Pension desks")


def test_words_of_a_search_are_made_as_those_of_the_index(search):
    for title in TITLES:
        make_practice(title=title)

    for title in TITLES:
        expect(search(title)).to_have_text([title])
