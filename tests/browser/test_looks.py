"""Layout of pages on small phones, on paper and with large text."""

from itertools import product

import pytest

from tests.support.documents import FULL
from tests.support.factories import make_practice

A4_WITHIN_MARGINS = 657  # pixels of 1/96 inch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("address", ["/practices/", "/practices/?country=ph"])
def test_phone_shows_two_practices_at_once(open_page, address):
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

    second = page.locator(".practice-card").nth(1)
    summary = second.locator(".practice-card-summary").bounding_box()
    assert second.locator(".practice-card-place").inner_text() == "Philippines\xa0· since\xa02019"
    assert summary["y"] + summary["height"] <= 740


@pytest.mark.parametrize(
    ("prefix", "width"),
    [
        *product(["", "/ar", "/es", "/fr", "/zh-hans"], [320, 390, 768]),
        *product(["/ru"], [360, 390, 768]),  # its words are the longest, and take two rows at 320 px
    ],
)
def test_small_screen_shows_the_whole_menu_in_one_row(open_page, width, prefix):
    page = open_page(width=width)

    page.goto(f"{prefix}/about/")

    boxes = [item.bounding_box() for item in page.locator(".page-nav-list > li").all()]
    assert len(boxes) == 5
    assert max(box["x"] + box["width"] for box in boxes) <= width
    assert len({round(box["y"]) for box in boxes}) == 1


@pytest.mark.parametrize("prefix", ["", "/ar", "/es", "/fr", "/ru", "/zh-hans"])
@pytest.mark.parametrize("width", [800, 960, 1100, 1280])
def test_language_stands_beside_the_search_in_every_language(open_page, width, prefix):
    page = open_page(width=width)

    page.goto(f"{prefix}/about/")

    boxes = [page.locator(name).bounding_box() for name in (".page-brand", ".page-search", ".page-languages")]
    centres = [box["y"] + box["height"] / 2 for box in boxes]
    assert max(centres) - min(centres) < 4


ON_TOP = """it => {
  const { x, y } = it.getBoundingClientRect();
  return it.contains(document.elementFromPoint(x + 4, y + 4));
}"""
"""Return whether nothing covers the first letter of an element."""


@pytest.mark.parametrize("width", [320, 390])
def test_phone_shows_name_search_and_language_in_one_row(open_page, width):
    page = open_page(width=width)

    page.goto("/about/")

    boxes = [page.locator(name).bounding_box() for name in (".page-brand", ".page-search", ".page-languages")]
    centres = [box["y"] + box["height"] / 2 for box in boxes]
    assert max(centres) - min(centres) < 4
    assert max(box["x"] + box["width"] for box in boxes) <= width


@pytest.mark.parametrize("width", [320, 390])
def test_phone_compares_practices_without_scrolling(open_page, width):
    keys = [
        make_practice(**FULL | {"title": title, "area": title}).pk
        for title in ("Pension desks", "Remittances", "Courses")
    ]
    page = open_page(width=width)

    for number in (2, 3):
        page.goto("/compare/?" + "&".join(f"practice={key}" for key in keys[:number]))

        table = page.get_by_role("table", name="Practices side by side")
        cells = [cell.bounding_box() for cell in table.locator("tbody td").all()]
        assert max(box["x"] + box["width"] for box in cells) <= width
        columns = {round(box["x"]) for box in cells if box["width"] < width / 2}
        assert len(columns) == (0 if (width, number) == (320, 3) else number)
        title = table.get_by_role("link", name="Pension desks", exact=True)
        assert title.evaluate(ON_TOP)


@pytest.mark.parametrize("width", [320, 390])
def test_phone_shows_the_word_of_a_search_that_is_marked_in_a_summary(open_page, width):
    make_practice(title="Ports", summary="Quays and other places. " * 7 + "A desk for everybody. " * 9)
    page = open_page(width=width)

    page.goto("/practices/?q=desk")

    summary = page.locator(".practice-card-summary").bounding_box()
    mark = page.locator(".practice-card-summary mark").first.bounding_box()
    assert mark["y"] + mark["height"] <= summary["y"] + summary["height"]


