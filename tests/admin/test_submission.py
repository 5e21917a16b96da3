from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practices import workflow
from practices.choices import Kind, QueueTab, State
from practices.models import ModerationEvent, OutboxMessage, Practice, Submission
from practices.notifications import sender
from practices.workflow import seen_version
from tests.support.documents import JUDGED
from tests.support.factories import (
    NOW,
    make_moderator,
    make_practice,
    make_submission,
    make_submitter,
    make_subscription,
)
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

QUEUE = "/admin/practices/submission/"


def page_of(submission):
    return f"/admin/practices/submission/{submission.pk}/change/"


def listed(page):
    """Return the titles in the list, in order."""
    return page.texts("th", "field-title")


def decide(client, submission, step, **said):
    """Press a button on a fresh copy of the page, and confirm the preview of the e-mail if there is one."""
    form = read(client.get(page_of(submission))).all("form", "review-decision")
    values = (sent_by(form[0]) if form else {}) | JUDGED
    return press(client, submission, values | {"step": step} | said)


def press(client, submission, values):
    response = client.post(page_of(submission), values)
    if response.status_code == 200 and (shown := read(response).all("section", "letter")):
        assert len(shown) == 1
        values = sent_by(read(response).one("form", "review")) | {"step": values["step"]}
        response = client.post(page_of(submission), values)
    return response


def told(client, response):
    """Return the messages on the page of a refusal, or on the next one."""
    page = read(client.get(response.url) if response.status_code == 302 else response)
    return [(message.classes, message.text) for message in page.one("ul", "messagelist").all("li")]


def steps(page):
    groups = [*page.all("div", "review-steps"), *page.all("div", "review-other-steps")]
    return [button.text for group in groups for button in group.all("button")]


# Sign-in and permissions ----------------------------------------------------------


def test_moderator_works_with_exactly_these_models(staff):
    page = read(staff.get("/admin/"))

    headings = page.one("div", id="content-main").all("th", scope="row")
    assert [heading.text for heading in headings] == [
        "Contacts for questions",
        "Practices",
        "Questions",
        "Reasons not to accept",
        "Submissions",
        "Submitters",
    ]


MODERATED = ["practice", "question", "questioncontact", "rejectionreason", "submission", "submitter"]
REGISTERED = [model._meta for model in apps.get_models() if admin.site.is_registered(model)]


@pytest.mark.parametrize("model", REGISTERED, ids=str)
def test_moderator_opens_the_models_of_their_work_and_is_refused_every_other(staff, model):
    response = staff.get(f"/admin/{model.app_label}/{model.model_name}/")

    assert response.status_code == (200 if model.model_name in MODERATED else 403)


@pytest.mark.parametrize("path", ["/admin/auth/user/", "/admin/auth/group/", "/admin/auth/user/add/"])
def test_moderator_does_not_see_other_accounts(staff, path):
    assert staff.get(path).status_code == 403


def test_account_is_added_by_invitation(admin_client):
    link = ("Invite a moderator", "/admin/practices/staffprofile/invite/")

    assert admin_client.get("/admin/auth/user/add/").url == link[1]
    assert link in read(admin_client.get("/admin/auth/user/")).links()


def test_list_of_submitters_leads_to_the_look_up_by_address(admin_client, staff):
    pages = [read(client.get("/admin/practices/submitter/")) for client in (admin_client, staff)]

    link = ("Look up an address", "/admin/practices/subscriber/address/")
    assert [link in page.links() for page in pages] == [True, False]


def test_visitor_is_redirected_to_sign_in(client):
    response = client.get(QUEUE)

    assert (response.status_code, response.url) == (302, f"/admin/login/?next={QUEUE}")


@pytest.fixture
def submission():
    return make_submission(State.SUBMITTED, now=NOW)


def sign_in(client, *rights):
    user = User.objects.create_user("colleague", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)


