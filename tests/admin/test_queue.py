"""The moderation queue: its counts, filters and bulk actions."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from practices import personal_data, workflow
from practices.admin.submission import queue
from practices.choices import State
from practices.models import ModerationEvent, OutboxMessage, Submission
from tests.support.factories import make_moderator, make_practice, make_submission
from tests.support.pages import read

pytestmark = pytest.mark.django_db

QUEUE = "/admin/practices/submission/"
LEFT = "{} left, because 2 are updated at once. Choose the action again for {}."


def make_answered(**changes):
    """Create a submission that was sent back, and that its submitter answered with a message."""
    submission = make_submission(State.CHANGES_REQUESTED, **changes)
    workflow.write(submission, "Since 2016.")
    return submission


def listed(page):
    return page.texts("th", "field-title")


def act(client, action, *submissions, tab="queue", **said):
    """Run a bulk action on these submissions and return the messages on the next page."""
    chosen = {"action": action, "_selected_action": [submission.pk for submission in submissions]}
    chosen |= {f"seen-{submission.pk}": workflow.seen_version(submission) for submission in submissions}
    page = read(client.post(f"{QUEUE}?pile={tab}", chosen | said, follow=True))
    return [(message.classes, message.text) for message in page.one("ul", "messagelist").all("li")]


# Tabs -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.REJECTED, State.CHANGES_REQUESTED])
def test_empty_queue_leads_to_those_waiting_for_submitters_if_any(staff, state):
    make_submission(state)

    links = read(staff.get(QUEUE)).one("p", "empty").texts("a")

    assert links == (["See those waiting for their submitters"] if state == State.CHANGES_REQUESTED else [])


def test_tabs_of_every_day_are_links_with_numbers(staff, clock):
    make_submission(State.IN_REVIEW, title="Mine")
    make_submission(State.SUBMITTED, title="Free")
    make_submission(State.SUBMITTED, title="Old", now=timezone.now() - timedelta(days=15))
    make_submission(State.CHANGES_REQUESTED, title="Asked")
    make_submission(State.SPAM, title="Pills")
    make_submission(trapped=True, title="Loans")
    make_submission(State.REJECTED, title="Old and gone", now=timezone.now() - timedelta(days=15))

    links = read(staff.get(QUEUE)).one("nav", "queue-tabs").links()

    assert links == [
        ("Assigned to you 1", "?pile=mine"),
        ("Unassigned 2", "?pile=unassigned"),
        ("Answered by the submitter 0", "?pile=answered"),
        ("Waiting for the submitter 1", "?pile=waiting"),
        ("Waiting for over 14 days 1", "?pile=old"),
        ("Withdrawal requested 0", "?pile=withdrawal"),
        ("Spam 2 (1 new)", "?pile=spam"),
    ]
    assert [listed(read(staff.get(QUEUE + address))) for _label, address in links] == [
        ["Mine"],
        ["Old", "Free"],
        [],
        ["Asked"],
        ["Old"],
        [],
        ["Loans", "Pills"],
    ]


@pytest.mark.parametrize("query", ["objective=3", "country=GE", "language=fr"])
def test_queue_is_narrowed_down(staff, query):
    make_submission(
        State.SUBMITTED, title="Chosen", objectives=[3, 21], countries=["PH", "GE"], language="fr"
    )
    make_submission(State.SUBMITTED, title="Other", objectives=[21, 3], countries=["PH"])

    page = read(staff.get(f"{QUEUE}?{query}"))

    assert listed(page) == ["Chosen"]


def test_only_a_search_says_how_many_results_it_has(staff):
    make_submission(State.SPAM, title="Elsewhere")
    make_submission(State.SUBMITTED, title="Desks")

    counts = {
        query: read(staff.get(QUEUE + query)).one("search", id="toolbar").texts("span")
        for query in ("", "?pile=waiting", "?q=desks")
    }

    assert counts == {"": [], "?pile=waiting": [], "?q=desks": ["1 result"]}


def test_country_and_language_filters_offer_those_in_the_queue(staff):
    make_submission(State.SUBMITTED, countries=["PH", "GE"], language="fr")
    make_submission(State.SPAM, countries=["TV"], language="de")

    boxes = read(staff.get(QUEUE)).one("search", id="changelist-filter").all("details")

    assert [box.texts("li") for box in boxes[2:]] == [
        ["All", "Georgia", "Philippines"],
        ["All", "français (French)"],
    ]


def test_queue_names_objectives_and_countries_in_the_language_of_the_reader(staff):
    make_submission(State.SUBMITTED, countries=["PH", "DE"], objectives=[21])

    page = read(staff.get(f"/fr{QUEUE}"))

    assert page.one("td", "field-objective").text == "21. Retour digne et réintégration durable"
    assert page.one("td", "field-countries").text == "Philippines, Allemagne"
    [countries] = page.all("details", **{"data-filter-title": "pays"})
    assert countries.texts("li") == ["Toutes", "Allemagne", "Philippines"]


def hints(page):
    return page.texts("td", "field-hints")


def test_spam_that_only_names_an_address_is_not_held_against_it(staff):
    make_submission(State.SUBMITTED)
    make_submission(trapped=True)

    shown = [hints(read(staff.get(f"{QUEUE}?pile={tab}"))) for tab in ("queue", "spam")]

    trapped = (
        "Spam score 10 +1 Spam score 10 A field that only programs see was filled in. Address not confirmed"
    )
    assert shown == [[""], [trapped]]


def test_text_in_another_language_than_it_says_is_hinted_at(staff):
    french = "Les travailleurs de retour y demandent la pension qu’ils ont gagnée à l’étranger."
    make_submission(State.SUBMITTED, title="Guichets de retraite", summary=french, language="en")

    assert hints(read(staff.get(QUEUE))) == ["Looks like français (French)"]


def test_address_whose_other_submission_is_spam_is_hinted_at(staff, moderator):
    submissions = [make_submission(State.SUBMITTED) for _number in range(2)]
    workflow.mark_spam(submissions[0], by=moderator)

    shown = [hints(read(staff.get(f"{QUEUE}?pile={tab}"))) for tab in ("queue", "spam")]

    assert shown == [["1 other submission from this address is spam"], [""]]


def test_possible_duplicates_are_named_with_title_address_and_reason(staff):
    practice = make_practice(title="Pension desks of Batumi")
    first, second = (make_submission(State.SUBMITTED, title=practice.title) for _number in range(2))

    page = read(staff.get(QUEUE))

    one = "Pension desks of Batumi: Same title"
    assert hints(page) == [f"Duplicate? +1 Duplicate? {one} {one}"] * 2
    assert [cell.links() for cell in page.all("td", "field-hints")] == [
        [(practice.title, practice.get_absolute_url()), (practice.title, f"{QUEUE}{other.pk}/change/")]
        for other in (second, first)
    ]


def test_update_is_no_duplicate_of_its_practice(staff):
    practice = make_practice(title="Pension desks of Batumi")
    make_submission(State.SUBMITTED, title=practice.title, practice=practice)

    assert hints(read(staff.get(QUEUE))) == [""]


def test_personal_data_and_score_of_spam_are_hinted_at_with_their_reasons(staff):
    make_submission(
        State.SUBMITTED,
        title="Desks, see www.desks.example",
        activities="Maria E., born 4 May 1990, was first: +41 22 717 91 11.",
    )

    cell = read(staff.get(QUEUE)).one("td", "field-hints")
    assert cell.text == (
        "Personal data? +1 Personal data? What is done: a name and a birth date; a phone number "
        "Spam score 2 There is a link in the title."
    )
    page = f"{QUEUE}{Submission.objects.get().pk}/change/"
    assert cell.links() == [("What is done", f"{page}#field-activities")]


def test_personal_data_in_a_part_of_a_group_links_to_the_group(staff):
    submission = make_submission(State.SUBMITTED, evidence_reason="Call +41 22 717 91 11.")

    page = read(staff.get(f"{QUEUE}{submission.pk}/change/"))

    [(_label, address)] = page.one("section", "review-hints").links()
    assert page.one("div", id=address.removeprefix("#")).text.startswith("Call")


def test_kind_says_what_came_back_from_its_submitter(staff, moderator):
    asked, resubmitted, answered, reacted = (
        make_submission(state, title=state)
        for state in (State.CHANGES_REQUESTED, State.CHANGES_REQUESTED, State.IN_REVIEW, State.IN_REVIEW)
    )
    workflow.resubmit(resubmitted, resubmitted.document, seen=resubmitted.content_version)
    for submission in (answered, reacted):
        workflow.write(submission, "Which years?", by=moderator)
        workflow.write(submission, "2019 to 2021.")
    workflow.write(reacted, "Thank you.", by=moderator)
    workflow.write(asked, "What do you mean by that?")
    make_submission(State.SUBMITTED, practice=make_practice(title="Guides"))

    kinds = {
        tab: read(staff.get(f"{QUEUE}?pile={tab}")).texts("td", "field-kind") for tab in ("queue", "answered")
    }

    assert kinds == {
        "queue": ["resubmitted", "answered", "new", "update submitter not known"],
        "answered": ["answered", "resubmitted", "answered"],
    }


def test_wait_counts_from_the_last_time_it_came_to_the_moderators(staff, moderator):
    now = timezone.now()
    resent = make_submission(State.CHANGES_REQUESTED, title="Resent", now=now - timedelta(days=20))
    workflow.resubmit(resent, resent.document, seen=resent.content_version, now=now - timedelta(days=2))
    asked = make_submission(State.SUBMITTED, title="Asked", now=now - timedelta(days=19))
    workflow.write(asked, "Please hurry.", now=now - timedelta(days=18))
    workflow.write(asked, "Which years?", by=moderator, now=now - timedelta(days=5))
    workflow.write(asked, "2019.", now=now - timedelta(days=3))
    workflow.write(asked, "And 2020.", now=now - timedelta(days=1))
    make_submission(State.SUBMITTED, title="First", now=now - timedelta(days=15))

    page = read(staff.get(QUEUE))

    assert list(zip(listed(page), page.texts("td", "field-waiting"), strict=True)) == [
        ("Resent", "2 days first sent 20 days ago"),
        ("Asked", "3 days first sent 19 days ago"),
        ("First", "15 days"),
    ]
    assert listed(read(staff.get(f"{QUEUE}?pile=old"))) == ["First"]


def test_wait_for_the_submitter_counts_from_the_request_for_changes(staff, moderator):
    now = timezone.now()
    for title, sent, asked in (("Late", 20, 2), ("Early", 10, 9)):
        submission = make_submission(State.SUBMITTED, title=title, now=now - timedelta(days=sent))
        workflow.request_changes(
            submission, by=moderator, reason="Which years?", now=now - timedelta(days=asked)
        )

    page = read(staff.get(f"{QUEUE}?pile=waiting&o=3"))

    assert list(zip(listed(page), page.texts("td", "field-waiting"), strict=True)) == [
        ("Early", "9 days"),
        ("Late", "2 days"),
    ]


def test_reader_of_the_queue_is_called_you(staff, moderator):
    submission = make_submission(State.SUBMITTED)
    workflow.assign(submission, to=moderator, by=moderator)

    page = read(staff.get(QUEUE))

    filters = page.one("search", id="changelist-filter").all("details")
    assert page.texts("td", "field-assigned_to") == ["you"]
    assert filters[1].texts("li") == ["All", "you", "nobody"]


# Bulk actions ---------------------------------------------------------------------


def test_several_are_assigned_to_me(staff, moderator):
    submissions = [make_submission(State.SUBMITTED) for _number in range(2)]

    said = act(staff, "assign_to_me", *submissions)

    assert said == [(["success"], "2 submissions assigned to you. Undo")]
    assert list(Submission.objects.values_list("state", "assignee")) == [("submitted", moderator.pk)] * 2
    events = ModerationEvent.objects.filter(act="assigned")
    assert list(events.values_list("by", "internal_note")) == [(moderator.pk, "to moderator")] * 2


def test_submission_is_assigned_to_a_colleague_and_unassigned(staff, moderator):
    submission, colleague = make_submission(State.SUBMITTED), make_moderator("Amina")
    act(staff, "assign_to", submission, assignee=colleague.pk)
    first = Submission.objects.get().assignee

    act(staff, "assign_to", submission, assignee="")

    assert (first, Submission.objects.get().assignee) == (colleague, None)


@pytest.mark.parametrize("assignee", ["0", "²", "\x00", "9" * 30])
def test_assignment_to_a_non_moderator_is_refused(staff, assignee):
    submission = make_submission(State.SUBMITTED)

    act(staff, "assign_to", submission, assignee=assignee)

    assert (Submission.objects.get().assignee, submission.events.count()) == (None, 1)


def test_bulk_action_marks_spam_without_e_mails(staff):
    submissions = [make_submission(State.SUBMITTED) for _number in range(2)]
    OutboxMessage.objects.all().delete()

    act(staff, "mark_spam", *submissions)

    states = Submission.objects.values_list("state", flat=True)
    assert (list(states), OutboxMessage.objects.count()) == (["spam", "spam"], 0)


def test_spam_that_nobody_checked_comes_first_and_is_named_so(staff):
    make_submission(State.SPAM)
    make_submission(trapped=True)

    page = read(staff.get(f"{QUEUE}?pile=spam"))

    assert page.texts("td", "field-status") == ["possible spam", "spam"]


def test_bulk_action_confirms_possible_spam(staff):
    submissions = [make_submission(trapped=True) for _number in range(2)]

    said = act(staff, "confirm_spam", *submissions, tab="spam")

    assert said == [(["success"], "2 submissions confirmed as spam. Undo")]
    assert Submission.objects.unchecked_spam().count() == 0


def test_bulk_action_names_the_submissions_it_skipped(staff):
    submission = make_answered(title="Desks")

    said = act(staff, "mark_spam", submission, tab="answered")

    submission.refresh_from_db()
    assert (said, submission.state) == (
        [
            (
                ["warning"],
                "Left as they are, because their status does not allow it: Desks (changes requested).",
            )
        ],
        State.CHANGES_REQUESTED,
    )


def offered(page):
    """Return the bulk actions of a list, and whether it asks to whom to assign."""
    boxes = page.all("select", name="action")
    actions = [option["value"] for option in boxes[0].all("option") if option["value"]] if boxes else []
    return actions, bool(page.all("select", name="assignee"))


@pytest.mark.parametrize(
    ("state", "tab", "actions"),
    [
        (State.SUBMITTED, "queue", (["assign_to_me", "assign_to", "mark_spam"], True)),
        (State.SUBMITTED, "unassigned", (["assign_to_me", "assign_to", "mark_spam"], True)),
        (State.CHANGES_REQUESTED, "waiting", (["assign_to_me", "assign_to"], True)),
        (State.SCHEDULED, "scheduled", (["assign_to_me", "assign_to"], True)),
        (State.PUBLISHED, "published", ([], False)),
        (State.REJECTED, "rejected", ([], False)),
        (State.SPAM, "spam", (["confirm_spam"], False)),
    ],
)
def test_list_offers_the_actions_that_can_be_made_there(staff, state, tab, actions):
    make_submission(state)

    assert offered(read(staff.get(f"{QUEUE}?pile={tab}"))) == actions


def test_submission_of_a_practice_that_was_withdrawn_is_listed_as_withdrawn(staff, moderator):
    submission, other = make_submission(State.PUBLISHED, title="Desks"), make_submission(State.PUBLISHED)
    workflow.withdraw_practice(submission.practice, by=moderator, reason="Its source is gone.")

    pages = [read(staff.get(f"{QUEUE}?pile={tab}")) for tab in ("published", "withdrawn")]

    assert [listed(page) for page in pages] == [[other.title], ["Desks"]]
    assert [page.texts("td", "field-status") for page in pages] == [["published"], ["practice withdrawn"]]


def test_erased_submitter_is_not_called_unconfirmed(staff):
    submission = make_submission(State.PUBLISHED)
    personal_data.erase(personal_data.Held.in_submission(submission), keep_credit=True)

    shown = hints(read(staff.get(f"{QUEUE}?pile=published")))
    page = read(staff.get(f"{QUEUE}{submission.pk}/change/"))

    assert (shown, "address not confirmed" in page.text) == ([""], False)
    assert "The submitter’s personal data was deleted on" in page.text


def test_bulk_actions_are_refused_with_view_permission_only(client):
    submission, user = make_submission(State.SUBMITTED), make_moderator("Looker")
    user.groups.clear()
    user.user_permissions.set(Permission.objects.filter(codename="view_submission"))
    client.force_login(user)

    client.post(QUEUE, {"action": "mark_spam", "_selected_action": [submission.pk]})

    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED


def test_bulk_action_counts_for_what_the_list_has_shown(staff):
    submission = make_submission(State.SUBMITTED, title="Desks")
    shown = read(staff.get(QUEUE)).one("input", name=f"seen-{submission.pk}")["value"]
    workflow.assign(submission, to=make_moderator("Amina"), by=make_moderator("Bo"))

    said = act(staff, "assign_to_me", submission, **{f"seen-{submission.pk}": shown})

    submission.refresh_from_db()
    assert (said, submission.assignee.username) == (
        [
            (
                ["warning"],
                "Left as they are, because they have changed since this list was loaded: Desks (submitted).",
            )
        ],
        "Amina",
    )


def test_bulk_action_says_what_has_become_of_rows_that_left_the_list(staff, moderator):
    spam, deleted, here = (make_submission(State.SUBMITTED, title=f"Desk {number}") for number in range(3))
    workflow.mark_spam(spam, by=moderator)

    chosen = [f"seen-{each.pk}" for each in (spam, deleted, here)]
    shown = {
        name: workflow.seen_version(each) for name, each in zip(chosen, (spam, deleted, here), strict=True)
    }
    keys = [spam.pk, deleted.pk, here.pk]
    deleted.delete()
    response = staff.post(QUEUE, {"action": "mark_spam", "_selected_action": keys, **shown}, follow=True)

    assert read(response).one("ul", "messagelist").texts("li") == [
        "1 submission marked as spam. Undo",
        "Left as they are, because their status does not allow it: Desk 0 (spam).",
        "1 submission has been deleted since this list was loaded.",
    ]


def test_bulk_action_over_a_long_list_is_made_in_batches(staff, moderator, monkeypatch):
    monkeypatch.setattr(queue, "AT_ONCE", 2)
    submissions = [make_submission(State.SUBMITTED, title=f"Desk {number}") for number in range(5)]

    said = [act(staff, "assign_to_me", *submissions, select_across="1") for _time in range(4)]

    assert [[text for _class, text in texts] for texts in said] == [
        ["2 submissions assigned to you. Undo", LEFT.format("3 submissions are", "them")],
        [
            "2 submissions assigned to you. Undo",
            LEFT.format("1 submission is", "it"),
            "2 submissions needed no change.",
        ],
        ["1 submission assigned to you. Undo", "4 submissions needed no change."],
        ["5 submissions needed no change."],
    ]
    assert set(Submission.objects.values_list("assignee", flat=True)) == {moderator.pk}


def test_bulk_spam_says_only_what_it_has_done(staff):
    submissions = [make_submission(State.SUBMITTED, title=f"Desk {number}") for number in range(2)]

    said = act(staff, "mark_spam", *submissions)

    assert [text for _class, text in said] == ["2 submissions marked as spam. Undo"]


def test_bulk_action_names_a_few_of_those_that_it_cannot_change(staff, monkeypatch):
    monkeypatch.setattr(queue, "NAMED", 1)
    submissions = [make_answered(title=f"Desk {number}") for number in range(3)]

    said = act(staff, "mark_spam", *submissions, tab="answered")

    assert said == [
        (
            ["warning"],
            "Left as they are, because their status does not allow it: Desk 0 (changes requested), and 2 others.",
        )
    ]


# Columns --------------------------------------------------------------------------


def column(staff, tab, field):
    return [cell.text for cell in read(staff.get(f"{QUEUE}?pile={tab}")).all("td", f"field-{field}")]


def test_kind_of_a_published_submission_is_still_new(staff):
    practice = make_submission(State.PUBLISHED, title="Desks").practice
    update = make_submission(State.PUBLISHED, title="Desks", practice=practice, summary="More desks.")
    Submission.objects.filter(pk=update.pk).update(based_on=1)

    assert sorted(column(staff, "published", "kind")) == ["new", "update from its submitter"]


def test_what_is_decided_does_not_wait(staff):
    make_submission(State.REJECTED)

    assert column(staff, "rejected", "waiting") == ["-"]


def test_request_for_withdrawal_waits_since_it_was_made(staff):
    now = timezone.now()
    published = make_submission(State.PUBLISHED, now=now - timedelta(days=60))
    workflow.request_withdrawal(published, reason="It names a colleague.", now=now - timedelta(days=3))

    assert column(staff, "withdrawal", "waiting") == ["3 days"]
