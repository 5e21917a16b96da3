"""Duplicates on the review page: compared, dismissed, and named in a refusal."""

import pytest

from practices import workflow
from practices.choices import Kind, State
from practices.models import DismissedDuplicate, OutboxMessage, RejectionReason
from tests.support.factories import (
    NOW,
    judged,
    make_moderator,
    make_practice,
    make_submission,
    make_submitter,
)
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

QUEUE = "/admin/practices/submission/"
SAME = {"title": "RAICES", "summary": "Grants for those who have come back."}


def page_of(submission):
    return f"{QUEUE}{submission.pk}/change/"


def form_of(client, submission):
    return sent_by(read(client.get(page_of(submission))).one("form", "review-decision"))


def named(client, submission):
    """Return the titles of the likely duplicates on the review page."""
    sections = read(client.get(page_of(submission))).all("section", "review-duplicates")
    return [each.links()[0][0] for section in sections for each in section.all("li")]


def hinted(client, submission):
    """Return the titles that the queue hints at beside a submission."""
    rows = read(client.get(QUEUE)).one("table", id="result_list").one("tbody").all("tr")
    row = next(row for row in rows if (submission.title, page_of(submission)) in row.links())
    return [title for title, address in row.links() if address != page_of(submission)]


def test_queue_tells_the_number_of_all_likely_duplicates(staff):
    alike = [
        make_submission(State.SUBMITTED, submitter=make_submitter(email=f"{n}@example.org"), **SAME)
        for n in range(5)
    ]

    row = read(staff.get(QUEUE)).one("table", id="result_list").one("tbody").all("tr")[0]

    hints = row.one("details", "hints")
    assert hints.one("summary").text == "Duplicate? +3"
    assert [hint.text.partition(":")[0] for hint in hints.all("div", "hint")] == [
        "Duplicate? RAICES",
        "RAICES",
        "RAICES",
        "and 1 more",
    ]
    assert len(named(staff, alike[0])) == 4


@pytest.fixture
def pair():
    """Create two queued submissions of the same practice, by different people."""
    first = make_submission(State.SUBMITTED, **SAME)
    others = make_submitter(name="Bo", email="bo@example.org")
    return first, make_submission(State.SUBMITTED, submitter=others, **SAME | {"title": "RAICES fund"})


def make_update(practice):
    return make_submission(State.SUBMITTED, practice=practice, **SAME | {"title": practice.title})


def refuse(client, submission, **typed):
    """Press “Do not accept” and return the page that answers."""
    form = form_of(client, submission) | {"step": "reject", "confirmed": "yes", **typed}
    return client.post(page_of(submission), form)


def mailed(submission):
    return OutboxMessage.objects.get(kind=Kind.SUBMISSION_REJECTED, submission=submission).context["reason"]


def test_pair_that_is_no_duplicate_is_hinted_at_on_neither_side(staff, pair):
    first, second = pair
    before = named(staff, first), named(staff, second), hinted(staff, second)

    staff.post(page_of(first), form_of(staff, first) | {"dismiss_duplicate": page_of(second)})

    assert before == (["RAICES fund"], ["RAICES"], ["RAICES"])
    assert (named(staff, first), named(staff, second), hinted(staff, second)) == ([], [], [])


def test_practice_that_is_no_duplicate_is_not_hinted_at_again(staff):
    practice = make_practice(**SAME)
    submission = make_submission(State.SUBMITTED, **SAME)
    before = named(staff, submission), hinted(staff, submission)

    address = practice.get_absolute_url()
    staff.post(page_of(submission), form_of(staff, submission) | {"dismiss_duplicate": address})

    assert before == (["RAICES"], ["RAICES"])
    assert (named(staff, submission), hinted(staff, submission)) == ([], [])


def test_practice_that_is_no_duplicate_of_another_is_none_of_its_updates_either(staff, pair, moderator):
    first, second = (workflow.publish(judged(each), by=moderator) for each in pair)
    workflow.dismiss_duplicate(make_update(first), of=second, by=moderator)

    updates = [make_update(first), make_update(second)]

    assert [named(staff, update) for update in updates] == [[], []]


def test_dismissal_is_taken_back_from_another_update(staff, pair, moderator):
    first, second = (workflow.publish(judged(each), by=moderator) for each in pair)
    workflow.dismiss_duplicate(make_update(first), of=second, by=moderator)

    workflow.restore_duplicate(make_update(second), of=first, by=moderator)

    assert set(named(staff, make_update(first))) == {"RAICES fund"}


def test_submission_that_is_no_duplicate_is_none_as_a_practice_either(staff, pair, moderator):
    first, second = pair
    workflow.dismiss_duplicate(first, of=second, by=moderator)

    workflow.publish(judged(second), by=moderator)

    assert named(staff, first) == []


def test_dismissal_is_taken_back_from_the_other_page(staff, pair):
    first, second = pair
    workflow.dismiss_duplicate(first, of=second, by=make_moderator("Amina"))

    staff.post(page_of(second), form_of(staff, second) | {"restore_duplicate": page_of(first)})

    assert named(staff, first) == ["RAICES fund"]


def test_dismissal_leaves_the_submission_as_it_was_for_decisions(staff, pair, moderator):
    first, second = pair
    seen, recorded = workflow.seen_version(first), first.events.count()

    workflow.dismiss_duplicate(first, of=second, by=moderator)
    workflow.dismiss_duplicate(first, of=second, by=moderator)

    first.refresh_from_db()
    assert (workflow.seen_version(first), first.events.count()) == (seen, recorded)
    assert DismissedDuplicate.objects.count() == 1