@pytest.mark.parametrize("method", ["get", "post"])
def test_member_of_staff_without_rights_reads_nothing(client, submission, method):
    sign_in(client)

    answers = [getattr(client, method)(path).status_code for path in (QUEUE, page_of(submission))]

    assert answers == [403, 403]


def test_buttons_are_hidden_with_view_permission_only(client, submission):
    sign_in(client, "view_submission")

    page = read(client.get(page_of(submission)))

    assert (page.one("p", "preview-title").text, page.all("form", "review-decision")) == (
        submission.title,
        [],
    )


def test_decisions_are_refused_with_view_permission_only(client, submission):
    sign_in(client, "view_submission")

    response = client.post(
        page_of(submission),
        {"step": "publish", "confirmed": "yes", "seen": seen_version(submission)},
    )

    submission.refresh_from_db()
    assert (response.status_code, submission.state) == (403, State.SUBMITTED)


@pytest.mark.parametrize("page", ["add", "{}/delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_submission_is_neither_added_nor_deleted(staff, submission, page, method):
    response = getattr(staff, method)(f"{QUEUE}{page.format(submission.pk)}/", {"post": "yes"})

    assert (response.status_code, Submission.objects.count()) == (403, 1)


def test_submissions_are_not_deleted_in_bulk(staff, submission):
    staff.post(QUEUE, {"action": "delete_selected", "_selected_action": [submission.pk], "post": "yes"})

    assert Submission.objects.count() == 1


# The queue ------------------------------------------------------------------------


def test_queue_lists_submissions_awaiting_a_decision_oldest_first(staff):
    for state in State:
        make_submission(state, title=f"It is {state}", now=NOW)
    make_submission(State.SUBMITTED, title="It is older", now=NOW - timedelta(days=1))

    page = read(staff.get(QUEUE))

    assert listed(page) == ["It is older", *(f"It is {state}" for state in QueueTab.QUEUE.states)]


@pytest.mark.parametrize("tab", [tab for tab in QueueTab if tab is not QueueTab.QUEUE])
def test_other_lists_are_linked(staff, tab):
    for state in State:
        make_submission(state, title=f"It is {state}")

    page = read(staff.get(f"{QUEUE}?pile={tab}"))

    assert set(listed(page)) == {f"It is {state}" for state in tab.states}


def test_tabs_are_named_and_the_queue_is_chosen(staff):
    page = read(staff.get(QUEUE))

    choices = page.one("search", id="changelist-filter").all("details")[0].all("li")
    assert [(choice.text, "selected" in choice.classes) for choice in choices] == [
        ("Queue", True),
        ("Assigned to you", False),
        ("Unassigned", False),
        ("Answered by the submitter", False),
        ("Waiting for the submitter", False),
        ("Waiting for over 14 days", False),
        ("Withdrawal requested", False),
        ("Spam", False),
        ("Scheduled", False),
        ("Published", False),
        ("Not accepted", False),
        ("Withdrawn", False),
    ]


def test_queue_shows_what_a_moderator_chooses_by(staff, clock):
    make_submission(
        State.IN_REVIEW, submitter=make_submitter(name="Camille Saadé"), objectives=[22, 3], language="fr",
        countries=["PH", "GE", "TV", "FR"], context="See https://a.example https://b.example http://c.example",
        now=timezone.now() - timedelta(days=3),
    )  # fmt: skip

    page = read(staff.get(QUEUE))

    row = {cell.classes[0]: cell.text for cell in page.one("table", id="result_list").all("td")}
    assert row == {
        "action-checkbox": "",
        "field-kind": "new",
        "field-waiting": "3 days",
        "field-status": "in review",
        "field-objective": "22. Social protection",
        "field-countries": "Philippines, Georgia, Tuvalu +1",
        "field-written_in": "français (French)",
        "field-submitter": "Camille Saadé",
        "field-assigned_to": "you",
        "field-hints": "Spam score 3 +1 Spam score 3 The texts are mostly links. Looks like English",
    }


def test_queue_says_that_something_has_just_come(staff, clock):
    make_submission(State.SUBMITTED, now=timezone.now())

    row = read(staff.get(QUEUE)).one("table", id="result_list")

    assert row.texts("td", "field-waiting") == ["less than a minute"]


@pytest.mark.parametrize("words", ["pension", "Reyes", "ana@example.org"])
def test_queue_is_searched_by_title_and_submitter(staff, words):
    make_submission(State.SUBMITTED, title="Pension desks")
    make_submission(State.SUBMITTED, title="Visa", submitter=make_submitter(name="X", email="x@example.com"))

    page = read(staff.get(QUEUE, {"q": words}))

    assert listed(page) == ["Pension desks"]


ODD_QUERIES = [
    "q=%00", "q=²", "pile=none", "pile=²", "p=²", "assignee__id__exact=²", "o=²", "e=1", "_facets=True",
    "objective=²", "objective=99", "country=²", "country=%22", "language=%00", "language=xx",
]  # fmt: skip


def test_odd_query_does_not_break_the_queue(staff):
    make_submission(State.SUBMITTED)

    statuses = {query: staff.get(f"{QUEUE}?{query}", follow=True).status_code for query in ODD_QUERIES}

    assert statuses == dict.fromkeys(ODD_QUERIES, 200)


def test_queue_costs_the_same_however_long_it_is(staff):
    make_submission(State.IN_REVIEW)
    staff.get(QUEUE)
    with CaptureQueriesContext(connection) as of_one:
        staff.get(QUEUE)
    for _number in range(9):
        make_submission(State.IN_REVIEW)
    staff.get(QUEUE)  # searches the duplicates of each, which are then known for a minute

    with CaptureQueriesContext(connection) as of_ten:
        staff.get(QUEUE)

    assert len(of_ten) == len(of_one)


@pytest.mark.parametrize("query", ["", "?pile=queue", "?pile=draft", "?q=Secret"])
def test_draft_is_not_listed(staff, query):
    make_submission(State.DRAFT, title="Secret")

    page = read(staff.get(QUEUE + query))

    assert page.all("table", id="result_list") == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_draft_cannot_be_opened(staff, method):
    draft = make_submission(State.DRAFT)

    response = getattr(staff, method)(page_of(draft), {"step": "mark_spam"})

    draft.refresh_from_db()
    assert (response.status_code, response.url, draft.state) == (302, "/admin/", State.DRAFT)


# The review page ------------------------------------------------------------------


def test_page_shows_who_sent_it_and_whether_the_address_is_theirs(staff):
    submitter = make_submitter(honorific="Mr.", name="Camille Saadé", organisation="Port of Batumi")
    submission = make_submission(State.SUBMITTED, submitter=submitter)

    page = read(staff.get(page_of(submission)))

    assert page.one("div", "review").all("p")[1].text == (
        "From Mr. Camille Saadé, Port of Batumi · ana@example.org · address confirmed"
    )


def test_page_shows_the_practice_as_it_will_look(staff):
    submission = make_submission(State.SUBMITTED, context="Pensions were lost.", countries=["PH"])

    page = read(staff.get(page_of(submission)))

    preview = page.one("details", "preview")
    assert (preview.one("p", "preview-title").text, preview.one("section", "reading-section").text) == (
        "Pension desks in two ports",
        "Context and aim Pensions were lost.",
    )


def test_page_shows_text_as_text(staff):
    markup = "<script>alert(1)</script>"
    submitter = make_submitter(name=markup, organisation=markup)
    submission = make_submission(
        State.CHANGES_REQUESTED, submitter=submitter, title=markup, summary=markup, tags=[markup]
    )

    page = read(staff.get(page_of(submission)))

    written_out = [script for script in page.all("script") if not script.get("src")]
    assert (written_out, page.one("p", "preview-title").text) == ([], markup)


def test_page_shows_the_history_with_notes(staff, moderator):
    submission = make_submission(State.SUBMITTED, now=NOW)
    workflow.request_changes(
        submission, by=moderator, reason="Which years?", internal_note="Ask the embassy.", now=NOW
    )

    page = read(staff.get(page_of(submission)))

    assert page.one("ul", "review-events").texts("li") == [
        "2 November 2026, 09:30 UTC draft → submitted",
        (
            "2 November 2026, 09:30 UTC submitted → changes requested by you Which years? "
            "Only moderators can read this: Ask the embassy."
        ),
    ]


WRITE, SPAM = "Send a message", "Mark as spam"


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (State.SUBMITTED, ["Publish", "Request changes", "Do not accept", "Start review", SPAM, WRITE]),
        (
            State.IN_REVIEW,
            ["Publish", "Request changes", "Do not accept", "Return to the queue", SPAM, WRITE],
        ),
        (State.CHANGES_REQUESTED, ["Do not accept", WRITE]),
        (State.SCHEDULED, ["Publish", "Cancel publication"]),
        (State.REJECTED, ["Review again"]),
        (State.SPAM, ["Return to the queue"]),
    ],
)
def test_page_offers_the_steps_there_are(staff, state, buttons):
    page = read(staff.get(page_of(make_submission(state))))

    assert steps(page) == buttons


