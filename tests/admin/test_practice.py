from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from practices import workflow
from practices.choices import Kind, State
from practices.documents import FIELDS, kinds
from practices.models import ModerationEvent, OutboxMessage, Practice, Revision, Submission
from practices.notifications import sender
from tests.support.documents import FULL
from tests.support.factories import (
    NOW,
    document,
    judged,
    make_moderator,
    make_practice,
    make_submission,
    make_subscription,
    make_update,
)
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

LIST = "/admin/practices/practice/"
ADD = f"{LIST}add/"


@pytest.fixture
def practice():
    return make_practice(now=NOW)


def page_of(practice, page="change"):
    return f"{LIST}{practice.pk}/{page}/"


def form_on(response):
    return sent_by(read(response).one("form", id="practice_form"))


def saved(client, path, **changes):
    """Fill in the form and press Save."""
    return client.post(path, form_on(client.get(path)) | changes)


def give_reason(client, practice, page, reason):
    """Fill in the form that asks for a reason and press its button."""
    path = page_of(practice, page)
    form = sent_by(read(client.get(path)).one("div", id="content").one("form"))
    return client.post(path, form | {"reason": reason})


def messages_on(response):
    return read(response).one("ul", "messagelist").texts("li")


def announced():
    """Fan out the announcements and return (address, title) of each."""
    sender.fan_out_all()
    return list(
        OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).values_list("address", "practice__title")
    )


# Adding and editing ---------------------------------------------------------------


def test_practice_added_is_published_as_revision_1(staff, moderator):
    response = saved(staff, ADD, title="Desk", summary="A desk in a port.", objective="21", tags="ports")

    revision = Revision.objects.get()
    assert (response.status_code, revision.number, revision.by, revision.document) == (
        302,
        1,
        moderator,
        document(title="Desk", summary="A desk in a port.", tags=["ports"]),
    )


def test_practice_added_can_be_read_at_once(staff, client):
    saved(staff, ADD, title="Desk", summary="A desk in a port.", objective="21")

    page = read(client.get(Practice.objects.get().get_absolute_url()))

    assert page.one("h1").text == "Desk"


def test_practice_added_is_announced(staff):
    make_subscription(21)

    saved(staff, ADD, title="Desk", summary="A desk in a port.", objective="21")

    assert announced() == [("reader@example.org", "Desk")]


def test_form_shows_the_practice_as_it_stands(staff):
    practice = make_practice(**FULL)

    form = form_on(staff.get(page_of(practice)))

    stated = {
        name: values
        for name, values in form.items()
        if name in FULL or name.startswith(("obj", "other", "seen"))
    }
    assert stated == {
        **{name: typed(FIELDS[name], value) for name, value in FULL.items() if name != "objectives"},
        "objective": ["22"],
        "other_objectives": ["3", "21"],
        "seen_revision": ["1"],
        "countries": ["GE", "PH"],  # in the order of the page
        "sdgs": ["8", "10"],
    }


def typed(field, value):
    """Return what a form has typed or chosen for the value of a field."""
    match field:
        case kinds.Tags():
            return [", ".join(value)]
        case kinds.Lines():
            return ["\n".join(value)]
        case kinds.Keys():
            return [str(key) for key in value]
        case kinds.Figures():
            return [figure[part] for figure in value for part in ("number", "meaning", "source")] + [""] * 3
    return [str(value)]


def test_practice_edited_gets_revision_2_with_its_note(staff, moderator, practice):
    saved(staff, page_of(practice), title="Desks", note="Now two")

    newest = practice.revisions.first()
    assert (newest.number, newest.note, newest.by, newest.document) == (
        2,
        "Now two",
        moderator,
        document(title="Desks"),
    )


def test_edit_keeps_when_it_was_published_and_says_when_it_was_revised(staff, clock, practice):
    clock.move_to(NOW + timedelta(days=3))

    saved(staff, page_of(practice), title="Desks")

    practice.refresh_from_db()
    assert (practice.published_at, practice.revised_at) == (NOW, NOW + timedelta(days=3))


def test_edit_is_not_announced_again(staff):
    make_subscription(21)
    practice = make_practice(announce=True)

    saved(staff, page_of(practice), title="Desks")

    assert announced() == [("reader@example.org", "Desks")]


