"""Addresses of a copy, and the file of each."""

import pytest

from practices.exchange.freeze.addresses import place_of, relative


@pytest.mark.parametrize(
    ("path", "query", "file"),
    [
        ("/", "", "index.html"),
        ("/practices/", "", "practices/index.html"),
        ("/practices/", "page=3&after=7", "practices/page-3.html"),
        ("/practices/", "page=1", "practices/index.html"),
        ("/practices/", "objective=21", None),
        ("/practices/", "page=2&sort=title", None),
        ("/practices/5-desk/", "objective=21", "practices/5-desk/index.html"),
        ("/practices/5-%D9%85%D9%83/", "", "practices/5-مك/index.html"),
        ("/practices/5-desk/revisions/", "from=30", "practices/5-desk/revisions/from-30.html"),
        ("/practices/5-desk/revisions/2/", "from=1", None),
        ("/practices/5/files/abc/a%3Fb.pdf", "", "practices/5/files/abc/a_b.pdf"),
        ("/practices/5/files/abc/..", "", "practices/5/files/abc/_"),
        ("/practices/feed.atom", "", "practices/feed.atom"),
        ("/practices/feed.atom", "tag=ports", None),
        ("/gaps/", "by=type", "gaps/by-type.html"),
        ("/gaps/", "by=type&country=ph", None),
        ("/gaps.csv", "by=region", "gaps-by-region.csv"),
        ("/submit/", "", None),
        ("/admin/", "", None),
        ("/p/5", "", None),
        ("/nowhere/", "", None),
    ],
)
def test_place_of_an_address(path, query, file):
    place = place_of(path, query)

    assert (place and place.file) == file


def test_name_of_a_file_is_never_too_long_for_a_disk():
    place = place_of("/practices/5/files/abc/" + "%F0%9F%98%80" * 76 + ".pdf", "")

    name = place.file.rpartition("/")[2]
    assert (len(name.encode()) <= 200, name[-4:]) == (True, ".pdf")


def test_links_are_relative_and_quoted():
    assert relative("practices/5-مك/index.html", base="objectives/21/index.html") == (
        "../../practices/5-%D9%85%D9%83/index.html"
    )
    assert relative("search.html", base="index.html") == "search.html"