def test_rows_of_the_bar_begin_where_the_text_does(open_page):
    make_practice(title="Pension desks")
    page = open_page(width=320)

    page.goto("/practices/?q=desks")

    labels = page.locator(".bar .drop > summary").all()
    starts = [
        label.evaluate("it => it.getBoundingClientRect().x + parseFloat(getComputedStyle(it).paddingLeft)")
        for label in labels
    ]
    rows = {
        label.bounding_box()["y"]: start for label, start in reversed([*zip(labels, starts, strict=True)])
    }
    assert set(rows.values()) == {page.locator(".bar > h2").bounding_box()["x"]}


def test_printed_practice_is_its_text_with_address_and_citation(page):
    practice = make_practice(title="Pension desks", source_url="https://example.org/desks")
    make_practice(title="Another of the same objective")
    page.goto(practice.get_absolute_url())

    page.emulate_media(media="print")

    for left_out in (".page-nav", ".page-languages", ".page-foot", ".related"):
        assert not page.locator(left_out).is_visible()
    citation = page.locator(".citation")
    assert practice.get_permanent_url() in citation.inner_text()
    after_source = "link => getComputedStyle(link, '::after').content"
    source = page.get_by_role("link", name="example.org")
    assert source.evaluate(after_source) == '" (https://example.org/desks)"'


def test_paper_has_no_instructions_for_a_screen(page):
    make_practice(title="Pension desks", countries=["PH"])

    said = {}
    for address in ("/map/", "/gaps/", "/objectives/21/", "/practices/?q=Philippines"):
        page.goto(address)
        page.emulate_media(media="print")
        said[address] = page.get_by_role("main").inner_text()

    left_out = {"/map/": "Select a circle", "/gaps/": "select it", "/objectives/21/": "Also serves 0"}
    assert {address for address, text in left_out.items() if text in said[address]} == set()
    assert "Country" not in said["/practices/?q=Philippines"].partition("1 practice")[0]


def test_paper_says_which_part_of_a_list_it_is_and_where_a_comparison_is_found(page, settings):
    settings.PRACTICES_PER_PAGE = 2
    keys = [make_practice(title=title).pk for title in ("Desks", "Remittances", "Courses")]
    on_paper = {}
    for address in ("/practices/", f"/compare/?practice={keys[0]}&practice={keys[1]}"):
        page.goto(address)
        on_screen = page.get_by_role("main").inner_text()
        page.emulate_media(media="print")
        on_paper[address.partition("?")[0]] = page.get_by_role("main").inner_text()
        page.emulate_media(media="screen")
        assert "This page lists" not in on_screen

    assert "This page lists 2 of them." in on_paper["/practices/"]
    assert f"/compare/?practice={keys[0]}&practice={keys[1]}" in on_paper["/compare/"]
    assert "copy the address" not in on_paper["/compare/"]


def test_printed_comparison_of_three_fits_a_sheet_of_paper(open_page):
    keys = [make_practice(**FULL | {"title": title}).pk for title in ("Desks", "Remittances", "Courses")]
    page = open_page(width=A4_WITHIN_MARGINS)
    page.goto(f"/compare/?practice={keys[0]}&practice={keys[1]}&practice={keys[2]}")

    page.emulate_media(media="print")

    assert page.locator(".compare-table").evaluate("it => it.scrollWidth") <= A4_WITHIN_MARGINS
    assert page.evaluate("document.documentElement.scrollWidth") == A4_WITHIN_MARGINS


