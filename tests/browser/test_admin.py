"""The admin in a browser: accessibility in every appearance, and the review page as a moderator uses it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from practices import workflow
from practices.choices import State
from practices.core.http.languages import path_in
from practices.models import Submission, Subscriber
from tests.browser.test_accessibility import violations
from tests.browser.test_four_ways import be_signed_in, tick_required_criteria
from tests.support.documents import FULL
from tests.support.factories import (
    make_administrator,
    make_moderator,
    make_outdated_update,
    make_practice,
    make_submission,
    make_subscription,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def page_of(submission):
    return f"/admin/practices/submission/{submission.pk}/change/"


@pytest.fixture
def review(page):
    """Return the review page of a full submission, opened by a moderator."""
    submission = make_submission(State.SUBMITTED, **FULL | {"title": "Pension desks"})
    be_signed_in(page, make_moderator())
    page.goto(page_of(submission))
    return page


def test_admin_has_no_accessibility_violations(page):
    before = timezone.now() - timedelta(days=70)  # lists offer the months of what they have
    practice = make_practice(title="Pension desks", objectives=[21], now=before)
    revised = make_practice(title="Port desks", lessons="Ask Josefa.")
    workflow.publish_document(revised.document | {"lessons": "Ask early."}, to=revised)
    title = "Verwaltungsdienstleistungsvereinfachungsprogramm " * 4
    submission = make_submission(
        State.SUBMITTED, **FULL | {"title": title, "context": "https://a.example " * 3}
    )
    disputed = make_outdated_update(State.SUBMITTED, since={"title": "Desks in Batumi"}, title="Two desks")
    be_signed_in(page, User.objects.create_superuser("root"))
    pages = {
        "landing": "/admin/",
        "queue": "/admin/practices/submission/",
        "empty list": "/admin/practices/submission/?pile=spam",
        "review": page_of(submission),
        "update in dispute": page_of(disputed),
        "correction": f"/admin/practices/submission/{submission.pk}/correct/",
        "comparison": f"/admin/practices/submission/{submission.pk}/compare/practice/{practice.pk}/",
        "practices": "/admin/practices/practice/",
        "practice": f"/admin/practices/practice/{practice.pk}/change/",
        "withdrawal": f"/admin/practices/practice/{practice.pk}/withdraw/",
        "outbox": "/admin/practices/outboxmessage/",
        "preferences": "/admin/practices/staffprofile/mine/",
        "invitation": "/admin/practices/staffprofile/invite/",
        "look-up of an address": "/admin/practices/subscriber/address/",
        "redaction": f"/admin/practices/practice/{revised.pk}/revisions/1/redact/",
        "two-factor authentication": "/admin/account/2fa/",
        "sessions": "/admin/account/sessions/",
    }
    found = {}

    for name, address in pages.items():
        page.goto(address)
        found[name] = violations(page)

    assert {name: rules for name, rules in found.items() if rules} == {}


def test_publish_waits_for_the_required_criteria(review):
    publish = review.get_by_role("button", name="Publish")
    missing = review.get_by_text("Cannot be published yet.")
    main = review.locator(".decision .button:not(.button-quiet, .button-danger, :disabled)")
    before = (publish.is_disabled(), missing.is_visible(), main.all_inner_texts())

    tick_required_criteria(review)

    assert before == (True, True, ["Request changes"])
    assert (publish.is_disabled(), missing.is_visible(), main.all_inner_texts()) == (
        False,
        False,
        ["Publish"],
    )


def test_saving_the_checklist_keeps_the_message(review):
    review.get_by_label("Message to the submitter").fill("Which years?")
    review.get_by_label("It has been tried").check()
    review.get_by_role("button", name="Save checklist").click()
    review.get_by_text("Checklist saved.").wait_for()

    assert review.get_by_label("Message to the submitter").input_value() == "Which years?"
    assert review.get_by_label("It has been tried").is_checked()


def test_decision_is_in_view_beside_the_text(review):
    review.get_by_role("heading", name="History").scroll_into_view_if_needed()

    box = review.get_by_role("button", name="Request changes").bounding_box()

    assert 0 <= box["y"] < 900


def test_phone_leads_to_the_decision_from_its_foot(open_page):
    submission = make_submission(State.SUBMITTED, title="Pension desks")
    page = open_page(width=390, height=740)
    be_signed_in(page, make_moderator())
    page.goto(page_of(submission))

    page.get_by_role("link", name="Decide").click()

    assert 0 <= page.get_by_role("heading", name="Decision").bounding_box()["y"] < 740


def test_printed_review_is_its_text_without_the_decision(review):
    review.emulate_media(media="print")

    assert not review.locator(".review-aside").is_visible()
    assert review.locator("#field-summary").is_visible()


def test_kept_ticks_of_an_earlier_text_are_not_brought_back(review):
    review.get_by_label("Message to the submitter").fill("Thank you for this.")
    review.locator("#criterion-tried").check()

    Submission.objects.update(version=F("version") + 1)
    review.reload()

    assert review.get_by_label("Message to the submitter").input_value() == "Thank you for this."
    assert not review.locator("#criterion-tried").is_checked()


def test_half_written_review_survives_a_visit_to_another_page_until_it_is_sent(review):
    address = review.url
    review.get_by_label("Message to the submitter").fill("Thank you for this.")
    review.locator("#criterion-tried").check()

    review.get_by_text("Correct spelling and small mistakes").click()
    review.goto(address)
    kept = review.get_by_label("Message to the submitter").input_value()
    is_ticked = review.locator("#criterion-tried").is_checked()
    review.get_by_role("button", name="Request changes").click()
    review.get_by_role("button", name="Request changes and send e-mail").click()
    review.get_by_text("The submitter can read your reasons.").wait_for()
    review.goto(address)

    assert (kept, is_ticked) == ("Thank you for this.", True)
    assert review.get_by_label("Message to the submitter").input_value() == ""


# Acts of administrators -----------------------------------------------------------


def test_administrator_deletes_the_personal_data_of_an_address(page):
    make_subscription(address="ana@example.org")
    be_signed_in(page, make_administrator())
    page.goto("/admin/practices/subscriber/address/")

    page.get_by_label("E\u2011mail address").fill("ana@example.org")
    page.get_by_role("button", name="Look up").click()
    page.get_by_role("button", name="Delete personal data …").click()
    asked = violations(page), page.get_by_text("1 subscription is deleted.").is_visible()
    page.get_by_role("button", name="Delete personal data").click()

    page.get_by_text("The personal data is deleted.").wait_for()
    assert (asked, Subscriber.objects.count()) == (([], True), 0)


def test_administrator_redacts_an_earlier_revision(page):
    practice = make_practice(title="Desks", lessons="Ask Josefa.")
    workflow.publish_document(practice.document | {"lessons": "Ask early."}, to=practice)
    be_signed_in(page, make_administrator())
    page.goto(f"/admin/practices/practice/{practice.pk}/change/")

    page.get_by_role("link", name="Redact").click()
    page.get_by_label("Lessons learnt: Ask Josefa.").check()
    page.get_by_label("Public note").fill("It named a person.")
    page.get_by_role("button", name="Redact").click()

    page.get_by_text("The revision says that something was removed").wait_for()
    page.goto(f"{practice.get_absolute_url()}revisions/1/")
    assert page.get_by_text("It named a person.").is_visible()
    assert not page.get_by_text("Josefa").is_visible()


def test_invited_moderator_chooses_a_password_and_signs_in(page, open_page, next_mail):
    be_signed_in(page, make_administrator())
    page.goto("/admin/practices/staffprofile/invite/")
    page.get_by_label("User name").fill("amina")
    page.get_by_label("E\u2011mail address").fill("amina@example.org")
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("Invited: amina.").wait_for()

    invited = open_page()
    invited.goto(next_mail()[1])
    for name in ("new_password1", "new_password2"):
        invited.locator(f"[name={name}]").fill("a quiet orange bridge")
    invited.get_by_role("button", name="Set password").click()
    invited.get_by_label("Username").fill("amina")
    invited.get_by_label("Password").fill("a quiet orange bridge")
    invited.get_by_role("button", name="Sign in", exact=True).click()

    invited.get_by_role("heading", name="Moderation").wait_for()


def test_phone_shows_filters_of_a_list_in_two_columns(open_page):
    make_submission(State.SUBMITTED)
    page = open_page(width=390)
    be_signed_in(page, make_moderator())

    page.goto("/admin/practices/submission/")

    filters = [box.bounding_box()["x"] for box in page.locator("#changelist-filter details").all()]
    words = page.locator("#changelist-filter summary").first
    assert len(filters) > 2
    assert len(set(filters)) == 2
    assert words.evaluate("it => getComputedStyle(it).paddingInlineStart") == "0px"


def test_phone_shows_each_state_of_the_system_beside_its_part(open_page):
    page = open_page(width=390)
    be_signed_in(page, User.objects.create_superuser("root"))

    page.goto("/admin/practices/jobrun/")

    rows = page.locator(".system-status tbody tr").all()
    away = [
        row.inner_text()
        for row in rows
        if row.locator("td").first.bounding_box()["y"] > row.locator("th").bounding_box()["y"] + 8
    ]
    assert (away, len(rows) > 5) == ([], True)


def test_titles_of_several_lines_stand_apart_on_a_phone(open_page):
    make_submission(State.SUBMITTED, title="Welcome desks in the town halls of all cities with a port")
    page = open_page(width=390)
    be_signed_in(page, make_moderator())

    page.goto("/admin/practices/submission/")

    title = page.locator("#result_list tbody th")
    assert title.evaluate("it => parseFloat(getComputedStyle(it).lineHeight)") >= 16 * 1.3


def test_printed_list_is_its_rows_without_what_is_there_to_press(page):
    make_submission(State.SUBMITTED)
    be_signed_in(page, make_moderator())
    page.goto("/admin/practices/submission/")

    page.emulate_media(media="print")

    shown = page.locator("#user-tools, #changelist-filter, #toolbar, .actions, .action-checkbox").all()
    assert [part.is_visible() for part in shown] == [False] * 5
    assert page.locator("#result_list th a").last.is_visible()


def test_language_of_e_mails_is_named_above_its_choices(page):
    be_signed_in(page, make_moderator())

    page.goto("/admin/practices/staffprofile/mine/")

    label = page.locator("label[for=id_language]").bounding_box()
    choices = page.get_by_label("Language of e-mails").bounding_box()
    assert label["y"] + label["height"] <= choices["y"]


@pytest.mark.parametrize("language", ["ar", "es", "fr", "ru", "zh-hans"])
def test_landing_page_fits_a_phone_in_every_language(open_page, language):
    make_submission(State.SUBMITTED)
    page = open_page(width=320)
    be_signed_in(page, make_moderator())

    page.goto(f"/{language}/admin/")
    page.locator(".page-offer").wait_for()

    tools = page.locator("#user-tools > :not(.page-offer, form)").all()
    rows = {round(box["y"] + box["height"] / 2, -1) for tool in tools if (box := tool.bounding_box())}
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("language", "width"),
    [("en", 800), ("en", 1000), ("en", 1280), ("ru", 1040), ("ru", 1160), ("fr", 1160), ("es", 1160)],
)
def test_queue_is_whole_on_windows_of_every_width(open_page, language, width):
    make_submission(State.SUBMITTED, **FULL | {"title": "Pension desks"})
    page = open_page(width=width)
    be_signed_in(page, make_moderator())

    page.goto(path_in(language, "/admin/practices/submission/"))

    assert page.locator(".results").evaluate("it => it.scrollWidth - it.clientWidth") == 0
