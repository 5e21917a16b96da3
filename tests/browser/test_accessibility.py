"""WCAG 2.2 AA by axe-core, light and dark, wide and 320 px narrow, with the reflow that axe-core does not check."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from practices.choices import State
from tests.factories import make_practice, make_submission, make_subscription

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {
    "preload": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
LOOKS = [
    pytest.param({"width": 1280, "dark": False}, id="wide-light"),
    pytest.param({"width": 320, "dark": True}, id="narrow-dark"),
]


@pytest.fixture
def addresses():
    """Name → address of a page in each state people meet it in."""
    practice = make_practice(
        title="Pension desks in two ports", countries=["PH", "IT"], area="Ports", tags=["pensions"],
        type="service", start_year=2019, context="Why.\n\nAnd how.", results="Much.", evidence_level="monitored",
        evidence_url="https://example.org/report", sdgs=[8], principles=["f"], credit="Ana",
        source_url="https://example.org/", licence="CC-BY-4.0", implementers=["Port authority"],
    )  # fmt: skip
    for number in range(25):
        make_practice(title=f"Practice {number}", objectives=[21])
    long_words = make_practice(
        title=(
            "Verwaltungsdienstleistungsvereinfachungsprogramm " * 4 + "lentokonesuihkuturbiinimoottori" * 2
        )[:219],
        summary="Verwaltungsdienstleistungsvereinfachungsprogramm" * 3,
        language="de",
        area="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
        implementers=["Rindfleischetikettierungsüberwachungsaufgabenübertragungsbehörde"],
        tags=["Aufenthaltsbewilligungsverlängerungsverfahren"],
        context="https://example.org/" + "a" * 300,
    )
    arabic = make_practice(title="عيادات متنقلة للعمال المهاجرين", summary="ملخص " * 30, language="ar")
    withdrawn = make_practice(title="Old", withdrawn=True)
    states = {
        f"submission {state}": make_submission(state).get_absolute_url()
        for state in State
        if state != State.SPAM
    }
    asked = make_submission(State.CHANGES_REQUESTED)
    subscription = make_subscription(objective=20, confirmed=False)
    confirm = subscription.subscriber.messages.get().context["confirm_path"]
    return {
        "home": "/",
        "objective": "/objectives/21/",
        "objective without practices": "/objectives/13/",
        "listing": "/practices/",
        "listing filtered": "/practices/?objective=21&country=ph&q=pension&year=2020&region=asia&tag=pensions",
        "listing without results": "/practices/?q=nothing-like-it&country=xx",
        "listing page 2": "/practices/?page=2",
        "practice": practice.get_absolute_url(),
        "practice with long words": long_words.get_absolute_url(),
        "practice in Arabic": arabic.get_absolute_url(),
        "revisions": f"{practice.get_absolute_url()}revisions/",
        "revision": f"{practice.get_absolute_url()}revisions/1/",
        "withdrawn": withdrawn.get_absolute_url(),
        "submit": "/submit/",
        "submit sent": "/submit/sent/",
        **states,
        "submission edit": f"{asked.get_absolute_url()}edit/",
        "subscribe sent": "/objectives/20/subscribe/sent/",
        "subscription confirm": confirm,
        "subscription link not valid": "/subscriptions/leave/nonsense/",
        "about": "/about/",
        "privacy": "/privacy/",
        "accessibility": "/accessibility/",
        "not found": "/nowhere/",
    }


def violations(page):
    """What is wrong on the page: (rule, places). Only that comes back; axe-core's whole report is megabytes."""
    page.wait_for_load_state()  # a click comes back before the stylesheet is there
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        """options => axe.run(options).then(report => report.violations.map(
            violation => [violation.id, violation.nodes.map(node => node.html.slice(0, 120))]
        ))""",
        RULES,
    )
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > page.viewport_size["width"]:  # WCAG 1.4.10
        found.append(["reflow", [f"{width} px wide"]])
    return found


@pytest.mark.parametrize("look", LOOKS)
def test_public_pages_have_no_accessibility_violations(open_page, addresses, look):
    page = open_page(**look)
    found = {}

    for name, address in addresses.items():
        page.goto(address)
        found[name] = violations(page)

    assert {name: rules for name, rules in found.items() if rules} == {}


def test_submit_form_with_errors_has_no_accessibility_violations(page):
    page.goto("/submit/")
    page.get_by_role("button", name="Send").click()

    found = violations(page)

    assert found == []
