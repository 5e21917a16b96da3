"""WCAG 2.2 AA checks by axe-core in every appearance, plus two that axe-core lacks: reflow and visible focus.

Every address in tests/support/addresses.py is checked.
"""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.template.loader import render_to_string

from practices.choices import State
from practices.models import Country
from tests.browser.test_four_ways import be_signed_in
from tests.support.addresses import HTML_PAGES, open_address
from tests.support.documents import FULL
from tests.support.factories import (
    make_moderator,
    make_practice,
    make_submission,
    send_adaptation,
    send_translation,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEMPLATES = settings.BASE_DIR / "templates"
ALL_RULES = {
    "preload": False,
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}},
}
"""All rules but those of CONTRAST."""
COLOURS = {**ALL_RULES, "runOnly": {"type": "rule", "values": ["link-in-text-block"]}}
"""Rules whose result can differ between light and dark; only these run again in the second colour scheme."""
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 900}
LOOKS = [
    (WIDE, "light", ALL_RULES),
    (WIDE, "dark", COLOURS),
    (NARROW, "dark", ALL_RULES),
    (NARROW, "light", COLOURS),
]

FIND = """options => axe.run(options).then(report => report.violations.map(
    violation => [violation.id, violation.nodes.map(node => node.html.slice(0, 120))]
))"""
CONTRAST = {
    "preload": False,
    "resultTypes": ["incomplete", "violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]},
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}
"""Rules for 7:1 (WCAG 1.4.6), and for the texts that axe-core cannot judge, such as numbers in drawings.

Signs that stand for words beside them are graphics, which need 3:1 (WCAG 1.4.11).
"""
FIND_LOW_CONTRAST = """async options => {
    const report = await axe.run(options);
    const unclear = report.incomplete.flatMap(each => each.nodes).flatMap(
        node => [...document.querySelectorAll(node.target[0])]
    );
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
    const colour = text => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = text;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([red, green, blue]) => [red, green, blue].map(
        part => part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4
    ).reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const ground = one => {
        const circle = one.localName === "text" && one.closest("a")?.querySelector("circle:not(.reach)");
        if (circle) return getComputedStyle(circle).fill;
        for (let at = one; at; at = at.parentElement) {
            const style = getComputedStyle(at);
            // Gradients are shadows at the edge of a scroller, and images that do not repeat are icons beside the text.
            if (style.backgroundImage.includes("url(") && style.backgroundRepeat !== "no-repeat") return null;
            const [,,, opacity] = colour(style.backgroundColor);
            if (opacity === 255) return style.backgroundColor;
            if (opacity) return null;
        }
        return getComputedStyle(document.documentElement).backgroundColor;
    };
    const low = [...new Set([...unclear, ...document.querySelectorAll("svg text")])].filter(one => {
        if (!one.checkVisibility()) return false;
        const style = getComputedStyle(one), below = ground(one);
        if (below === null) return true;
        if (colour(style.color)[3] === 0) return false; // a link whose number has no room
        const [more, less] = [style[one.localName === "text" ? "fill" : "color"], below].map(
            text => light(colour(text))
        ).sort((a, b) => b - a);
        const isGraphic = one.localName !== "text" && one.closest("[aria-hidden=true]");
        return (more + 0.05) / (less + 0.05) < (isGraphic ? 3 : 7);
    });
    const violations = report.violations.flatMap(each => each.nodes.map(node => node.html));
    return [...low.map(one => one.outerHTML), ...violations].map(html => html.slice(0, 160));
}"""
FIND_UNSEEN_FOCUS = """() => {
    const all = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
    const stops = [...all].filter(one => one.checkVisibility() && one.tabIndex >= 0 && !one.closest(".trap"));
    const kinds = new Map(stops.map(one => [one.localName + one.type + one.className, one]));
    return [...kinds.values()].filter(one => {
        one.focus();
        const style = getComputedStyle(one);
        return document.activeElement === one && (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2);
    }).map(one => one.outerHTML.slice(0, 120));
}"""


@pytest.fixture
def addresses():
    """Return name → address of every page, some of them in several states."""
    for number in range(25):
        make_practice(title=f"Practice {number}", objectives=[21])
    practice = make_practice(**FULL | {"language": "en"})
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
    codes = list(Country.objects.values_list("code", flat=True)[:60])
    wide = make_practice(title="Everywhere", countries=codes, objectives=list(range(1, 24)), results="Much.")
    arabic = make_practice(title="عيادات متنقلة للعمال المهاجرين", summary="ملخص " * 30, language="ar")
    withdrawn = make_practice(title="Old", withdrawn=True)
    send_translation(State.PUBLISHED, of=practice, lessons="")
    used = make_practice(title="Desks that others have")
    send_adaptation(State.PUBLISHED, of=used)
    report = send_adaptation(State.DRAFT, of=used)
    draft = send_translation(State.DRAFT, of=practice, into="ar")
    states = {
        f"submission-detail {state}": make_submission(state).get_private_url()
        for state in State
        if state not in (State.SPAM, State.DRAFT)
    }
    return {
        **{name: open_address(name) for name in HTML_PAGES},
        **states,
        "objective without practices": "/objectives/13/",
        "listing filtered": "/practices/?objective=21&country=ph&q=pension&year=2020&region=asia&tag=pensions",
        "search with cards, and with practices that lack a word": "/practices/?q=philippines+objective+21+gadgets",
        "listing without results": "/practices/?q=pension+desks+nothing&objective=8&country=ph",
        "listing of an unknown value": "/practices/?q=nothing-like-it&country=xx",
        "comparison of one": f"/compare/?practice={practice.pk}",
        "comparison of three": f"/compare/?practice={practice.pk}&practice={long_words.pk}&practice={arabic.pk}",
        "kit of three": f"/kit/?ids={practice.pk},{long_words.pk},{arabic.pk}&title=For+Geneva&note=Read+me",
        "list to embed of a kit": f"/embed/?practice={practice.pk}&practice={long_words.pk}",
        "form to subscribe to a kit": f"/subscribe/?practice={practice.pk}&practice={long_words.pk}",
        "listing page 2": "/practices/?page=2",
        "country without practices": "/countries/va/",
        "region": "/regions/asia/",
        "gap map by sub-region": "/gaps/?by=subregion",
        "gap map by country group": "/gaps/?by=group",
        "gap map by type": "/gaps/?by=type",
        "map filtered": "/map/?objective=21&type=service",
        "practice with everything": practice.get_absolute_url(),
        "revision with everything": f"{practice.get_absolute_url()}revisions/1/",
        "practice in 60 countries": wide.get_absolute_url(),
        "practice with long words": long_words.get_absolute_url(),
        "practice in Arabic": arabic.get_absolute_url(),
        "practice in a translation": f"{practice.get_absolute_url()}?in=fr",
        "form of a translation into Arabic": f"{practice.get_translate_url()}?to=ar",
        "practice used elsewhere": used.get_absolute_url(),
        "report of a use elsewhere": used.get_adapt_url(),
        "preview of such a report": f"{report.get_private_url()}send/",
        "draft of a translation": f"{draft.get_private_url()}edit/",
        "withdrawn": withdrawn.get_absolute_url(),
        "subscription link not valid": "/subscriptions/leave/nonsense/",
        "not found": "/nowhere/",
    }


def violations(page):
    """Return (rule, places) of each violation on the page, since axe-core's full report takes megabytes."""
    page.wait_for_load_state()  # a click returns before the stylesheet is loaded
    page.evaluate(AXE_SCRIPT)
    found = []
    for size, scheme, rules in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found += page.evaluate(FIND, rules)
        if low := page.evaluate(FIND_LOW_CONTRAST, CONTRAST):
            found.append([f"contrast, {scheme}", low])
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:  # WCAG 1.4.10
            found.append(["reflow", [f"{width} px wide"]])
    if unseen := page.evaluate(FIND_UNSEEN_FOCUS):  # WCAG 2.4.7
        found.append(["focus", unseen])
    return found


@pytest.mark.parametrize("part", [0, 1, 2])
def test_pages_have_no_accessibility_violations(open_page, addresses, part):
    page = open_page()
    found = {}

    for name, address in list(addresses.items())[part::3]:
        page.goto(address)
        found[name] = violations(page)

    assert {name: rules for name, rules in found.items() if rules} == {}


def test_error_pages_have_no_accessibility_violations(page):
    shown = {"away": True, "wait": "23 minutes", "has_text": True, "most_mb": 24, "status": 507}
    names = sorted(path.name for path in TEMPLATES.glob("[45]??*.html"))
    pages = {f"{settings.SITE_URL}/{name}": render_to_string(name, shown) for name in names}
    page.route(
        lambda url: url in pages,
        lambda route: route.fulfill(body=pages[route.request.url], content_type="text/html"),
    )
    found = {}

    for name in names:
        page.goto(f"/{name}")
        found[name] = violations(page)

    assert {"404.html", "503.html"} <= found.keys()
    assert {name: rules for name, rules in found.items() if rules} == {}


def test_last_step_of_a_deletion_has_no_accessibility_violations(page):
    page.goto(open_address("personal-data-delete"))
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_role("button", name="Yes, delete it now").wait_for()

    found = violations(page)

    assert found == []


@pytest.mark.parametrize("path", ["/styleguide/", "/styleguide/mails/"])
def test_style_guide_has_no_accessibility_violations(page, path):
    be_signed_in(page, make_moderator())
    page.goto(path)

    found = violations(page)

    assert found == []


def test_submit_form_with_errors_has_no_accessibility_violations(page):
    page.goto("/submit/")
    page.get_by_role("button", name="Send").click()

    found = violations(page)

    assert found == []


@pytest.fixture
def many_practices():
    """Create practices whose numbers have one, two and three digits in the maps."""
    for country, objective, number in [("KE", 3, 1), ("FR", 5, 12), ("PH", 21, 104)]:
        for _each in range(number):
            make_practice(objectives=[objective], countries=[country], type="service", start_year=2020)


@pytest.mark.parametrize("path", ["/gaps/", "/gaps/?by=subregion", "/map/", "/statistics/"])
def test_numbers_of_the_maps_stand_out_from_what_is_below_them(open_page, many_practices, path):
    page = open_page()
    page.goto(path)
    page.wait_for_load_state()
    page.evaluate(AXE_SCRIPT)
    found = {}

    for size in (WIDE, NARROW):
        for scheme in ("light", "dark"):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            found[size["width"], scheme] = page.evaluate(FIND_LOW_CONTRAST, CONTRAST)

    assert {look: low for look, low in found.items() if low} == {}


def test_low_contrast_is_found_where_axe_cannot_judge_it(open_page, many_practices):
    page = open_page()
    page.goto("/map/")
    page.evaluate(AXE_SCRIPT)
    page.eval_on_selector_all(".dotted-map text", "all => all.forEach(one => one.style.fill = '#c96')")

    found = page.evaluate(FIND_LOW_CONTRAST, CONTRAST)

    assert found
    assert all(html.startswith("<text") for html in found)


@pytest.mark.parametrize("panel", [0, 1, 2])
def test_open_panels_of_a_list_have_no_accessibility_violations(page, panel):
    make_practice(title="Pension desks in two ports", countries=["PH"])
    page.goto("/practices/?country=ph")
    page.locator(".bar .drop > summary").nth(panel).press("Enter")

    found = violations(page)

    assert found == []