def test_page_of_incomplete_spam_lists_missing_fields_and_can_only_be_confirmed(staff):
    submission = make_submission(State.SPAM, trapped=True, title="", objectives=[])

    spam = read(staff.get(QUEUE + "?pile=spam"))
    page = read(staff.get(page_of(submission)))

    assert listed(spam) == ["Untitled"]
    assert page.texts("p", "review-notice") == [
        "Cannot be returned to the queue. Missing: Title, Objectives."
    ]
    assert steps(page) == ["Confirm as spam"]


@pytest.mark.parametrize("state", [State.REJECTED, State.SPAM])
def test_page_of_a_decided_submission_asks_for_no_decision(staff, settings, state):
    settings.APPROVALS_NEEDED = 2
    submission = make_submission(state)
    make_submission(State.SUBMITTED, title="Another")

    page = read(staff.get(page_of(submission))).one("main")

    decision = page.one("section", "decision")
    assert page.one("form", "review-decision").get("data-keep") is None
    assert "until you decide" not in page.text
    assert decision.all("textarea", name="reason") == []
    assert decision.one("h2").text == "Next step"
    assert [
        part for part in ("have to approve", "After a decision", "not to accept") if part in decision.text
    ] == []


@pytest.mark.parametrize("state", [State.PUBLISHED, State.WITHDRAWN])
def test_page_offers_no_step_where_there_is_none(staff, state):
    page = read(staff.get(page_of(make_submission(state))))

    assert page.all("form", "review-decision") == []


