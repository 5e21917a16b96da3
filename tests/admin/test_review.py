"""The review page: information beside the proposal, and forms other than the decision."""

import html
import re
from datetime import timedelta

import pytest
from django.core import checks
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from practices import clock, personal_data, workflow
from practices.choices import Kind, State
from practices.models import (
    Approval,
    ModerationEvent,
    OutboxMessage,
    Practice,
    RejectionReason,
    StaffProfile,
    Submission,
    Submitter,
    ThreadMessage,
)
from practices.notifications import outbox
from practices.workflow import seen_version
from tests.support.documents import FACTS, REQUIRED_CRITERIA
from tests.support.factories import (
    NOW,
    make_moderator,
    make_practice,
    make_submission,
    make_submitter,
    make_subscription,
    make_update,
)
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission():
    return make_submission(State.SUBMITTED, now=NOW, **FACTS)


def page_of(submission):
    return f"/admin/practices/submission/{submission.pk}/change/"


def press(client, submission, step, **said):
    """Press a button of the decision on a fresh copy of the page and return the response."""
    form = sent_by(read(client.get(page_of(submission))).one("form", "review-decision"))
    return client.post(page_of(submission), form | {"criteria": REQUIRED_CRITERIA, "step": step} | said)


@pytest.mark.parametrize(
    ("passed", "age"),
    [(timedelta(seconds=59), "less than a minute"), (timedelta(minutes=61), "1 hour")],
)
def test_review_says_how_long_ago_it_was_submitted(staff, clock, passed, age):
    submission = make_submission(State.SUBMITTED, now=timezone.now())
    clock.shift(passed)

    state = read(staff.get(page_of(submission))).one("p", "review-state")

    assert state.text == f"Submitted · {age} ago"


def test_review_of_a_withdrawn_practice_says_that_it_is_no_longer_in_the_catalogue(staff, moderator):
    submission = make_submission(State.PUBLISHED)
    said = "(no longer in the catalogue)"
    before = said in staff.get(page_of(submission)).text

    workflow.withdraw_practice(submission.practice, reason="The desk closed.", by=moderator)

    assert (before, said in staff.get(page_of(submission)).text) == (False, True)


def test_date_of_a_scheduled_publication_is_changed(staff):
    submission = make_submission(State.SCHEDULED)
    OutboxMessage.objects.update(sent_at=timezone.now())
    form = read(staff.get(page_of(submission))).one("form", "review-decision")

    confirm(staff, submission, "publish", publish_at="2100-01-01T09:00")

    told, submission = submission.publish_at, Submission.objects.get()
    assert "Enter another date" in form.text
    assert (submission.state, submission.publish_at.year) == (State.SCHEDULED, 2100)
    mail = OutboxMessage.objects.filter(kind=Kind.SUBMISSION_SCHEDULED).latest("pk")
    assert [mail.context[name] for name in ("day", "told_day")] == [
        "1 January 2100",
        date_format(timezone.localtime(told), "DATE_FORMAT"),
    ]


def test_enter_in_a_line_of_the_review_page_presses_no_button(staff, submission):
    page = read(staff.get(page_of(submission)))

    first = page.one("div", "review").all("button")[0]

    assert first["form"] == "review"
    assert {"disabled", "hidden"} <= set(first.attributes)


def test_assignment_is_not_called_a_private_note(staff, submission, moderator):
    workflow.assign(submission, to=make_moderator("Amina"), by=moderator)

    [event] = read(staff.get(page_of(submission))).one("ul", "review-events").texts("p", "review-internal")

    assert event == "Only moderators can read this: to Amina"


@pytest.mark.parametrize(("fact", "is_disabled"), [({"start_year": None}, True), ({}, False)])
def test_required_criterion_cannot_be_ticked_while_its_facts_are_missing(staff, fact, is_disabled):
    submission = make_submission(State.SUBMITTED, **FACTS | fact)
    workflow.tick_criteria(submission, REQUIRED_CRITERIA, by=make_moderator("Amina"))

    page = read(staff.get(page_of(submission)))

    assert ("disabled" in page.one("input", id="criterion-tried").attributes) == is_disabled
    assert ("disabled" in page.one("button", value="publish").attributes) == is_disabled
    response = press(staff, submission, "publish")
    assert ("Missing: “It has been tried”." in response.text) == is_disabled


def test_review_of_an_update_asks_nothing_about_facts_that_it_leaves_unstated(staff):
    untold = FACTS | {"start_year": None}
    update = make_update(make_practice(**untold), **untold | {"lessons": "Open on Sundays."})
    workflow.tick_criteria(
        update, [slug for slug in REQUIRED_CRITERIA if slug != "tried"], by=make_moderator("Amina")
    )

    page = read(staff.get(page_of(update)))

    [shown] = [
        text for text in page.texts("label", "review-criterion") if text.startswith("It has been tried")
    ]
    assert shown.endswith(
        "It is the same in the published practice, and this update does not change it. Nothing needs to be done."
    )
    assert "data-required" not in page.one("input", id="criterion-tried").attributes
    assert "disabled" not in page.one("button", value="publish").attributes