def test_edit_changes_credit_and_date(staff, practice):
    saved(staff, page_of(practice), credit="Mr. Camille Saadé", submitted_on="2019-03-01")

    newest = practice.revisions.first().document
    assert (newest["credit"], newest["submitted_on"]) == ("Mr. Camille Saadé", "2019-03-01")


def test_edit_with_a_fault_is_kept_and_explained(staff, practice):
    response = saved(staff, page_of(practice), title="", context="Pensions were lost.")

    page = read(response)
    assert (
        response.status_code,
        page.one("ul", "errorlist").texts("li"),
        page.one("textarea", name="context").raw.strip(),
        practice.revisions.count(),
    ) == (200, ["Enter a title."], "Pensions were lost.", 1)


def test_form_of_an_older_revision_is_refused_with_what_changed_since(staff, practice):
    form = form_on(staff.get(page_of(practice)))
    workflow.publish_document(document(area="Manila"), to=practice, note="Area added")

    response = staff.post(page_of(practice), form | {"title": "Desks"})

    page = read(response)
    assert (response.status_code, page.one("ul", "nonfield").texts("li"), practice.revisions.count()) == (
        200,
        [
            (
                "Nothing was saved yet: revision 2 was published while you were editing (Area added). Its "
                "changes are shown above and are already in the form, except in fields that you changed too. Check "
                "the form, then save again."
            )
        ],
        2,
    )
    assert page.one("dl", "differences").texts("ins") == ["[added: Manila]"]


def test_form_of_an_older_revision_takes_what_it_left_alone_and_is_saved_once_read(staff, practice):
    form = form_on(staff.get(page_of(practice)))
    workflow.publish_document(document(area="Manila", countries=["PH"], tags=["ports", "sea"]), to=practice)
    shown = form_on(staff.post(page_of(practice), form | {"title": "Desks", "credit": "Ana Reyes"}))

    staff.post(page_of(practice), shown)

    assert practice.revisions.first().document == document(
        title="Desks", credit="Ana Reyes", area="Manila", countries=["PH"], tags=["ports", "sea"]
    )


def test_fields_that_both_changed_are_named_and_keep_what_was_typed(staff, practice):
    form = form_on(staff.get(page_of(practice)))
    workflow.publish_document(document(area="Manila"), to=practice)

    response = staff.post(page_of(practice), form | {"area": "Batumi"})

    said = read(response).one("ul", "nonfield").texts("li")
    assert (said[1], form_on(response)["area"]) == (
        "You both changed: Area. The form shows your version. Saving it replaces the other one.",
        ["Batumi"],
    )


def test_edits_saved_at_once_are_all_kept_or_refused(at_once):
    practice = make_practice()
    browsers = []
    for name in ("Amina", "Bo", "Chen", "Dina"):
        browser = Client()
        browser.force_login(make_moderator(name))
        browsers.append((browser, form_on(browser.get(page_of(practice))) | {"title": f"Desks of {name}"}))

    def save():
        browser, form = browsers.pop()
        return browser.post(page_of(practice), form).status_code

    assert sorted(at_once(4, save)) == [200, 200, 200, 302]
    assert practice.revisions.count() == 2


def test_edit_that_changes_nothing_makes_no_revision_and_says_so(staff, practice):
    response = saved(staff, page_of(practice), note="Nothing really")

    assert (practice.revisions.count(), messages_on(staff.get(response.url)), LogEntry.objects.count()) == (
        1,
        ["Nothing was changed."],
        0,
    )


def test_practice_added_twice_by_a_double_click_is_added_once(staff):
    form = form_on(staff.get(ADD)) | {"title": "Desk", "summary": "A desk in a port.", "objective": "21"}

    for _time in range(2):
        response = staff.post(ADD, form)

    assert (Practice.objects.count(), messages_on(staff.get(response.url))[-1]) == (
        1,
        "This form was sent twice. It was saved once.",
    )


# Several people -------------------------------------------------------------------