def test_page_shows_what_to_check(staff):
    submission = make_submission(
        State.SUBMITTED, title="Desks, see www.desks.example", activities="Call Maria on +63 917 555 0123."
    )

    page = read(staff.get(page_of(submission)))

    assert page.one("section", "review-hints").texts("div", "hint") == [
        "Personal data? What is done: a phone number",
        "Spam score 2 There is a link in the title.",
    ]


def test_page_of_an_update_leads_to_the_practice(staff):
    practice = make_practice(title="Desk of old")
    submission = make_submission(State.SUBMITTED, practice=practice)

    page = read(staff.get(page_of(submission)))

    assert page.one("p", "review-state").links() == [("Desk of old", practice.get_absolute_url())]


@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_a_submission_changes_and_locks_nothing(staff, submission, method):
    getattr(staff, method)(page_of(submission))

    again = Submission.objects.get()
    assert (again.state, again.assignee, ModerationEvent.objects.count()) == (State.SUBMITTED, None, 1)


# Deciding -------------------------------------------------------------------------

DECISIONS = [
    ("publish", State.SUBMITTED, State.PUBLISHED),
    ("request_changes", State.SUBMITTED, State.CHANGES_REQUESTED),
    ("reject", State.IN_REVIEW, State.REJECTED),
    ("mark_spam", State.SUBMITTED, State.SPAM),
    ("start_review", State.SUBMITTED, State.IN_REVIEW),
    ("reopen", State.REJECTED, State.IN_REVIEW),
    ("return_to_queue", State.IN_REVIEW, State.SUBMITTED),
    ("return_to_queue", State.SPAM, State.SUBMITTED),
]


