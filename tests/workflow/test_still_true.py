"""Yearly check whether a practice is still up to date, and the answer on its page."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from practices import personal_data, workflow
from practices.choices import Kind, State
from practices.models import Check, OutboxMessage, Submission, Submitter
from tests.support.factories import (
    NOW,
    judged,
    make_check,
    make_moderator,
    make_practice,
    make_submission,
    make_submitter,
)
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def after(days):
    return NOW + timedelta(days=days)


def asked():
    return [
        (message.address, message.submission.practice.title)
        for message in OutboxMessage.objects.filter(kind=Kind.PRACTICE_CHECK)
    ]


def path(check):
    return f"/checks/{check.token}/"


# The question ---------------------------------------------------------------------


@pytest.mark.parametrize(("days", "times"), [(364, 0), (365, 1), (1000, 1)])
def test_submitter_is_asked_a_year_after_publication(days, times):
    make_submission(State.PUBLISHED, now=NOW, title="Desks")

    workflow.ask_if_still_true(now=after(days))

    assert asked() == [("ana@example.org", "Desks")] * times


@pytest.mark.parametrize(("days", "times"), [(365, 1), (729, 1), (730, 2)])
def test_submitter_is_asked_once_a_year_however_often_the_command_runs(days, times):
    make_submission(State.PUBLISHED, now=NOW)

    for day in (365, 366, days, days):
        workflow.ask_if_still_true(now=after(day))

    assert len(asked()) == times


def test_last_of_several_submitters_is_asked():
    practice = make_submission(State.PUBLISHED, now=NOW).practice
    update = make_submitter(email="later@example.org")
    make_submission(State.PUBLISHED, now=after(100), practice=practice, submitter=update, title="Offices")

    workflow.ask_if_still_true(now=after(400))

    assert asked() == [("later@example.org", "Offices")]


def test_last_of_several_submitters_is_asked_where_the_clock_was_set_back():
    practice = make_submission(State.PUBLISHED, now=NOW).practice
    begun = {"practice": practice, "now": after(-1)}
    make_submission(
        State.PUBLISHED, submitter=make_submitter(email="later@example.org"), title="Offices", **begun
    )

    workflow.ask_if_still_true(now=after(400))

    assert asked() == [("later@example.org", "Offices")]


def not_submitted():
    make_practice(now=NOW)


def withdrawn():
    practice = make_submission(State.PUBLISHED, now=NOW).practice
    workflow.withdraw_practice(practice, by=make_moderator(), reason="Its source is gone.")


def ended():
    make_submission(State.PUBLISHED, now=NOW, start_year=2020, end_year=2024)


def erased():
    make_submission(State.PUBLISHED, now=NOW)
    personal_data.erase(personal_data.Held.on_address("ana@example.org"), keep_credit=True)


def never_verified():
    make_submission(State.PUBLISHED, now=NOW)
    Submitter.objects.update(verified_at=None)


@pytest.mark.parametrize("make", [not_submitted, withdrawn, ended, erased, never_verified])
def test_no_question_is_sent_about_other_practices(make):
    make()

    assert (workflow.ask_if_still_true(now=after(400)), asked()) == (0, [])


def test_asking_can_be_turned_off(settings):
    settings.CHECK_AFTER_DAYS = 0
    make_submission(State.PUBLISHED, now=NOW)

    assert workflow.ask_if_still_true(now=after(400)) == 0


def test_command_asks(capsys):
    make_submission(State.PUBLISHED, now=timezone.now() - timedelta(days=400))

    for _time in range(2):
        call_command("ask_if_still_true")

    assert capsys.readouterr().out.splitlines() == ["1 asked", "0 asked"]


# The answer -----------------------------------------------------------------------


def test_looking_at_the_question_answers_nothing(client):
    check = make_check()

    page = read(client.get(path(check)))

    assert page.texts("button") == ["Yes, it is still true", "Update practice", "Save the end year"]
    assert Check.objects.get().answer == ""


def test_yes_shows_on_the_page_of_the_practice(client):
    check = make_check()
    client.get(check.practice.get_absolute_url())  # fills the page cache

    for _time in range(2):
        response = say_yes(client, check)

    text = read(client.get(check.practice.get_absolute_url())).text
    today = f"{timezone.now():%-d %B %Y}"
    assert (response.status_code, f"Checked by its submitter on {today}" in text) == (200, True)
    assert (Check.objects.get().answer, check.practice.revisions.count()) == ("yes", 1)


def say_yes(client, check):
    """Answer by a page that has shown the practice as `check` holds it."""
    return client.post(path(check), {"answer": "yes", "seen": workflow.standing(check.practice)})


def test_page_names_what_its_yes_counts_for(client):
    check = make_check()

    field = read(client.get(path(check))).one("input", name="seen")

    assert field["value"] == workflow.standing(check.practice)


def test_yes_after_ended_in_another_window_is_told_that_it_ended(client):
    check = make_check()
    seen = workflow.standing(check.practice)
    client.post(path(check), {"answer": "ended", "end_year": "2024"})

    response = client.post(path(check), {"answer": "yes", "seen": seen})

    told = read(response).one("p", role="alert").text
    assert (response.status_code, Check.objects.get().answer) == (409, "ended")
    assert "was not saved" in told
    assert "it ended in 2024" in told


def test_yes_to_what_a_moderator_has_changed_meanwhile_is_asked_again(client):
    check = make_check()
    seen = workflow.standing(check.practice)
    workflow.publish_document(check.practice.document | {"area": "Batumi"}, to=check.practice)

    stale = client.post(path(check), {"answer": "yes", "seen": seen})
    answered = (stale.status_code, Check.objects.get().answer)
    response = say_yes(client, Check.objects.get())

    assert (answered, response.status_code) == ((409, ""), 200)
    assert "Please read the published text" in read(stale).one("p", role="alert").text


def test_ended_practice_is_confirmed_as_ended(client):
    check = make_check()
    client.post(path(check), {"answer": "ended", "end_year": "2024"})

    page = read(client.get(path(check)))

    assert "It ended in 2024, as the catalogue says." in page.text
    assert page.one("input", name="end_year")["value"] == "2024"
    assert page.one("title").text.startswith("Thank you")


def test_answers_stand_together(client):
    headings = read(client.get(path(make_check()))).one("main").texts("h2")

    assert headings == ["Yes", "It has changed", "It has ended", "Do you know who else uses it?"]


def test_ended_becomes_a_revision_with_the_last_year(client):
    check = make_check(start_year=2019)

    for _time in range(2):
        response = client.post(path(check), {"answer": "ended", "end_year": "2024"})

    assert response.headers["Location"] == path(check)
    revisions = [
        (revision.note, revision.document["end_year"]) for revision in check.practice.revisions.all()
    ]
    assert revisions == [("Ended in 2024, according to the submitter", 2024), ("First published", None)]
    assert read(client.get(path(check))).one("p", role="status").text == (
        "The practice now shows when it ended. If you made a mistake, answer again below."
    )


@pytest.mark.parametrize("year", ["", "soon", "2018", "3000", "²", "9" * 30])
def test_invalid_year_is_refused(client, year):
    check = make_check(start_year=2019)

    response = client.post(path(check), {"answer": "ended", "end_year": year})

    assert (response.status_code, check.practice.revisions.count(), Check.objects.get().answer) == (
        422,
        1,
        "",
    )


def test_practice_that_has_not_begun_cannot_have_ended(client):
    check = make_check(start_year=2100)

    page = read(client.get(path(check)))
    response = client.post(path(check), {"answer": "ended", "end_year": timezone.now().year})

    assert page.texts("button") == ["Yes, it is still true", "Update practice"]
    assert (response.status_code, check.practice.revisions.count()) == (422, 1)


def test_update_opens_the_form_with_the_published_values(client):
    check = make_check(title="Desks")

    response = client.post(path(check), {"answer": "update"}, follow=True)

    draft = Submission.objects.get(state=State.DRAFT)
    assert (draft.practice, draft.document["title"]) == (check.practice, "Desks")
    assert (response.status_code, Check.objects.get().answer) == (200, "update")


@pytest.mark.parametrize("answer", [{}, {"answer": "perhaps"}])
def test_answer_that_there_is_not_changes_nothing(client, answer):
    check = make_check()

    assert (client.post(path(check), answer).status_code, Check.objects.get().answer) == (200, "")


def test_question_about_a_merged_practice_names_the_one_that_was_kept(client):
    check = make_check()
    workflow.merge(check.practice, into=make_practice(title="Pension desks"), by=make_moderator())

    page = read(client.get(path(check))).one("main")

    assert "This practice was merged with another one." in page.text
    assert [link.text for link in page.all("a")] == ["Pension desks"]
    assert "withdrawn" not in page.text


def test_link_of_a_question_that_was_deleted_says_so(client):
    response = client.get("/checks/unknown/")

    assert (response.status_code, read(response).texts("h1")) == (404, ["This link no longer works"])


def test_practice_withdrawn_meanwhile_has_no_question(client):
    check = make_check()
    workflow.withdraw_practice(check.practice, by=make_moderator(), reason="Its source is gone.")

    page = read(say_yes(client, check))

    assert (page.texts("h1"), page.one("main").all("form"), Check.objects.get().answer) == (
        ["This question is closed"],
        [],
        "",
    )


@pytest.mark.parametrize("answer", ["yes", "update", "ended"])
def test_answer_sent_while_the_practice_is_withdrawn_is_refused(client, monkeypatch, answer):
    check = make_check()
    workflow.withdraw_practice(check.practice, by=make_moderator(), reason="Its source is gone.")
    offered = iter([{answer: None}, {}])
    monkeypatch.setattr(workflow, "available", lambda practice, by: next(offered))

    response = client.post(path(check), {"answer": answer, "end_year": "2024"})

    assert (response.status_code, Check.objects.get().answer) == (409, "")
    assert read(response).texts("h1") == ["This question is closed"]


def test_link_ends_when_its_submitter_is_erased(client):
    check = make_check()

    personal_data.erase(personal_data.Held.on_address("ana@example.org"), keep_credit=True)

    assert client.get(path(check)).status_code == 404


def test_sender_of_a_correction_is_not_asked(moderator):
    practice = make_submission(State.PUBLISHED, now=NOW).practice
    correction = workflow.begin(
        practice.document | {"area": "Batumi"},
        submitter=make_submitter(email="stranger@example.org"),
        form_key="c",
        language="en",
        practice=practice,
        based_on=1,
        now=NOW,
    )
    workflow.submit(correction, seen=correction.version, now=NOW)
    workflow.publish(judged(correction), by=moderator, now=NOW)

    workflow.ask_if_still_true(now=NOW + timedelta(days=730))

    asked = OutboxMessage.objects.filter(kind=Kind.PRACTICE_CHECK)
    assert [message.address for message in asked] == ["ana@example.org"]


def test_sender_of_an_update_begun_by_the_private_link_is_asked(moderator):
    original = make_submission(State.PUBLISHED, now=NOW)
    update = workflow.begin_update(original, language="en")
    Submitter.objects.filter(pk=update.submitter_id).update(email="new@example.org")
    update = Submission.objects.get(pk=update.pk)
    workflow.submit(update, seen=update.version, now=NOW)
    workflow.publish(judged(update), by=moderator, now=NOW + timedelta(days=1))

    workflow.ask_if_still_true(now=NOW + timedelta(days=730))

    asked = OutboxMessage.objects.filter(kind=Kind.PRACTICE_CHECK)
    assert [message.address for message in asked] == ["new@example.org"]