# Preview of the e-mail ------------------------------------------------------------

SAID = {"reason": "In which <years>?\n\nAnd where?"}


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ("publish", Kind.SUBMISSION_PUBLISHED),
        ("request_changes", Kind.SUBMISSION_CHANGES_REQUESTED),
        ("reject", Kind.SUBMISSION_REJECTED),
        ("write", Kind.SUBMISSION_MESSAGE),
    ],
)
def test_email_is_shown_as_it_goes_out_and_goes_when_the_button_is_pressed(
    staff, submission, mailoutbox, step, kind
):
    OutboxMessage.objects.all().delete()
    page = read(press(staff, submission, step, **SAID))
    before = (OutboxMessage.objects.count(), Practice.objects.count(), submission.events.count())

    staff.post(page_of(submission), sent_by(page.one("form", "review")) | {"step": step})

    message = OutboxMessage.objects.get()
    shown = page.one("pre", "letter-text").raw
    sent = _sent(mailoutbox)
    assert (before, message.kind) == ((0, 0, 1), kind)
    assert page.one("section", "letter").one("strong").text == sent.subject
    hidden = sent.body.replace(submission.token, "…")
    assert _numberless(_unescaped(shown)) == _numberless(hidden)


def _numberless(text):
    """Replace numbers in `text`: PostgreSQL never reuses a key, not even one that was rolled back."""
    return re.sub(r"/practices/\d+-", "/practices/0-", text)


def _sent(mailoutbox):
    outbox.deliver_due()
    return mailoutbox[0]


def _unescaped(markup):
    return html.unescape(markup).removeprefix("\n")


def test_going_back_from_the_email_preview_keeps_the_form(staff, submission):
    page = read(press(staff, submission, "reject", internal_note="Ask.", at_title="Shorter?", **SAID))

    back = read(staff.post(page_of(submission), sent_by(page.one("form", "review")) | {"step": "edit_again"}))

    typed = sent_by(back.one("form", "review-decision"))
    assert [_unescaped(typed[name][0]) for name in ("reason", "internal_note", "at_title")] == [
        SAID["reason"],
        "Ask.",
        "Shorter?",
    ]
    assert back.all("ul", "errorlist") == []


def test_moderator_who_decided_during_the_email_preview_is_named(staff, submission):
    page = read(press(staff, submission, "publish"))
    workflow.reject(submission, by=make_moderator("Amina"), reason="Not about migration.")

    response = staff.post(page_of(submission), sent_by(page.one("form", "review")) | {"step": "publish"})

    said = read(response).one("ul", "messagelist").text
    assert (said, Practice.objects.count()) == (
        "Nothing was changed: the submission is now “not accepted” (by Amina).",
        0,
    )


def test_concurrent_decisions_are_made_once_and_the_others_are_refused(at_once):
    submission = make_submission(State.SUBMITTED, **FACTS)
    browsers = []
    for name, step in (
        ("Amina", "publish"),
        ("Bo", "reject"),
        ("Chen", "request_changes"),
        ("Dina", "publish"),
    ):
        browser = Client()
        browser.force_login(make_moderator(name))
        page = read(press(browser, submission, step, **SAID))
        browsers.append((browser, sent_by(page.one("form", "review")) | {"step": step}))
    turns = list(browsers)

    def decide():
        browser, form = turns.pop()
        return browser.post(page_of(submission), form)

    responses = at_once(4, decide)

    submission.refresh_from_db()
    refusals = [read(response).one("ul", "messagelist").text for response in responses if response.content]
    assert sorted(response.status_code for response in responses) == [302, 409, 409, 409]
    assert [text.startswith("Nothing was changed: the submission is now “") for text in refusals] == [
        True
    ] * 3
    assert submission.events.count() == 2
    assert Practice.objects.count() == (submission.state == State.PUBLISHED)
    assert OutboxMessage.objects.filter(submission=submission).count() == 3


# Reasons --------------------------------------------------------------------------


def confirm(client, submission, step, **said):
    page = read(press(client, submission, step, **said))
    return client.post(page_of(submission), sent_by(page.one("form", "review")) | {"step": step})


def test_reasons_at_fields_reach_the_submitter_and_stand_in_the_record(staff, submission):
    confirm(staff, submission, "request_changes", at_start_year="Since when?", at_objective="Is it 22?")

    event, message = submission.events.last(), OutboxMessage.objects.latest("pk")
    assert event.field_reasons == {"objective": "Is it 22?", "start_year": "Since when?"}
    assert message.context == {"field_reasons": [["Objectives", "Is it 22?"], ["Start year", "Since when?"]]}
    shown = read(staff.get(page_of(submission))).one("ul", "review-events").all("blockquote")[0]
    assert shown.texts("p") == ["Objectives: Is it 22?", "Start year: Since when?"]