@pytest.mark.parametrize(("step", "before", "after"), DECISIONS)
def test_step_is_made_and_recorded(staff, moderator, step, before, after):
    submission = make_submission(before)

    decide(staff, submission, step, reason="Which years?")

    submission.refresh_from_db()
    event = submission.events.last()
    assert (submission.state, event.from_state, event.to_state, event.by) == (after, before, after, moderator)


@pytest.mark.parametrize(
    ("step", "mails"),
    [
        ("publish", [(Kind.SUBMISSION_PUBLISHED, "ana@example.org")]),
        ("request_changes", [(Kind.SUBMISSION_CHANGES_REQUESTED, "ana@example.org")]),
        ("reject", [(Kind.SUBMISSION_REJECTED, "ana@example.org")]),
        ("start_review", []),
        ("mark_spam", []),
    ],
)
def test_step_mails_the_submitter(staff, submission, step, mails):
    before = OutboxMessage.objects.count()

    decide(staff, submission, step, reason="Which years?")

    assert list(OutboxMessage.objects.order_by("pk").values_list("kind", "address"))[before:] == mails


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("publish", "Published."),
        ("request_changes", "Changes requested. The submitter can read your reasons."),
        ("reject", "Not accepted. The submitter can read your reasons."),
        ("start_review", "Review started. The submission is assigned to you."),
        ("mark_spam", "Marked as spam. The submitter was not told."),
    ],
)
def test_step_is_confirmed_to_the_moderator(staff, submission, step, said):
    response = decide(staff, submission, step, reason="Which years?")

    [(look, text)] = told(staff, response)
    assert (look, text.removesuffix(" Undo").removesuffix(" Back to the previous submission")) == (
        ["success"],
        f"{submission.title}: {said}",
    )


@pytest.mark.parametrize(
    ("step", "stays"), [("start_review", True), ("publish", False), ("mark_spam", False)]
)
def test_moderator_goes_on_to_the_queue_once_nothing_else_waits(staff, submission, step, stays):
    response = decide(staff, submission, step)

    assert response.url == (page_of(submission) if stays else QUEUE)


def test_publishing_makes_a_practice_and_queues_its_announcement(staff, submission):
    make_subscription(21)

    decide(staff, submission, "publish")

    sender.fan_out_all()
    practice = Practice.objects.get()
    announced = OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED)
    assert [(message.address, message.practice) for message in announced] == [
        ("reader@example.org", practice)
    ]


@pytest.mark.parametrize("step", ["request_changes", "reject"])
def test_reason_reaches_the_submitter_and_the_note_does_not(staff, submission, step):
    decide(staff, submission, step, reason="Which years?", internal_note="Ask the embassy.")

    event = submission.events.last()
    message = OutboxMessage.objects.latest("pk")
    assert (event.reason, event.internal_note, message.context) == (
        "Which years?",
        "Ask the embassy.",
        {"reason": "Which years?"},
    )