def test_practice_added_waits_for_others_where_publishing_takes_several(staff, moderator, settings):
    settings.APPROVALS_NEEDED = 2

    response = saved(staff, ADD, title="Desk", summary="A desk in a port.", objective="21")

    submission = Submission.objects.get()
    assert (Practice.objects.count(), submission.state, submission.title) == (0, State.SUBMITTED, "Desk")
    assert messages_on(staff.get(response.url)) == [
        "Not public yet: 2 other people have to approve it first."
    ]
    with pytest.raises(workflow.ApprovalRefused):
        workflow.approve(submission, by=moderator)


def test_practice_added_is_published_once_others_approve(staff, settings):
    settings.APPROVALS_NEEDED = 2
    saved(staff, ADD, title="Desk", summary="A desk in a port.", objective="21")
    submission = Submission.objects.get()
    for name in ("Amina", "Bo"):
        workflow.approve(submission, by=make_moderator(name))

    workflow.publish(judged(submission), by=make_moderator("Bo"))

    assert Practice.objects.get().title == "Desk"


def test_edit_waits_for_others_where_publishing_takes_several(staff, practice, settings):
    settings.APPROVALS_NEEDED = 2

    saved(staff, page_of(practice), title="Desks")

    submission = Submission.objects.get()
    assert (practice.revisions.count(), submission.practice, submission.based_on, submission.title) == (
        1,
        practice,
        1,
        "Desks",
    )


def test_restoring_takes_several_people_where_publishing_does(staff, settings):
    settings.APPROVALS_NEEDED = 2
    practice = make_practice(withdrawn=True)
    colleague = Client()
    colleague.force_login(make_moderator("Amina"))
    standings = []

    for client in (staff, staff, colleague):
        response = give_reason(client, practice, "restore", "Its source is back.")
        standings.append(Practice.objects.get().withdrawn_at is None)

    assert (response.status_code, standings) == (302, [False, False, True])


def test_form_of_an_older_revision_keeps_what_was_typed(staff, practice):
    form = form_on(staff.get(page_of(practice)))
    workflow.publish_document(document(area="Manila"), to=practice)

    response = staff.post(page_of(practice), form | {"title": "Desks"})

    assert form_on(response)["title"] == ["Desks"]


@pytest.mark.parametrize("seen", ["", "0", "2", "²", "9" * 30])
def test_form_without_a_revision_is_refused(staff, practice, seen):
    response = saved(staff, page_of(practice), seen_revision=seen)

    assert (response.status_code, practice.revisions.count()) == (200, 1)


@pytest.mark.parametrize(
    "forged", [{"published_at": "1999-01-01"}, {"withdrawn_at": "1999-01-01"}, {"pk": "7"}], ids=str
)
def test_field_that_is_not_in_the_form_is_passed_over(staff, practice, forged):
    saved(staff, page_of(practice), **forged)

    again = Practice.objects.get()
    assert (again.pk, again.published_at, again.withdrawn_at) == (practice.pk, NOW, None)


# Withdrawing and restoring --------------------------------------------------------


@pytest.mark.parametrize("page", ["withdraw", "restore"])
def test_page_that_asks_changes_nothing(staff, page):
    practice = make_practice(withdrawn=page == "restore")
    before = Practice.objects.values("withdrawn_at", "withdrawal_reason").get()

    response = staff.get(page_of(practice, page))

    assert (response.status_code, Practice.objects.values("withdrawn_at", "withdrawal_reason").get()) == (
        200,
        before,
    )


def test_practice_is_withdrawn_with_its_reason(staff, moderator, practice):
    response = give_reason(staff, practice, "withdraw", "Its source is gone.")

    practice.refresh_from_db()
    event = ModerationEvent.objects.get(practice=practice)
    assert (response.status_code, practice.withdrawal_reason, practice.withdrawn_at is None) == (
        302,
        "Its source is gone.",
        False,
    )
    assert (event.from_state, event.to_state, event.by, event.reason) == (
        State.PUBLISHED,
        State.WITHDRAWN,
        moderator,
        "Its source is gone.",
    )


@pytest.mark.parametrize("reason", ["", "  "])
def test_practice_is_not_withdrawn_without_a_reason(staff, practice, reason):
    response = give_reason(staff, practice, "withdraw", reason)

    practice.refresh_from_db()
    assert (response.status_code, len(read(response).all("ul", "errorlist")), practice.withdrawn_at) == (
        200,
        1,
        None,
    )


