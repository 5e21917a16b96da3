"""Links that crawlers are asked not to follow: those to lists of more than two filters."""

import pytest

from practices.core.http.crawlers import has_many_filters, link_relation
from tests.support.factories import make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db

TWO = "objective=21&country=ph"
THREE = f"{TWO}&type=service"


@pytest.mark.parametrize(
    ("address", "relation", "expected"),
    [
        (TWO, "", ""),
        (f"{TWO}&sort=title&page=2&after=7", "next", "next"),
        (THREE, "", "nofollow"),
        (f"/practices/?{THREE}", "next", "next nofollow"),
    ],
)
def test_link_to_a_list_is_followed_up_to_two_filters(address, relation, expected):
    assert link_relation(address, relation) == expected


@pytest.mark.parametrize(
    "path",
    [
        f"/practices/?{THREE}&country=ge&page=2",
        f"{{practice}}?{THREE}",
        "/practices/?q=Baltic",
        "/gaps/?type=service",
        f"/map/?{THREE}",
    ],
)
def test_links_to_lists_of_many_filters_are_not_to_be_followed(client, settings, path):
    settings.PRACTICES_PER_PAGE = 1
    for title in ("Desk", "Port"):
        practice = make_practice(title=title, countries=["PH", "GE", "EE", "LT", "LV"], type="service")
    page = read(client.get(path.format(practice=practice.get_absolute_url())))

    links = [link for link in page.all("a") if is_list(link["href"])]

    found = {(link["href"], "nofollow" in link.get("rel", "").split()) for link in links}
    assert found == {(link["href"], has_many_filters(link["href"])) for link in links}
    assert any(is_kept_out for _address, is_kept_out in found)


def is_list(address):
    """Return whether an address is that of the listing, or of a practice in one."""
    path = address.partition("?")[0]
    is_file = "/export." in path or path.endswith(
        (".json", ".atom", ".rss", "/correct/", "/translate/", "/adapt/")
    )
    return path in ("", "/practices/") or (path.startswith("/practices/") and not is_file)