@pytest.mark.parametrize("step", ["request_changes", "reject"])
@pytest.mark.parametrize("reason", ["", "  \n "])
def test_reason_is_required_and_the_form_is_kept(staff, submission, step, reason):
    response = decide(staff, submission, step, reason=reason, internal_note="Ask the embassy.")

    page = read(response)
    submission.refresh_from_db()
    assert (
        response.status_code,
        page.one("ul", "errorlist").texts("li"),
        page.one("textarea", name="internal_note").raw.strip(),
        submission.state,
    ) == (200, ["Enter a message: the submitter needs to know why."], "Ask the embassy.", State.SUBMITTED)


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("start_review", State.SUBMITTED),
        ("return_to_queue", State.IN_REVIEW),
        ("mark_spam", State.SUBMITTED),
        ("cancel_publication", State.SCHEDULED),
    ],
)
def test_internal_note_is_kept_with_a_step_that_needs_none(staff, step, state):
    submission = make_submission(state)

    decide(staff, submission, step, internal_note="Ask the embassy.")

    assert submission.events.last().internal_note == "Ask the embassy."


def test_reason_of_markup_is_shown_as_text(staff, submission):
    decide(staff, submission, "request_changes", reason="<b>Years?</b>", internal_note="<i>Ask.</i>")

    page = read(staff.get(page_of(submission)))

    events = page.one("ul", "review-events")
    assert (events.all("b"), events.all("i"), events.one("blockquote").text) == ([], [], "<b>Years?</b>")


def test_start_review_assigns_the_submission(staff, submission, moderator):
    decide(staff, submission, "start_review")

    submission.refresh_from_db()
    assert submission.assignee == moderator


def test_back_to_the_queue_removes_the_assignment(staff):
    submission = make_submission(State.IN_REVIEW)

    decide(staff, submission, "return_to_queue")

    submission.refresh_from_db()
    assert submission.assignee is None


# Concurrent decisions -------------------------------------------------------------


def open_page(client, submission):
    """Return the values of the form on the page, as loaded now."""
    form = sent_by(read(client.get(page_of(submission))).one("form", "review-decision"))
    return form | JUDGED


def test_second_moderator_is_told_who_decided(staff, submission):
    form = open_page(staff, submission)
    workflow.reject(submission, by=make_moderator("Amina"), reason="Not about migration.")

    response = press(staff, submission, form | {"step": "publish"})

    assert told(staff, response) == [
        (["error"], "Nothing was changed: the submission is now “not accepted” (by Amina).")
    ]


@pytest.mark.parametrize("step", ["publish", "request_changes", "reject", "start_review", "mark_spam"])
def test_decision_on_a_page_that_is_out_of_date_does_nothing(staff, submission, step):
    form = open_page(staff, submission)
    workflow.reject(submission, by=make_moderator("Amina"), reason="Not about migration.")

    staff.post(page_of(submission), form | {"step": step, "reason": "Which years?", "confirmed": "yes"})

    submission.refresh_from_db()
    assert (submission.state, submission.events.count(), Practice.objects.count()) == (State.REJECTED, 2, 0)


def test_moderator_cannot_publish_after_another_started_the_review(staff, submission):
    form = open_page(staff, submission)
    workflow.start_review(submission, by=make_moderator("Amina"))

    response = press(staff, submission, form | {"step": "publish"})

    assert (told(staff, response), Practice.objects.count()) == (
        [(["error"], "Nothing was changed: the submission is now “in review” (by Amina).")],
        0,
    )


def test_moderator_cannot_publish_a_version_the_submitter_has_changed(staff, submission, moderator):
    form = open_page(staff, submission)
    workflow.request_changes(submission, by=moderator, reason="Which years?")
    other = submission.document | {"title": "Something else"}
    workflow.resubmit(submission, other, seen=submission.content_version)

    response = press(staff, submission, form | {"step": "publish"})

    assert (told(staff, response), Practice.objects.count()) == (
        [(["error"], "Nothing was changed: the submission is now “submitted” (by the submitter).")],
        0,
    )


def test_submission_withdrawn_meanwhile_is_not_published(staff, submission):
    form = open_page(staff, submission)
    workflow.withdraw(submission)

    response = press(staff, submission, form | {"step": "publish"})

    assert (told(staff, response), Practice.objects.count()) == (
        [(["error"], "Nothing was changed: the submission is now “withdrawn” (by the submitter).")],
        0,
    )


