import pytest

from practices.documents import LONG_TEXTS, label
from practices.documents.fields import parts
from tests.support.documents import FULL
from tests.support.factories import make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def compare(client, *keys, q=None):
    return read(client.get("/compare/", {"practice": keys} | ({"q": q} if q else {})))


def table_of(page):
    return {row.one("th").text: row.texts("td") for row in page.one("tbody").all("tr")}


def test_practices_are_compared_in_the_requested_order(client):
    first = make_practice(title="First", countries=["PH"], start_year=2016, results="Much.")
    second = make_practice(title="Second", objectives=[3, 21])

    page = compare(client, second.pk, first.pk)

    assert page.one("thead").texts("th") == ["Second Remove: Second", "First Remove: First"]
    assert table_of(page) == {
        "Objectives": [
            "3. Information provision 21. Dignified return and reintegration",
            "21. Dignified return and reintegration",
        ],
        "Countries": ["–not stated", "Philippines"],
        "When": ["–not stated", "Since 2016"],
        "Language of this text": ["English the same for all"],
        "Summary": [
            "Desks in two ports help returning workers claim the pensions they earned abroad. the same for all"
        ],
        "Results": ["–not stated", "Much."],
    }


def test_texts_that_are_long_can_be_shown_in_full(client):
    practice = make_practice(summary="A short summary of the practice.", results="Much came of it. " * 20)

    rows = compare(client, practice.pk).one("tbody").all("tr")

    assert [row.one("label").text for row in rows if row.all("label")] == ["Show in full"]
    assert [row.one("th").text for row in rows if "compare-long" in row.classes] == ["Results Show in full"]


def test_every_field_that_is_filled_in_has_a_row(client):
    page = compare(client, make_practice(**FULL).pk)

    compared = [str(part.label) for part in parts(divide=True) if not part.not_compared]
    assert sorted(table_of(page)) == sorted([*compared, "How the results are known"])


def test_long_texts_are_the_last_rows_and_results_the_first_of_them(client):
    rows = list(table_of(compare(client, make_practice(**FULL).pk)))

    others = [str(label(name)) for name in LONG_TEXTS if name != "results"]
    texts = ["Summary", "Results", "How the results are known", *others]
    assert rows[-len(texts) :] == texts


def test_each_practice_can_be_removed(client):
    one, two = make_practice(title="One"), make_practice(title="Two")

    page = compare(client, one.pk, two.pk)

    assert [link["href"] for link in page.all("a", "compare-remove")] == [
        f"/compare/?practice={two.pk}",
        f"/compare/?practice={one.pk}",
    ]


def test_practice_page_leads_to_comparison_and_there_others_are_found(client):
    practice = make_practice(title="Desk", countries=["PH"])
    like = make_practice(title="Desk too", countries=["PH"])
    other = make_practice(title="Fund for boats", objectives=[5])
    start = dict(read(client.get(practice.get_absolute_url())).one("div", "tools").links())["Compare"]

    suggesting, searching = read(client.get(start)), compare(client, practice.pk, q="boats")

    assert suggesting.one("ul", "compare-choice").links() == [
        ("Desk too", f"/compare/?practice={practice.pk}&practice={like.pk}")
    ]
    assert searching.all("ul", "compare-choice")[0].links() == [
        ("Fund for boats", f"/compare/?practice={practice.pk}&practice={other.pk}")
    ]
    assert [field["value"] for field in searching.all("input", name="practice")] == [str(practice.pk)]


def test_comparison_of_nothing_says_how_to_begin(client):
    practice = make_practice(title="Desk")

    page = compare(client)

    main = page.one("main")
    assert main.one("ul", "compare-choice").links() == [("Desk", f"/compare/?practice={practice.pk}")]
    assert (main.all("table"), main.one("h2").text) == ([], "Choose the first practice")


@pytest.mark.parametrize(("chosen", "order"), [(1, ["section", "table"]), (2, ["table", "section"])])
def test_second_practice_is_added_above_the_table_and_the_third_below(client, chosen, order):
    practices = [make_practice(title=f"Practice {number}") for number in range(chosen)]

    main = compare(client, *[practice.pk for practice in practices]).one("main")

    assert [each.tag for each in main.inside() if each.tag in ("section", "table")] == order


def test_fourth_practice_is_left_out_and_said_to_be(client):
    practices = [make_practice(title=f"Practice {number}") for number in range(4)]

    page = compare(client, *[practice.pk for practice in practices])

    assert len(page.one("thead").all("th")) == 3
    assert page.one("div", "notice").texts("li") == [
        "You can compare up to three practices. The others are not shown."
    ]
    assert page.one("main").all("form") == []


@pytest.mark.parametrize("key", ["999999", "x", "²", "9" * 30, "-1", ""])
def test_unknown_practice_is_left_out_and_reported(client, key):
    practice = make_practice(title="Desk")

    page = compare(client, practice.pk, key)

    assert page.one("thead").texts("th") == ["Desk Remove: Desk"]
    assert page.one("div", "notice").texts("li") == [
        f"Practice “{key}” does not exist or was withdrawn, so it is not shown."
    ]


def test_withdrawn_practice_is_not_compared(client):
    withdrawn = make_practice(title="Quokka crossing", withdrawn=True)

    response = client.get(f"/compare/?practice={withdrawn.pk}&q=Quokka")

    assert ("Quokka crossing" in response.text, read(response).all("table")) == (False, [])


def test_search_that_finds_nothing_says_so(client):
    page = compare(client, make_practice().pk, q="zeppelin")

    assert "No other practice contains these words. Try fewer words." in page.texts("p")


def test_organisations_and_figures_are_in_the_language_of_their_practice(client):
    figures = [{"number": "10", "meaning": "cities of the project", "source": ""}]
    practice = make_practice(language="ar", implementers=["Port authority"], figures=figures)

    cells = {
        cell.text: (cell["lang"], cell["dir"])
        for row in compare(client, practice.pk).all("tr")[1:]
        for cell in row.all("span")
        if cell.get("lang")
    }

    assert {"Port authority", "10 cities of the project"} <= {*cells}
    assert {*cells.values()} == {("ar", "rtl")}


def test_texts_are_in_their_language_with_lists_and_with_links_where_the_practice_page_has_them(client):
    resources = "Evaluation: https://example.org/report.pdf\nhttps://example.org/film"
    practice = make_practice(language="ar", activities="- Desks\n- Buses", resources=resources)

    rows = {
        row.one("th").text: row.one("div", "prose")
        for row in compare(client, practice.pk).all("tr")[1:]
        if row.all("div", "prose")
    }

    assert {(text["lang"], text["dir"]) for text in rows.values()} == {("ar", "rtl")}
    assert rows[str(label("activities"))].texts("li") == ["Desks", "Buses"]
    assert rows[str(label("resources"))].links() == [
        ("Evaluation", "https://example.org/report.pdf"),
        ("https://example.org/film", "https://example.org/film"),
    ]
