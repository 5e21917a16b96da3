import pytest

from practices.core.sources import name_of_page, names_of_pages


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("http://www.desks.example/survey?utm_source=letter", "Survey of 2019"),
        ("https://belgium.iom.int/match", "International Organization for Migration (IOM)"),
        ("https://ec.europa.eu/desks", "European Commission"),
        ("https://notiom.int/", "notiom.int"),
        ("https://www.example.org/desks", "example.org"),
        ("https://[x", "https://[x"),
    ],
)
def test_page_is_named_by_the_document_or_its_publisher_or_its_host(address, name):
    names = names_of_pages("Manuals of all kinds\n- Survey of 2019: https://desks.example/survey")

    assert name_of_page(address, names) == name


@pytest.mark.parametrize(
    "line",
    [
        "https://desks.example",
        "Forms https://desks.example",
        ": https://desks.example",
        "Forms: https://desks.example and more",
        "Forms: https://",
        f"{'A long sentence ' * 10}: https://desks.example",
    ],
)
def test_other_lines_name_no_page(line):
    assert names_of_pages(line) == {}