def test_reason_of_the_list_goes_before_ones_own_words(staff, submission):
    listed = RejectionReason.objects.create(title="A plan", text="We publish what has been tried.")

    confirm(staff, submission, "reject", listed_reason=listed.pk, reason="Come back in May.")

    assert submission.events.last().reason == "We publish what has been tried.\n\nCome back in May."


def test_standard_reason_is_in_the_language_of_the_submitter(staff):
    submission = make_submission(State.SUBMITTED)
    Submission.objects.update(language="fr")
    listed = RejectionReason.objects.get(title="Advertising")

    confirm(staff, submission, "reject", listed_reason=listed.pk)

    assert submission.events.last().reason.startswith("Elle fait la promotion d’un produit")


def test_moderators_edit_the_list_of_reasons(staff):
    typed = {"title": "Too short", "text": "Say more.", "position": 1, "about": "practice"}

    response = staff.post("/admin/practices/rejectionreason/add/", typed)

    assert (response.status_code, RejectionReason.objects.filter(title="Too short").count()) == (302, 1)


# Scheduling -----------------------------------------------------------------------


def test_submission_is_scheduled_and_unscheduled(staff, submission):
    at = (timezone.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    confirm(staff, submission, "publish", publish_at=at.strftime("%Y-%m-%dT%H:%M"))
    submission.refresh_from_db()
    scheduled = (submission.state, submission.publish_at)

    confirm(staff, submission, "cancel_publication")

    submission.refresh_from_db()
    assert (scheduled, submission.state) == ((State.SCHEDULED, at), State.IN_REVIEW)


@pytest.mark.parametrize(
    ("at", "label"), [("", "Publish and send e-mail"), ("2100-01-01T09:00", "Schedule and send e-mail")]
)
def test_preview_says_whether_its_button_publishes_or_schedules(staff, submission, at, label):
    page = read(press(staff, submission, "publish", publish_at=at))

    assert page.one("button", value="publish").text == label


@pytest.mark.parametrize("at", ["2020-01-01T10:00", "soon", "²", "9999-99-99T99:99"])
def test_date_that_is_past_or_none_is_refused_and_kept(staff, submission, at):
    page = read(press(staff, submission, "publish", publish_at=at))

    submission.refresh_from_db()
    assert (submission.state, len(page.all("ul", "errorlist"))) == (State.SUBMITTED, 1)
    assert page.one("input", name="publish_at")["value"] == at


# Updates --------------------------------------------------------------------------


def test_update_shows_its_changes_beside_the_published_text(staff):
    practice = make_practice(title="Desk", now=NOW)
    update = make_submission(State.SUBMITTED, practice=practice, title="Desks", **FACTS)

    page = read(staff.get(page_of(update)))

    changes = page.one("section", "review-differences").one("dl")
    assert changes.texts("dt")[0] == "Title"
    assert [entry.text for entry in page.all("p", "preview-title")] == ["Desks", "Desk"]
    assert page.all("section", "review-newer") == []


def test_note_of_an_update_stands_in_its_revision(staff):
    practice = make_practice(title="Desk", now=NOW)
    update = make_submission(State.SUBMITTED, practice=practice, title="Desks", **FACTS)

    confirm(staff, update, "publish", note="A second desk")

    assert practice.revisions.first().note == "A second desk"


@pytest.mark.parametrize(("ticked", "kinds"), [({"material": "on"}, 1), ({}, 0)], ids=["material", "small"])
def test_subscribers_hear_of_an_update_when_its_moderator_says_so(staff, ticked, kinds):
    practice = make_practice(title="Desk", now=NOW)
    make_subscription(21)
    update = make_submission(State.SUBMITTED, practice=practice, title="Desks", **FACTS)

    confirm(staff, update, "publish", **ticked)

    assert practice.broadcasts.count() == kinds


# Beside the decision --------------------------------------------------------------


def test_submitter_record_counts_other_submissions_from_the_address(staff, submission):
    for state in (State.PUBLISHED, State.PUBLISHED, State.REJECTED, State.WITHDRAWN):
        make_submission(state, submitter=make_submitter(email="Ana@example.org"))
    make_submission(State.SPAM, submitter=make_submitter(email="other@example.org"))

    page = read(staff.get(page_of(submission)))

    assert page.one("p", "review-record").text == (
        "Other submissions from this address: 2 published, 1 not accepted"
    )


def test_criteria_are_ticked_and_colleagues_see_it(staff, submission, client, moderator):
    ticked = {"step": "tick_criteria", "criteria": ["tried", "safe"], "seen": seen_version(submission)}
    staff.post(page_of(submission), ticked)
    client.force_login(make_moderator("Amina"))

    page = read(client.get(page_of(submission)))

    others = [item.text for item in page.all("label", "review-criterion") if "Ticked" in item.text]
    assert (len(others), others[0][-20:]) == (2, "Ticked by moderator.")


def compared_with(submission, kind, other):
    return f"/admin/practices/submission/{submission.pk}/compare/{kind}/{other.pk}/"


def test_likely_duplicates_are_named_with_why(staff):
    practice = make_practice(title="Pension desks", source_url="https://a.example/desks")
    other = make_submission(State.SUBMITTED, title="Film night <RAICES>", summary="Films.")
    submission = make_submission(
        State.SUBMITTED, title="RAICES", summary="Grants.", source_url="https://a.example/desks"
    )

    found = read(staff.get(page_of(submission))).one("section", "review-duplicates")

    said = [each.all("p")[0].text for each in found.all("li")]
    assert (said, found.links()) == (
        [
            "Pension desks (published): Same source page",
            "Film night <RAICES> (submitted): Same name: RAICES",
        ],
        [
            ("Pension desks", practice.get_absolute_url()),
            ("Compare side by side: Pension desks", compared_with(submission, "practice", practice)),
            ("Film night <RAICES>", page_of(other)),
            ("Compare side by side: Film night <RAICES>", compared_with(submission, "submission", other)),
        ],
    )


def test_update_is_no_duplicate_of_its_practice_on_the_review_page(staff):
    practice = make_practice(title="Pension desks")
    update = make_submission(State.SUBMITTED, practice=practice)

    assert read(staff.get(page_of(update))).all("section", "review-duplicates") == []


def test_thread_is_shown_with_who_wrote(staff, submission, moderator):
    workflow.write(submission, "Which years?", by=moderator, now=NOW)
    workflow.write(submission, "From 2019 <on>.", now=NOW)

    page = read(staff.get(page_of(submission)))

    assert page.one("ul", "review-thread").texts("li") == [
        "2 November 2026, 09:30 UTC you Which years?",
        "2 November 2026, 09:30 UTC Ana Reyes From 2019 <on>.",
    ]


def test_submission_is_assigned_on_its_page(staff, submission):
    amina = make_moderator("Amina")

    form = {"step": "assign", "assignee": amina.pk, "seen": seen_version(submission)}
    staff.post(page_of(submission), form)

    submission.refresh_from_db()
    assert submission.assignee == amina


@pytest.mark.parametrize("step", ["tick_criteria", "assign", "edit_again"])
def test_review_forms_are_refused_with_view_permission_only(client, submission, step):
    looker = make_moderator("Looker")
    looker.groups.clear()
    client.force_login(looker)

    response = client.post(page_of(submission), {"step": step, "assignee": looker.pk, "criteria": "tried"})

    submission.refresh_from_db()
    assert (response.status_code, submission.assignee, submission.ticks.count()) == (403, None, 0)


# Corrections ----------------------------------------------------------------------


def correct(client, submission, **changes):
    path = f"/admin/practices/submission/{submission.pk}/correct/"
    form = sent_by(read(client.get(path)).one("form", "review-correct"))
    return client.post(path, form | changes)


def test_correction_is_kept_and_shown_as_the_moderators(staff):
    submission = make_submission(State.SUBMITTED, title="Pensoin desks", credit="Ana Reyes", now=NOW)

    response = correct(staff, submission, title="Pension desks")

    submission.refresh_from_db()
    assert (submission.title, submission.document["credit"]) == ("Pension desks", "Ana Reyes")
    shown = read(staff.get(response.url)).one("ul", "review-events").all("li")[1]
    assert "corrected by you" in shown.text
    assert shown.one("dd").text == "[removed: Pensoin] [added: Pension] desks"
    assert submission.events.last().changes == {"title": ["Pensoin desks", "Pension desks"]}


def test_form_that_is_not_touched_corrects_nothing(staff):
    submission = make_submission(
        State.SUBMITTED,
        countries=["PH", "GE"],
        sdgs=[8, 3],
        objectives=[21, 9, 4],
        tags=["ports"],
        implementers=["Port"],
        start_year=2019,
    )

    correct(staff, submission)

    assert submission.events.filter(act="corrected").count() == 0


def test_decided_submission_has_no_form_to_correct_it(staff):
    submission = make_submission(State.REJECTED)

    response = staff.get(f"/admin/practices/submission/{submission.pk}/correct/")

    assert (response.status_code, response.headers["Location"]) == (302, page_of(submission))


def test_faulty_correction_is_shown_with_what_was_typed(staff, submission):
    response = correct(staff, submission, title="", area="Batumi")

    page = read(response)
    assert (page.one("input", name="area")["value"], submission.events.count()) == ("Batumi", 1)
    assert page.texts("ul", "errorlist") == ["Enter a title."]


def test_correction_of_an_outdated_document_is_refused(staff, submission):
    path = f"/admin/practices/submission/{submission.pk}/correct/"
    form = sent_by(read(staff.get(path)).one("form", "review-correct"))
    amina = make_moderator("Amina")
    workflow.correct(submission, submission.document | {"title": "Amina’s"}, by=amina)

    response = staff.post(path, form | {"title": "Mine"})

    submission.refresh_from_db()
    said = read(response).one("ul", "messagelist").text
    assert (submission.title, said) == (
        "Amina’s",
        "Nothing was changed: Amina has just acted on this submission (corrected). Read it again.",
    )


# Two approvals --------------------------------------------------------------------


def test_publishing_is_offered_once_enough_have_approved(staff, submission, settings):
    settings.APPROVALS_NEEDED = 2
    offered = []
    for name in ("Amina", "Bo"):
        offered.append("Publish" in read(staff.get(page_of(submission))).texts("button"))
        staff.force_login(make_moderator(name))
        press(staff, submission, "approve", no_conflict="on")

    page = read(staff.get(page_of(submission)))
    confirm(staff, submission, "publish")

    submission.refresh_from_db()
    assert (offered, "Publish" in page.texts("button"), submission.state) == (
        [False, False],
        True,
        State.PUBLISHED,
    )


def test_forged_publication_without_approvals_is_refused(staff, submission, settings):
    settings.APPROVALS_NEEDED = 2
    form = {"step": "publish", "confirmed": "yes", "criteria": REQUIRED_CRITERIA}

    response = staff.post(page_of(submission), form | {"seen": seen_version(submission)})

    said = read(response).one("ul", "messagelist").text
    assert (said, Practice.objects.count()) == ("Not published: 2 people have to approve it first.", 0)


def test_review_says_whose_text_it_is_and_does_not_let_them_approve(staff, submission, settings):
    settings.APPROVALS_NEEDED = 2
    make_moderator("Amina"), make_moderator("Bo")
    correct(staff, submission, title="Pension desks")

    page = read(staff.get(page_of(submission)))
    form = {"step": "approve", "no_conflict": "on", "seen": seen_version(submission)}
    answer = read(staff.post(page_of(submission), form))

    assert [notice for notice in page.texts("p", "review-notice") if "approve" in notice] == [
        "These people wrote or changed the text, so they cannot approve it: you"
    ]
    assert (submission.approvals.count(), answer.one("ul", "messagelist").text) == (
        0,
        "Not approved: you wrote or changed this text, so others have to approve it.",
    )


def test_approval_needs_a_declaration_on_conflicts_of_interest(staff, submission, settings):
    settings.APPROVALS_NEEDED = 2

    page = read(press(staff, submission, "approve"))

    assert page.texts("ul", "errorlist") == [
        "Tick that you have no conflict of interest, or declare the one you have."
    ]
    assert submission.approvals.count() == 0


def test_conflict_of_interest_has_a_button_of_its_own(staff, submission, settings, moderator):
    settings.APPROVALS_NEEDED = 2

    press(staff, submission, "declare_conflict", conflict="My brother runs it.")

    said = list(submission.approvals.values_list("by", "conflict"))
    assert said == [(moderator.pk, "My brother runs it.")]


@pytest.mark.parametrize(
    ("step", "conflict", "error"),
    [
        ("declare_conflict", "", "Say which conflict of interest you have."),
        (
            "approve",
            "My brother runs it.",
            "You entered a conflict of interest. Declare it instead of approving, or clear this field.",
        ),
    ],
)
def test_approval_and_conflict_of_interest_are_not_mixed_up(staff, settings, step, conflict, error):
    settings.APPROVALS_NEEDED = 2
    submission = make_submission(State.SUBMITTED)

    page = read(press(staff, submission, step, conflict=conflict, no_conflict="on"))

    assert (page.texts("ul", "errorlist"), submission.approvals.count()) == ([error], 0)


# Preferences ----------------------------------------------------------------------


def test_moderator_changes_mail_preferences_but_not_the_organisation(staff, moderator):
    path = "/admin/practices/staffprofile/mine/"
    read(staff.get(path))
    before = StaffProfile.objects.count()

    staff.post(path, {"nightly_summary": "on", "organisation": "Elsewhere"})

    profile = StaffProfile.objects.get()
    chosen = (profile.nightly_summary, profile.answers, profile.organisation)
    assert (before, profile.user, chosen) == (0, moderator, (True, False, ""))


@pytest.mark.parametrize("step", ["approve", "write", "request_changes", "reject", "publish", "schedule"])
def test_step_sent_twice_is_made_once(staff, submission, settings, step):
    settings.APPROVALS_NEEDED = 2 if step == "approve" else 1
    page = read(staff.get(page_of(submission)))
    later = (timezone.now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    form = sent_by(page.one("form", "review-decision")) | {
        "step": "publish" if step == "schedule" else step,
        "reason": "Which years?",
        "no_conflict": "on",
        "publish_at": later if step == "schedule" else "",
        "criteria": REQUIRED_CRITERIA,
        "confirmed": "yes",
    }

    counts = []
    for _time in range(2):
        staff.post(page_of(submission), form)
        counts.append(
            [
                model.objects.count()
                for model in (ModerationEvent, ThreadMessage, OutboxMessage, Approval, Practice)
            ]
        )

    assert counts[0] == counts[1] != [1, 0, 2, 0, 0]


# Criteria and the decision --------------------------------------------------------


@pytest.mark.parametrize("ticked", [[], REQUIRED_CRITERIA[1:]], ids=["none", "all but one"])
def test_publication_without_a_required_criterion_is_refused_and_names_it(staff, submission, ticked):
    response = press(staff, submission, "publish", criteria=ticked, reason="Well done.")

    page = read(response)
    [said] = page.one("section", "decision").texts("ul", "errorlist")
    assert said.startswith("Cannot be published yet. Missing: “It has been tried”")
    assert page.one("textarea", name="reason").raw.strip() == "Well done."
    assert Practice.objects.count() == 0


def test_publish_is_disabled_until_the_required_criteria_are_ticked(staff, submission):
    def is_disabled():
        button = read(staff.get(page_of(submission))).one("button", value="publish")
        return "disabled" in button.attributes

    before = is_disabled()
    ticked = {"step": "tick_criteria", "criteria": REQUIRED_CRITERIA, "seen": seen_version(submission)}
    staff.post(page_of(submission), ticked)

    assert (before, is_disabled()) == (True, False)


def test_criteria_that_colleagues_have_ticked_count(staff, submission):
    workflow.tick_criteria(submission, REQUIRED_CRITERIA, by=make_moderator("Amina"))

    confirm(staff, submission, "publish", criteria=[])

    assert Practice.objects.count() == 1


def test_decision_saves_the_checklist(staff, submission):
    confirm(staff, submission, "request_changes", criteria=["tried", "safe"], **SAID)

    assert sorted(submission.ticks.values_list("criterion", flat=True)) == ["safe", "tried"]


def test_saving_the_checklist_keeps_what_was_typed(staff, submission):
    response = press(staff, submission, "tick_criteria", criteria=["safe"], reason="Which years?")

    typed = sent_by(read(response).one("form", "review-decision"))
    assert ([_unescaped(text) for text in typed["reason"]], typed["criteria"]) == (["Which years?"], ["safe"])


# What the page says beside the text -----------------------------------------------


def test_personal_data_is_hinted_at_beside_its_field_and_its_criterion(staff):
    submission = make_submission(
        State.SUBMITTED,
        activities="Maria Estrada, born 4 May 1990, trains others.",
        lessons="Call +41 22 730 12 12.",
    )

    page = read(staff.get(page_of(submission)))

    told = [
        (row.one("h3").text, row.one("p", "review-details").text)
        for row in page.all("div", "review-row")
        if row.all("p", "review-details")
    ]
    assert told == [
        ("What is done", "Personal data? a name and a birth date"),
        ("Lessons learnt", "Personal data? a phone number It puts nobody at risk"),
    ]
    [row] = [row for row in page.all("div", "review-row") if row.all("input", id="criterion-safe")]
    assert row.one("h3").text == "What is done"


def test_criterion_names_the_fields_that_are_empty_or_short(staff):
    submission = make_submission(State.SUBMITTED, summary="We help.", implementers=["City"], countries=["KE"])

    page = read(staff.get(page_of(submission)))

    said = {em.text for em in page.all("em")}
    assert {
        "Empty or short: Summary.",
        "Empty or short: Lessons learnt or What we would do differently.",
    } <= said
    assert not any("Countries" in text for text in said)


def test_criterion_says_that_a_start_year_is_in_the_future(staff):
    submission = make_submission(State.SUBMITTED, start_year=clock.now().year + 3)

    page = read(staff.get(page_of(submission)))

    assert "The start year is in the future." in {em.text for em in page.all("em")}


def test_only_decisions_are_large_buttons(staff):
    page = read(staff.get(page_of(make_submission(State.IN_REVIEW))))

    large, small = (page.one("div", name).all("button") for name in ("review-steps", "review-other-steps"))
    assert [button.text for button in large] == ["Publish", "Request changes", "Do not accept"]
    assert [button.text for button in small] == ["Return to the queue", "Mark as spam", "Send a message"]


@pytest.mark.parametrize("state", [State.PUBLISHED, State.REJECTED, State.SPAM, State.WITHDRAWN])
def test_checklist_of_a_decided_submission_is_not_saved(staff, state):
    page = read(staff.get(page_of(make_submission(state))))

    assert "Save checklist" not in page.texts("button")


def test_withdrawal_notice_quotes_the_reason(staff):
    submission = make_submission(State.PUBLISHED)
    workflow.request_withdrawal(submission, reason="It names a colleague.")

    notice = read(staff.get(page_of(submission))).one("div", "review-notice")
    practice = read(staff.get(f"/admin/practices/practice/{submission.practice_id}/keep/"))

    reason = "Please withdraw this practice from the catalogue: It names a colleague."
    assert (notice.one("blockquote").text, practice.one("blockquote").text) == (reason, reason)


def test_update_shows_that_the_withdrawal_of_its_practice_is_asked_for(staff):
    published = make_submission(State.PUBLISHED)
    workflow.request_withdrawal(published, reason="It names a colleague.")
    update = make_submission(State.SUBMITTED, practice=published.practice)

    page = read(staff.get(page_of(update))).one("main")

    assert page.one("blockquote").text.endswith("It names a colleague.")


@pytest.mark.parametrize(
    ("address", "brief"),
    [("ana@example.org", "from its submitter"), ("bo@example.org", "not from its submitter")],
)
def test_update_says_whether_it_comes_from_the_submitter_of_the_practice(staff, address, brief):
    practice = make_submission(State.PUBLISHED, title="Desks").practice
    sender = make_submitter(email=address)
    update = make_submission(State.SUBMITTED, title="More desks", practice=practice, submitter=sender)

    queue = read(staff.get("/admin/practices/submission/"))
    page = read(staff.get(page_of(update)))

    assert queue.texts("td", "field-kind") == [f"update {brief}"]
    assert page.one("p", "review-sender").text.startswith("It comes") == (brief == "from its submitter")


@pytest.mark.parametrize(
    ("is_begun", "words"),
    [
        (
            True,
            "It was begun on the private page of the submitter, who has had their personal data there deleted since.",
        ),
        (False, "The submitter of this practice has had their personal data deleted"),
    ],
)
def test_update_of_an_erased_submitter_says_so(staff, is_begun, words):
    published = make_submission(State.PUBLISHED)
    if is_begun:
        update = workflow.begin_update(published, language="en")
        workflow.submit(update, seen=update.content_version)
    else:
        update = make_submission(State.SUBMITTED, practice=published.practice)
    personal_data.erase(personal_data.Held.in_submission(published), keep_credit=True)

    page = read(staff.get(page_of(update)))

    assert words in page.one("p", "review-sender").text


def test_update_of_a_practice_without_a_submitter_says_so(staff):
    make_submission(State.SUBMITTED, practice=make_practice())

    queue = read(staff.get("/admin/practices/submission/"))

    assert queue.texts("td", "field-kind") == ["update submitter not known"]


def test_message_that_a_step_does_not_send_stays_on_the_page(staff, submission):
    form = sent_by(read(staff.get(page_of(submission))).one("form", "review-decision"))

    page = read(staff.post(page_of(submission), form | {"step": "start_review", "reason": "Thank you."}))

    submission.refresh_from_db()
    form = page.one("form", "review-decision")
    assert (submission.state, form.one("textarea", name="reason").text) == (State.IN_REVIEW, "Thank you.")
    assert sent_by(form)["seen"] == [seen_version(submission)]


def test_browser_forgets_what_it_kept_once_a_message_says_it_is_sent(staff, submission):
    name = read(staff.get(page_of(submission))).one("form", "review-decision")["data-keep"]

    response = confirm(staff, submission, "request_changes", reason="Which years?")
    page = read(staff.get(response.url))

    assert page.one("ul", "messagelist").one("span")["data-saved"] == name


# Who can approve ------------------------------------------------------------------


def test_approve_is_the_main_button_where_several_approve_and_comes_first(staff, submission, settings):
    settings.APPROVALS_NEEDED = 2

    first = read(staff.get(page_of(submission))).one("div", "review-steps").all("button")[0]

    assert (first.text, "button-quiet" in first.classes) == ("Approve", False)


def test_review_says_who_can_still_approve(staff, submission, settings):
    settings.APPROVALS_NEEDED, settings.BLIND_APPROVALS = 2, False
    amina = make_moderator("Amina")
    make_moderator("Bo")
    workflow.approve(submission, by=amina)

    said = read(staff.get(page_of(submission))).one("div", "review-approvals").texts("p")

    assert "Can approve it: Bo, you" in said


def test_who_can_still_approve_does_not_tell_who_has(staff, submission, settings):
    settings.APPROVALS_NEEDED = 2
    amina = make_moderator("Amina")
    make_moderator("Bo")
    workflow.approve(submission, by=amina)

    said = read(staff.get(page_of(submission))).one("div", "review-approvals").texts("p")

    assert "Can approve it: Amina, Bo, you" in said


def test_text_corrected_by_one_of_two_moderators_needs_a_third(staff, submission, settings):
    settings.APPROVALS_NEEDED = 2
    make_moderator("Amina")
    warned = (
        read(staff.get(f"{page_of(submission).removesuffix('change/')}correct/"))
        .one("p", "review-notice")
        .text
    )
    correct(staff, submission, title="Pension desks")

    notices = read(staff.get(page_of(submission))).texts("p", "review-notice")

    assert "There are not enough other moderators" in warned
    assert any(text.startswith("Too few moderators can approve this text") for text in notices)


@pytest.mark.parametrize("is_blind", [True, False])
def test_text_that_too_few_can_approve_says_so(staff, submission, settings, is_blind):
    settings.APPROVALS_NEEDED, settings.BLIND_APPROVALS = 2, is_blind
    make_moderator("Amina")
    correct(staff, submission, title="Pension desks")
    submission.refresh_from_db()
    workflow.declare_conflict(submission, by=make_moderator("Bo"), conflict="My brother runs it.")

    approvals = read(staff.get(page_of(submission))).one("div", "review-approvals")

    assert approvals.texts("p", "review-notice")[-1] == (
        "Too few moderators can approve this text: 2 have to, and only 1 can. The others wrote or changed it, work "
        "where its submitter does, or have a conflict of interest. Ask an administrator to add a moderator. Until "
        "then, it cannot be published."
    )
    assert approvals.texts("p", "review-eligible") == []


def test_approval_of_a_text_does_not_make_approvers_few(staff, submission, settings):
    settings.APPROVALS_NEEDED, settings.BLIND_APPROVALS = 2, False
    workflow.approve(submission, by=make_moderator("Amina"))

    approvals = read(staff.get(page_of(submission))).one("div", "review-approvals")

    assert approvals.texts("p", "review-eligible") == ["Can approve it: you"]


def test_approve_is_not_offered_to_who_corrected_the_text(staff, submission, settings):
    settings.APPROVALS_NEEDED = 2
    for name in ("Amina", "Bo"):
        make_moderator(name)
    correct(staff, submission, title="Pension desks")

    page = read(staff.get(page_of(submission)))

    notice = "These people wrote or changed the text, so they cannot approve it: you"
    assert ("Approve" in page.texts("button"), page.all("input", name="no_conflict")) == (False, [])
    assert notice in page.texts("p", "review-notice")


def test_colleague_of_the_submitter_reads_why_they_cannot_approve(staff, submission, settings, moderator):
    settings.APPROVALS_NEEDED = 2
    Submitter.objects.update(organisation="City")
    StaffProfile.objects.create(user=moderator, organisation="City")

    page = read(staff.get(page_of(submission)))

    assert "Approve" not in page.texts("button")
    assert any(text.startswith("You cannot approve it") for text in page.texts("p", "review-notice"))


def test_correction_names_those_who_would_have_to_approve_again(staff, submission, settings):
    settings.APPROVALS_NEEDED, settings.BLIND_APPROVALS = 2, False
    workflow.approve(submission, by=make_moderator("Amina"))
    make_moderator("Bo")

    page = read(staff.get(f"{page_of(submission).removesuffix('change/')}correct/"))

    assert page.one("p", "review-notice").text.endswith("Can approve it then: Amina, Bo")


def test_next_submission_opens_after_an_approval(staff, submission, settings):
    settings.APPROVALS_NEEDED = 2
    other = make_submission(State.SUBMITTED)

    response = press(staff, submission, "approve", no_conflict="on")

    assert response.url == page_of(other)


def test_page_stays_open_after_the_last_approval_to_publish(staff, submission, settings):
    settings.APPROVALS_NEEDED = 2
    make_submission(State.SUBMITTED)
    workflow.approve(submission, by=make_moderator("Amina"))

    response = press(staff, submission, "approve", no_conflict="on")

    assert response.url == page_of(submission)


@pytest.mark.parametrize(("names", "warned"), [([], True), (["Amina"], True), (["Amina", "Bo"], False)])
def test_check_and_landing_page_warn_of_too_few_moderators(staff, settings, names, warned):
    settings.APPROVALS_NEEDED = 2
    for name in names:
        make_moderator(name)

    found = [each.id for each in checks.run_checks(tags=["database"], databases=["default"])]

    assert ("practices.W001" in found, bool(read(staff.get("/admin/")).all("p", "landing-notice"))) == (
        warned,
        warned,
    )