def test_update_of_a_practice_withdrawn_meanwhile_is_not_published(staff, moderator):
    update = make_submission(State.SUBMITTED, practice=make_practice(title="Desks"), title="Two desks")
    form = open_page(staff, update)
    workflow.withdraw_practice(update.practice, by=moderator, reason="Its source is gone.")

    response = press(staff, update, form | {"step": "publish"})

    assert told(staff, response) == [
        (["error"], "Nothing was changed: the practice has been withdrawn. Restore it first.")
    ]
    page = read(staff.get(page_of(update)))
    assert [notice.text for notice in page.all("p", "review-notice")] == [
        "Cannot be published yet: the practice it updates, “Desks”, has been withdrawn. Restore that practice first."
    ]


def test_decision_sent_twice_is_made_once(staff, submission):
    form = open_page(staff, submission) | {"step": "publish", "confirmed": "yes"}
    staff.post(page_of(submission), form)

    staff.post(page_of(submission), form)

    assert (Practice.objects.count(), submission.events.count()) == (1, 2)


# Steps that are not offered -------------------------------------------------------


@pytest.mark.parametrize("step", ["", "withdraw", "submit", "answer", "__class__", "²", "PUBLISH"])
def test_step_that_there_is_not_is_refused(staff, submission, step):
    response = decide(staff, submission, step)

    submission.refresh_from_db()
    assert (response.status_code, submission.state, submission.events.count()) == (200, State.SUBMITTED, 1)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (State.CHANGES_REQUESTED, "publish"),
        (State.CHANGES_REQUESTED, "return_to_queue"),
        (State.REJECTED, "publish"),
        (State.SPAM, "publish"),
        (State.PUBLISHED, "reject"),
        (State.PUBLISHED, "return_to_queue"),
        (State.WITHDRAWN, "publish"),
    ],
)
def test_step_that_is_not_offered_is_refused(staff, state, step):
    submission = make_submission(state)
    count = submission.events.count()
    seen = seen_version(submission)

    staff.post(page_of(submission), {"step": step, "reason": "Forged.", "seen": seen, "confirmed": "yes"})

    submission.refresh_from_db()
    assert (submission.state, submission.events.count()) == (state, count)


@pytest.mark.parametrize(
    "forged",
    [
        {"state": "published"},
        {"document": "{}", "title": "Forged"},
        {"assignee": "1", "submitter": "1", "token": "known", "practice": "1"},
    ],
    ids=str,
)
def test_field_that_is_not_on_the_page_is_passed_over(staff, submission, forged):
    before = Submission.objects.values("state", "document", "submitter", "token", "practice").get()

    decide(staff, submission, "start_review", **forged)

    assert Submission.objects.values(
        "state", "document", "submitter", "token", "practice"
    ).get() == before | {"state": State.IN_REVIEW}


@pytest.mark.parametrize("seen", ["", "²", "0", "9" * 30])
def test_decision_without_a_version_is_refused(staff, submission, seen):
    staff.post(page_of(submission), {"step": "publish", "seen": seen, "confirmed": "yes"})

    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED


def test_decision_forged_on_another_site_is_refused(client, moderator, submission):
    client.handler.enforce_csrf_checks = True
    client.force_login(moderator)

    response = client.post(
        page_of(submission),
        {"step": "publish", "confirmed": "yes", "seen": seen_version(submission)},
    )

    submission.refresh_from_db()
    assert (response.status_code, submission.state) == (403, State.SUBMITTED)


# Submitters -----------------------------------------------------------------------


def test_submitters_can_be_looked_up_and_not_changed(staff):
    submission = make_submission(State.SUBMITTED)
    path = f"/admin/practices/submitter/{submission.submitter_id}/change/"

    shown, changed = staff.get(path), staff.post(path, {"name": "Other", "email": "other@example.org"})

    submission.submitter.refresh_from_db()
    assert (shown.status_code, changed.status_code, submission.submitter.name) == (200, 403, "Ana Reyes")