@pytest.mark.parametrize("button", ["dismiss_duplicate", "name_duplicate"])
def test_buttons_beside_a_duplicate_keep_what_was_typed(staff, pair, button):
    first, second = pair
    typed = form_of(staff, first) | {"reason": "Thank you.", "criteria": ["safe"]}

    page = read(staff.post(page_of(first), typed | {button: page_of(second)}))

    form = page.one("form", "review-decision")
    assert form.one("textarea", name="reason").text == "Thank you."
    assert [box["value"] for box in form.all("input", name="criteria") if box.get("checked") is not None] == [
        "safe"
    ]


def test_button_fills_in_the_practice_and_the_reason(staff):
    practice = make_practice(**SAME)
    submission = make_submission(State.SUBMITTED, **SAME)

    typed = form_of(staff, submission) | {"name_duplicate": practice.get_absolute_url()}
    filled = sent_by(read(staff.post(page_of(submission), typed)).one("form", "review-decision"))

    reason = RejectionReason.objects.get(title="Already in the catalogue")
    assert (filled["same_as"], filled["listed_reason"]) == ([practice.get_absolute_url()], [str(reason.pk)])
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED


def test_refusal_as_a_duplicate_of_anothers_submission_does_not_name_it(staff, pair):
    first, second = pair
    reason = RejectionReason.objects.get(title="Already in the catalogue")

    refuse(staff, second, same_as=f"http://testserver{page_of(first)}", listed_reason=reason.pk)

    assert mailed(second) == (
        "Somebody else has sent the same practice. The moderators continue with that submission. If they accept it, you "
        "will find it in the catalogue."
    )
    assert second.events.latest("pk").internal_note == f"The same as submission {first.pk}."


def test_refusal_as_a_duplicate_of_ones_own_submission_names_it(staff):
    first, second = (make_submission(State.SUBMITTED, **SAME) for _number in range(2))

    refuse(staff, second, same_as=page_of(first))

    assert mailed(second) == (
        "You have sent the same practice twice. The moderators continue with your other submission, “RAICES”."
    )


def test_refusal_names_the_practice_that_the_other_submission_became(staff):
    published = make_submission(State.PUBLISHED, **SAME)
    second = make_submission(State.SUBMITTED, **SAME)

    refuse(staff, second, same_as=page_of(published))

    assert mailed(second).endswith(published.practice.get_absolute_url())


@pytest.mark.parametrize(
    ("other", "error"),
    [
        (State.REJECTED, "“RAICES” is not accepted, so it cannot take the place of this one."),
        (State.SPAM, "“RAICES” is spam, so it cannot take the place of this one."),
        (None, "This is the submission itself. Enter the address of the other one."),
    ],
)
def test_refusal_as_a_duplicate_needs_another_open_submission(staff, other, error):
    submission = make_submission(State.SUBMITTED, title="RAICES fund")
    same = make_submission(other, **SAME) if other else submission

    page = read(refuse(staff, submission, same_as=page_of(same)))

    assert page.texts(class_="errorlist") == [error]


def test_already_in_the_catalogue_has_to_name_what_is_the_same(staff):
    submission = make_submission(State.SUBMITTED)
    reason = RejectionReason.objects.get(title="Already in the catalogue")

    page = read(refuse(staff, submission, listed_reason=reason.pk))

    assert page.texts(class_="errorlist") == [
        "Name the practice or the submission that is the same, so that the e-mail can say so."
    ]
    assert not OutboxMessage.objects.filter(kind=Kind.SUBMISSION_REJECTED).exists()


def test_submission_is_compared_with_another_field_by_field(staff, pair):
    first, second = pair

    page = read(staff.get(f"{QUEUE}{first.pk}/compare/submission/{second.pk}/"))

    table = page.one("table", "side-by-side")
    assert table.one("thead").links() == [
        ("RAICES", page_of(first)),
        ("RAICES fund", page_of(second)),
    ]
    rows = {row.one("th").text: row.texts("td") for row in table.one("tbody").all("tr")}
    assert rows["Summary same"] == [SAME["summary"], SAME["summary"]]


@pytest.mark.parametrize("button", ["dismiss_duplicate", "name_duplicate"])
def test_button_of_the_comparison_leaves_the_saved_checklist(staff, pair, moderator, button):
    first, second = pair
    workflow.tick_criteria(first, ["safe"], by=moderator)

    page = read(staff.post(page_of(first), {button: page_of(second)}))

    assert page.one("input", id="criterion-safe").get("checked") is not None


@pytest.mark.parametrize("address", ["submission/99999999", "practice/99999999", "draft/1"])
def test_comparison_with_nothing_is_not_found(staff, pair, address):
    assert staff.get(f"{QUEUE}{pair[0].pk}/compare/{address}/").status_code == 404


def test_comparison_tells_two_of_the_same_title_apart(staff):
    first = make_submission(State.SUBMITTED, now=NOW, **SAME)
    practice = make_submission(
        State.PUBLISHED, now=NOW, submitter=make_submitter(name="Bo", organisation="City"), **SAME
    ).practice

    page = read(staff.get(f"{QUEUE}{first.pk}/compare/practice/{practice.pk}/"))

    assert page.one("thead").texts("p") == [
        f"Submission {first.pk}, submitted · 2 November 2026, 09:30 UTC · Ana Reyes · ana@example.org",
        f"Practice {practice.pk}, published · 2 November 2026, 09:30 UTC · Bo · City · ana@example.org",
    ]


def test_draft_is_not_compared(staff, pair):
    draft = make_submission(State.DRAFT)

    assert staff.get(f"{QUEUE}{pair[0].pk}/compare/submission/{draft.pk}/").status_code == 404


def test_comparison_is_refused_without_permission(client, pair, django_user_model):
    client.force_login(django_user_model.objects.create_user("clerk", is_staff=True))

    assert client.get(f"{QUEUE}{pair[0].pk}/compare/submission/{pair[1].pk}/").status_code == 403