def test_no_fact_stands_alone_in_a_row_of_four(open_page):
    page = open_page(width=1280)
    practice = make_practice(
        countries=["PH"],
        start_year=2019,
        implementers=["Port authority"],
        source_url="https://example.org/desks",
    )

    page.goto(practice.get_absolute_url())

    tops = [round(fact.bounding_box()["y"]) for fact in page.locator(".facts > div").all()]
    rows = [tops.count(top) for top in dict.fromkeys(tops)]
    assert (sum(rows), min(rows) > 1) == (5, True)


def test_further_facts_stand_in_the_columns_of_the_first_ones(open_page):
    page = open_page(width=1280)

    page.goto(make_practice(**FULL).get_absolute_url())

    first, further = (
        {round(fact.bounding_box()["x"]) for fact in page.locator(f".reading-facts > {place} > div").all()}
        for place in (".facts", ".fold .facts")
    )
    assert (len(first), further) == (3, first)


def test_spaced_text_keeps_words_of_the_gap_map_whole(open_page):
    make_practice(countries=["PH"])
    page = open_page(width=390)
    page.goto("/gaps/")

    page.locator(".gap-map").evaluate("it => { it.style.letterSpacing = '0.12em' }")

    lines_of_word = """it => {
        const text = it.firstChild, start = text.data.indexOf("documentation"), word = new Range();
        word.setStart(text, start);
        word.setEnd(text, start + "documentation".length);
        return word.getClientRects().length;
    }"""
    name = page.get_by_role("rowheader", name="Legal identity and documentation").locator("a > :last-child")
    assert name.evaluate(lines_of_word) == 1


@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_names_of_columns_pass_beneath_the_one_of_the_objectives(open_page, prefix):
    make_practice(countries=["PH"])
    page = open_page(width=390)
    page.goto(f"{prefix}/gaps/?by=subregion")
    page.locator(".gap-map thead").scroll_into_view_if_needed()

    covered = page.locator(".gap-map thead tr:last-child > th:first-child").evaluate(
        """corner => {
            const table = corner.closest(".gap-scroll");
            const forwards = getComputedStyle(table).direction === "rtl" ? -1 : 1;
            const {left, width, bottom} = corner.getBoundingClientRect();
            return Array.from({length: 12}, (_, step) => {
                table.scrollLeft = forwards * step * 25;
                const found = document.elementFromPoint(left + width / 2, bottom - 20);
                return !corner.contains(found);
            });
        }"""
    )

    assert covered == [False] * 12


def test_edge_of_the_gap_map_fades_while_there_are_more_columns(open_page):
    make_practice(countries=["PH"])
    page = open_page(width=390)
    fades = []

    for address, scrolled in (("?by=subregion", 0), ("?by=subregion", 9999), ("?by=group", 0)):
        page.goto(f"/gaps/{address}")
        fades.append(
            page.locator(".gap-scroll").evaluate(
                """async (table, left) => {
                    table.scrollLeft = left;
                    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                    return getComputedStyle(table).getPropertyValue("--more");
                }""",
                scrolled,
            )
        )

    assert fades == ["48px", "0px", "0px"]


@pytest.mark.parametrize("address", ["/", "/objectives/21/", "/practices/?objective=21", "/submit/"])
def test_text_at_200_percent_fits_the_page(open_page, address):
    make_practice(title="Verwaltungsvereinfachungsprogramm für Rückkehrende", countries=["PH"])
    page = open_page(width=640)
    page.goto(address)

    page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert page.evaluate("document.documentElement.scrollWidth") == 640


def test_mirrored_page_sets_the_practices_before_and_after_at_its_edges(open_page):
    before, practice, _after = (make_practice(title=title) for title in ("Ports", "Pensions", "Remittances"))
    page = open_page(width=390)

    page.goto(f"/ar{practice.get_absolute_url()}")

    steps = page.locator(".list-steps p:not(:first-child) a").all()
    sides = [step.evaluate("it => getComputedStyle(it).textAlign") for step in steps]
    assert (len(sides), sorted(sides)) == (2, ["left", "right"])
    assert before.title in page.locator(".list-steps").inner_text()
