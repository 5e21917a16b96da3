"""Scripts: search suggestions by keyboard, lists that update in place, summaries of a choice, printing."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import violations
from tests.support.documents import FULL
from tests.support.factories import make_practice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def practices():
    make_practice(title="Pension desks", objectives=[22], countries=["PH"], tags=["portable pensions"])
    make_practice(title="Return fund", objectives=[21], countries=["PT"])


def test_reader_chooses_a_suggestion_by_keyboard(page, practices):
    page.goto("/")
    field = page.get_by_role("combobox", name="Search the practices")
    page.get_by_role("searchbox", name="Search the practices").focus()
    page.keyboard.type("port")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")

    expect(options).to_have_text(
        ["22. Social protection Objective", "Portugal Country", "portable pensions Topic"]
    )
    expect(page.get_by_role("status")).to_have_text("3 suggestions")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "q-suggestions-2")
    expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/practices/?tag=portable-pensions")


def test_open_suggestions_have_no_accessibility_violations(page, practices):
    page.goto("/")
    page.get_by_role("searchbox", name="Search the practices").focus()
    page.keyboard.type("port")
    page.get_by_role("option", name="Portugal").wait_for()
    page.keyboard.press("ArrowDown")

    found = violations(page)

    assert found == []


def test_reader_dismisses_the_suggestions_and_searches_the_typed_text(page, practices):
    page.goto("/")
    page.get_by_role("searchbox", name="Search the practices").focus()
    page.keyboard.type("port")
    listbox = page.get_by_role("listbox", name="Suggestions")
    expect(listbox).to_be_visible()
    page.keyboard.press("Escape")
    expect(listbox).to_be_hidden()
    page.keyboard.press("Enter")

    page.wait_for_url("**/practices/?q=port")


def test_without_scripts_the_field_is_a_search_field(open_page, practices):
    page = open_page(java_script_enabled=False)

    page.goto("/")

    field = page.get_by_role("searchbox", name="Search the practices")
    assert (field.get_attribute("role"), field.get_attribute("aria-expanded")) == (None, None)


def test_list_changes_in_place_and_the_back_button_undoes_it(page, practices):
    titles = page.locator(".practice-card h3")
    page.goto("/practices/")
    page.evaluate("window.sameDocument = true")
    page.locator("summary").filter(has_text="Country").press("Enter")
    page.get_by_label("Philippines").press("Space")
    page.get_by_role("button", name="Apply").press("Enter")

    expect(titles).to_have_text(["Pension desks"])
    expect(page).to_have_url(re.compile(r"/practices/\?country=ph$"))
    expect(page).to_have_title(re.compile("^Practices: Philippines"))
    expect(page.get_by_role("heading", name="1 practice")).to_be_focused()
    expect(page.locator("body > [role=status]")).to_have_text("1 practice")
    page.get_by_role("link", name="Remove Country: Philippines").press("Enter")
    expect(titles).to_have_text(["Return fund", "Pension desks"])
    page.go_back()
    expect(titles).to_have_text(["Pension desks"])
    page.go_back()
    expect(titles).to_have_text(["Return fund", "Pension desks"])
    assert page.evaluate("window.sameDocument") is True


def test_list_falls_back_to_the_link_when_fetching_fails(page, practices):
    page.goto("/practices/?country=ph")
    page.evaluate("() => { window.fetch = () => Promise.reject(new Error('offline')); }")
    page.get_by_role("link", name="Remove Country: Philippines").click()

    expect(page.locator(".practice-card h3")).to_have_text(["Return fund", "Pension desks"])
    assert page.evaluate("window.fetch.toString().includes('native code')")


def test_reader_copies_the_citation_of_a_practice(open_page):
    practice = make_practice(title="Pension desks", implementers=["City of Manila"])
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(practice.get_absolute_url())

    page.get_by_text("Cite", exact=True).click()
    page.get_by_role("button", name="Copy: APA style").click()

    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(
        r"City of Manila\. \(\d{4}\)\. Pension desks \(Revision 1\)\. Migration Good Practices\. "
        rf"\S+/p/{practice.pk}",
        copied,
    )


def test_reader_prints_a_practice(page):
    practice = make_practice()
    page.add_init_script("window.print = () => { window.printed = true; }")
    page.goto(practice.get_absolute_url())

    page.get_by_role("button", name="Print or PDF").click()

    assert page.evaluate("window.printed")


def test_practice_page_without_scripts_says_how_to_print_and_offers_no_button_to_copy(open_page):
    page = open_page(java_script_enabled=False)
    page.goto(make_practice().get_absolute_url())

    page.get_by_text("Print or PDF").click()

    expect(page.get_by_text("Choose Print in the menu of your browser.")).to_be_visible()
    page.get_by_text("Share", exact=True).click()
    expect(page.get_by_role("button", name="Copy the address")).to_be_hidden()


@pytest.mark.parametrize(("width", "is_folded"), [(390, True), (1280, False)])
def test_minor_facts_and_the_list_of_sections_are_folded_on_a_phone_only(open_page, width, is_folded):
    page = open_page(width=width)
    page.goto(make_practice(**FULL).get_absolute_url())

    shown = [
        page.get_by_text("Whole-of-society approach").is_visible(),
        page.locator(".contents-list").get_by_text("Results").is_visible(),
    ]

    assert shown == [not is_folded, not is_folded]


def test_summary_of_a_subscription_is_taken_back_until_it_is_true_again(page, practices):
    page.goto("/subscribe/")
    summary = page.get_by_role("region", name="Your subscription")

    expect(summary.get_by_text("All practices")).to_be_visible()
    page.get_by_label("21. Dignified return and reintegration").check()
    expect(summary.get_by_text("All practices")).to_be_hidden()
    expect(summary.get_by_text("You have changed your choice.")).to_be_visible()
    page.get_by_role("button", name="Update this summary").click()
    expect(summary.get_by_text("Objective 21", exact=False).first).to_be_visible()
    expect(summary.get_by_text("You have changed your choice.")).to_be_hidden()