def test_withdrawn_practice_is_restored_at_its_old_address(staff, client):
    practice = make_practice(withdrawn=True)

    response = give_reason(staff, practice, "restore", "Its source is back.")

    assert (response.status_code, client.get(practice.get_absolute_url()).status_code) == (302, 200)


def test_restoring_asks_for_a_reason(staff):
    practice = make_practice(withdrawn=True)

    give_reason(staff, practice, "restore", " ")

    practice.refresh_from_db()
    assert practice.withdrawn_at is not None


def test_reasons_of_withdrawal_and_restoration_are_listed_with_the_revisions(staff, client):
    practice = make_practice(withdrawn=True)
    give_reason(staff, practice, "restore", "Its source is back.")

    text = client.get(practice.get_absolute_url() + "revisions/").text

    assert text.index("Its source is gone.") < text.index("Its source is back.")


@pytest.mark.parametrize(
    ("page", "withdrawn", "said"),
    [
        ("withdraw", True, "Nothing was changed: it has already been withdrawn."),
        ("restore", False, "Nothing was changed: it is already public."),
    ],
)
def test_withdrawing_and_restoring_are_idempotent(staff, page, withdrawn, said):
    practice = make_practice(withdrawn=withdrawn)
    events = ModerationEvent.objects.count()

    response = give_reason(staff, practice, page, "Again.")

    assert (response.status_code, ModerationEvent.objects.count()) == (302, events)
    assert messages_on(staff.get(response.url)) == [said]


@pytest.mark.parametrize(("withdrawn", "step"), [(False, "Withdraw"), (True, "Restore")])
def test_page_of_a_practice_offers_the_step_there_is(staff, withdrawn, step):
    practice = make_practice(withdrawn=withdrawn)

    page = read(staff.get(page_of(practice)))

    offered = page.one("ul", "object-tools").texts("a")
    assert [each for each in offered if each in ("Withdraw", "Restore")] == [step]


@pytest.mark.parametrize("page", ["withdraw", "restore"])
def test_step_on_a_practice_changed_meanwhile_is_refused(staff, page):
    practice = make_practice(withdrawn=page == "restore")
    path = page_of(practice, page)
    form = sent_by(read(staff.get(path)).one("div", id="content").one("form"))
    workflow.publish_document(document(area="Manila"), to=practice)

    response = staff.post(path, form | {"reason": "A reason."})

    practice.refresh_from_db()
    shown = read(response)
    assert (practice.withdrawn_at is None, shown.one("textarea").raw.strip()) == (
        page == "withdraw",
        "A reason.",
    )
    assert shown.one("ul", "nonfield").texts("li") == [
        "Nothing was changed: somebody else has edited the practice. Read it again, then try again."
    ]


# Forbidden to everyone ------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_practice_is_never_deleted(admin_client, practice, method):
    response = getattr(admin_client, method)(page_of(practice, "delete"), {"post": "yes"})

    assert (response.status_code, Practice.objects.count()) == (403, 1)


def test_practices_are_never_deleted_in_bulk(admin_client, practice):
    admin_client.post(LIST, {"action": "delete_selected", "_selected_action": [practice.pk], "post": "yes"})

    assert Practice.objects.count() == 1


@pytest.mark.parametrize("page", ["change", "withdraw", "restore"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_member_of_staff_without_rights_is_refused(client, practice, page, method):
    client.force_login(User.objects.create_user("colleague", is_staff=True))

    response = getattr(client, method)(page_of(practice, page), {"reason": "Forged."})

    practice.refresh_from_db()
    assert (response.status_code, practice.withdrawn_at) == (403, None)


@pytest.fixture
def looker(client):
    """Return a client signed in as a member of staff with view permission only."""
    user = User.objects.create_user("colleague", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_practice"))
    client.force_login(user)


@pytest.mark.usefixtures("looker")
@pytest.mark.parametrize("page", ["withdraw", "restore"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_withdrawal_and_restoration_are_refused_with_view_permission_only(client, practice, page, method):
    response = getattr(client, method)(page_of(practice, page), {"reason": "Forged."})

    practice.refresh_from_db()
    assert (response.status_code, practice.withdrawn_at) == (403, None)


@pytest.mark.usefixtures("looker")
def test_practice_is_shown_with_view_permission_only(client):
    page = read(client.get(page_of(make_practice(**FULL))))

    shown = {
        name: page.one("div", f"field-{name}").one("div", "readonly").text
        for name in ("title", "main_objective", "objectives", "tags", "credit")
    }
    assert shown == {
        "title": "Pension desks in two ports",
        "main_objective": "22. Social protection",
        "objectives": "3. Information provision, 21. Dignified return and reintegration, 22. Social protection",
        "tags": "pensions, ports",
        "credit": "Port of Batumi",
    }


@pytest.mark.usefixtures("looker")
def test_steps_are_not_offered_with_view_permission_only(client, practice):
    page = read(client.get(page_of(practice)))

    assert (page.all("input", type="submit"), page.one("ul", "object-tools").texts("a")) == (
        [],
        ["History", "View on site"],
    )


@pytest.mark.parametrize("page", ["withdraw", "restore", "change"])
def test_practice_that_there_is_not_cannot_be_opened(staff, page):
    assert staff.get(f"{LIST}12345/{page}/").status_code in (302, 403)


# The list -------------------------------------------------------------------------


def test_list_shows_main_objective_and_withdrawal(staff):
    make_practice(title="Desk", objectives=[22, 3], now=NOW)
    make_practice(title="Song", withdrawn=True, now=NOW + timedelta(days=1))

    page = read(staff.get(LIST))

    rows = [
        (
            row.one("th", "field-title").text,
            row.one("td", "field-main_objective").text,
            row.one("td", "field-withdrawn_at").text,
        )
        for row in page.one("table", id="result_list").one("tbody").all("tr")
    ]
    assert rows == [
        ("Song", "21. Dignified return and reintegration", "3 November 2026, 09:30 UTC"),
        ("Desk", "22. Social protection", "-"),
    ]


def test_list_costs_the_same_however_long_it_is(staff):
    make_practice(objectives=[22, 3])
    staff.get(LIST)
    with CaptureQueriesContext(connection) as of_one:
        staff.get(LIST)
    for number in range(9):
        make_practice(title=f"Desk {number}", objectives=[22, 3])

    with CaptureQueriesContext(connection) as of_ten:
        staff.get(LIST)

    assert len(of_ten) == len(of_one)


# The list -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "titles"), [("published", ["Here"]), ("withdrawn", ["Gone"]), ("x", ["Gone", "Here"])]
)
def test_list_is_filtered_by_public_or_withdrawn(staff, state, titles):
    make_practice(title="Here")
    make_practice(title="Gone", withdrawn=True)

    page = read(staff.get(f"{LIST}?state={state}"))

    assert sorted(page.texts("th", "field-title")) == titles


def test_every_filter_is_named_in_words(staff):
    make_practice()
    submission = make_submission(State.SUBMITTED)
    workflow.assign(submission, to=make_moderator("Amina"), by=make_moderator())

    for path in (LIST, "/admin/practices/submission/"):
        shown = read(staff.get(path)).one(id="changelist-filter").texts("li")
        assert [text for text in shown if not any(sign.isalpha() for sign in text)] == []


# History --------------------------------------------------------------------------


def test_history_of_a_published_practice_leads_to_its_submission(admin_client):
    submission = judged(make_submission(State.SUBMITTED))
    practice = workflow.publish(submission, by=make_moderator())

    response = admin_client.get(page_of(practice, "history"))

    review = f"/admin/practices/submission/{submission.pk}/change/#history-title"
    links = read(response).one("div", id="content").all("a")
    assert review in [link["href"] for link in links]
    assert "have a change history" not in response.text


def test_history_of_a_practice_tells_nobody_of_a_draft(admin_client):
    practice = make_practice()
    draft = make_update(practice, State.DRAFT)
    sent = make_update(practice, State.SUBMITTED)

    response = admin_client.get(page_of(practice, "history"))

    listed = [f"/submission/{submission.pk}/" in response.text for submission in (draft, sent)]
    assert listed == [False, True]


def test_history_of_a_submission_is_on_its_page(admin_client):
    submission = make_submission()

    response = admin_client.get(f"/admin/practices/submission/{submission.pk}/history/")

    assert response.url == f"/admin/practices/submission/{submission.pk}/change/#history-title"
