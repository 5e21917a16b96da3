"""Personal data: access, export, erasure, and retention periods."""

import json
from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.management import CommandError, call_command
from django.utils import timezone

from practices import personal_data, workflow
from practices.choices import Kind, State
from practices.core import rate_limits
from practices.models import (
    DataRequest,
    LimitBucket,
    ModerationEvent,
    OutboxMessage,
    Practice,
    SentForm,
    StaffProfile,
    Submission,
    Submitter,
    Subscriber,
    Subscription,
)
from practices.personal_data import retention
from tests.support.addresses import address, personal_data_address, preferences_address, sent
from tests.support.capabilities import capabilities, everything_of_ana
from tests.support.factories import (
    FRENCH,
    NOW,
    USE,
    document,
    judged,
    make_moderator,
    make_practice,
    make_submission,
    make_submitter,
    make_subscription,
    send_adaptation,
    send_translation,
)
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

ADDRESS = "dalia@secret.example"
MARKS = ["secret.example", "Dalia", "Haddad", "Numbat", "telephone", "Quokka", "grandmother"]
"""Words from all data that the submitter gave or that was written about them."""


def dalia():
    return make_submitter(honorific="Dr.", name="Dalia Haddad", organisation="Numbat Trust", email=ADDRESS)


def submissions_of_dalia():
    """Create a published, a rejected and a queued submission, and a subscription, all of Dalia's."""
    by = make_moderator()
    published = make_submission(State.SUBMITTED, submitter=dalia(), credit="Dalia Haddad", title="Desks")
    workflow.write(published, "My grandmother began it.")
    workflow.publish(judged(published), by=by, note="", internal_note="Dalia answered by telephone.")
    make_submission(State.REJECTED, submitter=dalia(), title="Quokka crossing")
    make_submission(State.CHANGES_REQUESTED, submitter=dalia(), title="Quokka fence")
    make_subscription(address=ADDRESS)
    return Submission.objects.get(pk=published.pk)


def held():
    """Return {table: marks found in any of its rows}."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        text = json.dumps(list(model._base_manager.values()), default=str, ensure_ascii=False).casefold()
        if there := {mark for mark in MARKS if mark.casefold() in text}:
            found[model._meta.label] = there
    return found


# Asking for the link --------------------------------------------------------------


def ask(client, address=ADDRESS, **data):
    return client.post("/personal-data/", {"address": address, **data})


def links_mailed():
    return OutboxMessage.objects.filter(kind=Kind.PERSONAL_DATA_LINK)


def test_link_is_mailed_to_the_address_it_is_about(client):
    submissions_of_dalia()

    ask(client, " Dalia@Secret.example ")

    message = links_mailed().get()
    assert (message.address, "dalia" in message.context["personal_data_path"].lower()) == (ADDRESS, False)


@pytest.mark.parametrize("address", [ADDRESS, "nobody@example.org", "ANA@example.org"])
def test_asking_answers_alike_for_every_address(client, address):
    submissions_of_dalia()
    make_submission(State.DRAFT)

    response = ask(client, address)

    assert (response.status_code, response.url) == (302, sent("personal-data-link-sent"))


def test_address_on_which_nothing_is_held_gets_no_mail(client):
    ask(client, "nobody@example.org")

    assert not links_mailed().exists()


def test_trap_mails_nothing(client):
    submissions_of_dalia()

    ask(client, website="https://spam.example")

    assert not links_mailed().exists()


def test_address_gets_at_most_three_links_a_day(client, settings):
    submissions_of_dalia()

    answers = {ask(client).url for _time in range(10)}

    assert (answers, links_mailed().count()) == ({sent("personal-data-link-sent")}, 3)


def test_visitor_who_asks_too_often_is_told_to_wait(client, settings):
    settings.PERSONAL_DATA_REQUESTS_PER_HOUR, settings.PEOPLE_PER_ADDRESS = 2, 1

    statuses = [ask(client, f"n{number}@example.org").status_code for number in range(3)]

    assert statuses == [302, 302, 429]


def test_link_expires(client, clock):
    submissions_of_dalia()
    path = personal_data_address(ADDRESS)
    clock.shift(timedelta(days=2))

    response = client.get(path)

    assert (response.status_code, "This link no longer works" in response.text) == (404, True)


@pytest.mark.parametrize("name", ["personal-data-held", "personal-data-export", "personal-data-delete"])
def test_link_that_is_altered_opens_nothing(client, name):
    submissions_of_dalia()
    path = personal_data_address(ADDRESS, name)
    token = path.split("/")[2]

    statuses = {
        client.get(path.replace(token, changed)).status_code
        for changed in (token[:-1], token.swapcase(), DataRequest.objects.get().key, "x")
    }

    assert statuses == {404}


@pytest.mark.parametrize("salt", ["practices.subscriptions.preferences", "practices.forms.stamp"])
def test_signature_for_another_purpose_opens_nothing(client, salt):
    submissions_of_dalia()
    personal_data_address(ADDRESS)
    token = signing.dumps(DataRequest.objects.get().key, salt=salt)

    assert client.get(f"/personal-data/{token}/").status_code == 404


def test_link_signed_by_an_earlier_key_works_while_that_key_is_a_fallback(client, settings):
    submissions_of_dalia()
    path = personal_data_address(ADDRESS)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key" * 5

    assert client.get(path).status_code == 200


# Access and export ----------------------------------------------------------------


def test_link_shows_all_that_is_held(client):
    submissions_of_dalia()

    page = read(client.get(personal_data_address(ADDRESS)))

    assert page.one("section", **{"aria-labelledby": "you"}).texts("li") == [
        "Dr. Dalia Haddad (Numbat Trust) dalia@secret.example",
    ]
    assert [text.split(",")[0] for text in page.one("section", **{"aria-labelledby": "sent"}).texts("li")] == [
        "Desks", "Quokka crossing", "Quokka fence",
    ]  # fmt: skip
    assert page.one("section", **{"aria-labelledby": "current"}).texts("li") == [
        "Objective 21: Dignified return and reintegration"
    ]


def test_link_tells_an_update_from_its_practice(client):
    workflow.begin_update(submissions_of_dalia(), language="en")

    page = read(client.get(personal_data_address(ADDRESS)))

    lines = page.one("section", **{"aria-labelledby": "sent"}).texts("li")
    assert [line.split(",")[0] for line in lines if "Desks" in line] == ["Desks", "Desks (update)"]


def test_file_and_command_are_the_same(client):
    submissions_of_dalia()
    path = personal_data_address(ADDRESS, "personal-data-export")
    out = StringIO()

    response = client.get(path)
    call_command("privacy_export", ADDRESS.upper(), stdout=out)

    in_file, by_command = response.json(), json.loads(out.getvalue())
    assert response.headers["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    assert in_file | {"address": None} == by_command | {"address": None}


def test_file_holds_all_of_it_but_the_notes_of_moderators(client):
    submissions_of_dalia()

    response = client.get(personal_data_address(ADDRESS, "personal-data-export"))

    held = response.json()
    assert {mark for mark in MARKS if mark in response.text} == set(MARKS) - {"telephone"}
    assert [subscriber["address"] for subscriber in held["subscribers"]] == [ADDRESS]
    assert len(held["messages"]) == OutboxMessage.objects.filter(address=ADDRESS).count()


EXPORTS = {
    "submission": lambda submission: address("submission-export", submission.token),
    "subscriber": lambda submission: preferences_address(
        Subscription.objects.first(), "subscriptions-export"
    ),
    "person": lambda submission: personal_data_address("ana@example.org", "personal-data-export"),
}


@pytest.mark.parametrize("kind", EXPORTS)
def test_copy_holds_no_capability(client, kind):
    submission = everything_of_ana()
    path = EXPORTS[kind](submission)

    copy = client.get(path).text

    assert [secret for secret in capabilities() if secret in copy] == []
    assert [name for name in ('"id"', "_id", '"pk"', "token", "_key", "_path") if name in copy] == []


def test_page_of_personal_data_holds_no_other_capability(client):
    everything_of_ana()
    path = personal_data_address("ana@example.org")

    page = client.get(path).text

    own = {secret for secret in capabilities() if secret in path}
    assert [secret for secret in capabilities() - own if secret in page] == []


def test_copy_names_no_member_of_staff(client):
    by = make_moderator()
    by.email = "numbers@moderators.example.org"
    by.save()
    StaffProfile.objects.create(user=by, answers=True)
    submission = make_submission(State.IN_REVIEW)
    workflow.assign(submission, to=by, by=by)
    workflow.write(submission, "A question.")

    copies = [client.get(EXPORTS[kind](submission)).text for kind in ("submission", "person")]

    assert OutboxMessage.objects.filter(kind=Kind.MODERATION_ANSWER).exists()
    assert [copy for copy in copies if "moderat" in copy.lower()] == []


def spam_states():
    """Yield a submission that was spam at some time, for each way there and away."""
    by = make_moderator()
    yield make_submission(trapped=True)
    yield make_submission(State.SPAM)
    returned = make_submission(State.SPAM)
    workflow.return_to_queue(returned, by=by)
    yield returned
    withdrawn = make_submission(State.SPAM)
    workflow.withdraw(withdrawn)
    yield withdrawn


def test_copy_conceals_that_a_submission_was_spam(client):
    copies = [client.get(EXPORTS["submission"](submission)).text for submission in spam_states()]

    assert [copy for copy in copies if "spam" in copy] == []


def test_steps_of_spam_look_like_those_of_the_queue(client):
    queued = make_submission(State.SUBMITTED)
    spam = [make_submission(State.SPAM), make_submission(trapped=True)]

    copies = [client.get(EXPORTS["submission"](one)).json() for one in (queued, *spam)]
    told = [copy["submitters"][0]["submissions"][0] for copy in copies]

    assert [
        ([(step["from"], step["to"]) for step in one["steps"]], one["state"], bool(one["submitted_at"]))
        for one in told
    ] == [([("draft", "submitted")], "submitted", True)] * 3


# The private link of a submission -------------------------------------------------


def attack(client, *, confirmed):
    """Begin and send a draft in Dalia's name, as a stranger; with `confirmed`, she clicks carelessly."""
    submissions_of_dalia()
    intruder = make_submission(State.DRAFT, submitter=dalia(), title="Intrusion")
    if confirmed:
        client.post(workflow.confirm_path(intruder), {"version": intruder.version})
        assert Submission.objects.get(pk=intruder.pk).state == State.SUBMITTED
    return intruder


@pytest.mark.parametrize("confirmed", [False, True])
def test_private_link_shows_its_submission_alone(client, confirmed):
    intruder = attack(client, confirmed=confirmed)

    shown = [client.get(f"/submissions/{intruder.token}/privacy{page}").text for page in ("/", ".json")]

    marks = ("Quokka", "grandmother", "Objective 21")
    assert [mark for mark in marks for text in shown if mark in text] == []


@pytest.mark.parametrize("confirmed", [False, True])
def test_private_link_erases_its_submission_alone(client, confirmed):
    intruder = attack(client, confirmed=confirmed)
    before = set(Submission.objects.exclude(pk=intruder.pk)), Subscriber.objects.count()

    client.post(f"/submissions/{intruder.token}/privacy/", {"credit": "remove", "confirmed": "on"})

    assert (set(Submission.objects.all()), Subscriber.objects.count()) == before
    assert Submitter.objects.filter(email=ADDRESS).count() == 3


def test_private_link_to_a_correction_removes_no_credit_of_others(client, moderator):
    practice = submissions_of_dalia().practice
    latest = practice.revisions.latest("number")
    correction = workflow.begin(
        latest.document | {"area": "Batumi"},
        submitter=make_submitter(name="Ben", email="ben@example.org"),
        form_key="b",
        language="en",
        practice=practice,
        based_on=latest.number,
    )
    workflow.submit(correction, seen=1)
    workflow.publish(judged(correction), by=moderator)

    page = client.get(f"/submissions/{correction.token}/privacy/").text
    client.post(f"/submissions/{correction.token}/privacy/", {"credit": "remove", "confirmed": "on"})

    practice.refresh_from_db()
    assert ("Remove it, also from earlier revisions" in page, practice.credit) == (False, "Dalia Haddad")


def test_row_of_a_submitter_behind_two_submissions_stays_for_the_other(client):
    one = make_submission(State.PUBLISHED, title="One")
    other = make_submission(State.SUBMITTED, title="Other")
    Submission.objects.filter(pk=other.pk).update(submitter=one.submitter)

    client.post(f"/submissions/{one.token}/privacy/", {"confirmed": "on"})

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.submitter.email, other.submitter.email) == ("", "ana@example.org")


def test_draft_without_an_address_opens_no_other_such_draft(client):
    one, other = (make_submission(State.DRAFT, submitter=make_submitter(email="")) for _time in range(2))

    client.post(f"/submissions/{one.token}/privacy/", {"confirmed": "on"})

    assert list(Submission.objects.all()) == [other]


# Erasure --------------------------------------------------------------------------


def erase_by_link(client, submission, *, credit="keep"):
    path = personal_data_address(ADDRESS, "personal-data-delete")
    return client.post(path, {"credit": credit, "confirmed": "on"})


def erase_by_command(client, submission, *, credit):
    call_command("privacy_erase", ADDRESS, remove_credit=credit == "remove", verbosity=0)


@pytest.mark.parametrize("erase", [erase_by_link, erase_by_command])
def test_after_erasing_nothing_is_found_anywhere(client, caplog, capfd, erase):
    submission = submissions_of_dalia()
    before = held()

    erase(client, submission, credit="remove")

    exports = [client.get(f"/practices/export.{extension}").text for extension in ("csv", "json")]
    everywhere = [*exports, client.get("/practices/feed.atom").text, caplog.text, *capfd.readouterr()]
    assert {mark for marks in before.values() for mark in marks} == set(MARKS)
    assert held() == {}
    assert [mark for mark in MARKS for text in everywhere if mark in text] == []


@pytest.mark.parametrize("command", ["privacy_erase", "privacy_export"])
@pytest.mark.parametrize("address", ["dalia@exmaple.org", "dalia", ""])
def test_command_fails_for_an_address_on_which_nothing_is_held(command, address):
    submissions_of_dalia()

    with pytest.raises(CommandError, match="Nothing is held on") as failed:
        call_command(command, address)

    assert failed.value.returncode == 1
    assert Submission.objects.exists()


def test_practice_keeps_its_credit_if_that_was_chosen(client):
    submission = submissions_of_dalia()

    response = erase_by_link(client, submission, credit="keep")

    practice = Submission.objects.get().practice
    assert response.headers["Location"].startswith("/privacy/erased/?done=")
    assert (practice.title, practice.credit, practice.revisions.count()) == ("Desks", "Dalia Haddad", 1)
    assert set(held()) == {
        "practices.Practice",
        "practices.Revision",
        "practices.Submission",
        "practices.IndexedWord",
    }


def test_credit_that_is_removed_leaves_a_revision_that_says_so(client):
    submission = submissions_of_dalia()

    erase_by_link(client, submission, credit="remove")

    revisions = [
        (revision.note, revision.document["credit"]) for revision in submission.practice.revisions.all()
    ]
    assert revisions == [("The submitter asked not to be named", ""), ("First published", "")]


@pytest.mark.parametrize("edited", ["Dr. Dalia Haddad, Numbat Trust", ""])
def test_credit_that_moderators_edited_is_removed_everywhere(client, edited):
    practice = submissions_of_dalia().practice
    corrected = practice.document | {"area": "Batumi"}
    correction = make_submission(State.SUBMITTED, practice=practice, **corrected)
    Submission.objects.filter(pk=correction.pk).update(based_on=1)
    practice = workflow.publish_document(practice.document | {"credit": edited}, to=practice)
    correction.refresh_from_db()
    workflow.rebase(correction, to=2, by=make_moderator())

    page = read(client.get(personal_data_address(ADDRESS, "personal-data-delete"))).one("main")
    erase_by_link(client, None, credit="remove")

    shown = [credit.text for credit in page.one("form").all("bdi")]
    documents = practice.revisions.values_list("document", flat=True)
    assert shown == sorted({"Dalia Haddad", edited} - {""})
    assert {document["credit"] for document in documents} == {""}
    assert held() == {}


def test_page_lists_what_goes_and_what_stays_and_preselects_nothing(client):
    published = submissions_of_dalia()
    update = workflow.begin_update(published, language="en")
    workflow.submit(update, seen=update.content_version)
    workflow.publish(judged(update), by=make_moderator())

    page = read(client.get(personal_data_address(ADDRESS, "personal-data-delete"))).one("main")

    goes, stays = ([item.text for item in entries.all("li")] for entries in page.all("ul"))
    assert goes == [
        "Your title (Ms., Dr., …)",
        "Your name",
        "Your organisation",
        "Your e-mail address",
        "Your messages to the moderators",
        "Quokka crossing, not published",
        "Quokka fence, not published",
        "Your subscription to Objective 21: Dignified return and reintegration",
        f"The record of {personal_data.Held.on_address(ADDRESS).personal_messages.count()} e-mails to you",
    ]
    assert stays == ["Desks, in the catalogue"]
    assert [radio.get("checked") for radio in page.all("input", type="radio")] == [None, None]


@pytest.mark.parametrize("has_written", [False, True])
def test_page_lists_only_contact_details_and_messages_that_are_there(client, has_written):
    submission = make_submission(State.SUBMITTED, submitter=make_submitter(name="Ana Reyes", email=ADDRESS))
    if has_written:
        workflow.write(submission, "We began in 2016.")

    page = read(client.get(personal_data_address(ADDRESS, "personal-data-delete"))).one("main")

    goes = page.all("ul")[0].texts("li")
    written = ["Your messages to the moderators"] if has_written else []
    assert goes[:-2] == ["Your name", "Your e-mail address", *written]


def test_deletion_without_a_choice_is_asked_for_one(client):
    submissions_of_dalia()
    path = personal_data_address(ADDRESS, "personal-data-delete")

    response = client.post(path, {"confirmed": "on"})

    errors = read(response).texts(class_="errorlist")
    assert (response.status_code, errors, Submission.objects.count()) == (
        422,
        ["Choose whether to keep or to remove the public credit."],
        3,
    )


def test_deletion_takes_a_second_step_that_says_what_was_chosen(client):
    submissions_of_dalia()
    path = personal_data_address(ADDRESS, "personal-data-delete")

    page = read(client.post(path, {"credit": "remove"})).one("main")

    assert Submission.objects.count() == 3
    assert "The public credit, also in earlier revisions: Dalia Haddad" in page.texts("li")
    client.post(path, sent_by(page.one("form")) | {"confirmed": "on"})
    assert held() == {}


def test_deletion_says_that_an_open_request_for_withdrawal_ends(client):
    submissions_of_dalia()
    published = Submission.objects.get(state=State.PUBLISHED)
    workflow.request_withdrawal(published, reason="The desk is closed.")

    page = read(client.get(personal_data_address(ADDRESS, "personal-data-delete"))).one("main")

    words = "Your request to withdraw Desks, which the moderators have not decided yet"
    assert words in page.texts("li")


def test_confirmation_says_what_was_done_and_nothing_else(client):
    submissions_of_dalia()

    done = client.get(erase_by_link(client, None, credit="keep").headers["Location"])

    page = read(done).one("main")
    assert [line for line in page.texts("li") if "e-mails" not in line] == [
        "We have deleted the contact details that you gave us.",
        "2 submissions that were not published are deleted.",
        "1 subscription has ended.",
        "1 practice that was published stays.",
    ]
    assert "You kept the public credit." in page.text


def test_pages_about_a_withdrawn_practice_say_who_can_still_read_it(client):
    practice = submissions_of_dalia().practice
    workflow.withdraw_practice(practice, by=make_moderator(), reason="The desk is closed.")
    path = personal_data_address(ADDRESS)

    held_page = read(client.get(path)).one("main").text
    credit = read(client.get(f"{path}credit/{practice.pk}/")).one("main").text
    before = read(client.get(f"{path}delete/")).one("main").text
    after = read(client.get(erase_by_link(client, None, credit="keep").headers["Location"])).one("main").text

    assert "Desks (no longer in the catalogue, so only moderators can read its credit)" in held_page
    assert "Submitted anonymously" not in credit
    assert "Desks, which is no longer in the catalogue: only moderators can read it" in before
    assert "Nobody but moderators can read it while the practice is not in the catalogue." in before
    assert "1 practice that is no longer in the catalogue stays on record." in after
    assert "1 practice that was published stays." not in after


def test_confirmation_that_nobody_signed_claims_nothing(client):
    page = read(client.get("/privacy/erased/?done=e30:x")).one("main")

    assert (page.one("h1").text, page.all("ul")) == ("Your personal data", [])


def test_credit_kept_at_the_deletion_is_removed_later_by_a_mailed_link(client):
    practice = submissions_of_dalia().practice
    erase_by_link(client, None, credit="keep")
    path = personal_data_address(ADDRESS)

    [remove] = [href for label, href in read(client.get(path)).links() if label == "Remove the credit"]
    client.post(remove)

    practice.refresh_from_db()
    assert (practice.credit, Submitter.objects.get().erased_key) == ("", "")
    assert set(held()) == {"practices.DataRequest", "practices.OutboxMessage"}  # the request for the link


def test_credit_removed_later_leaves_the_way_to_remove_another(client):
    first = submissions_of_dalia().practice
    second = make_submission(
        State.PUBLISHED, submitter=dalia(), credit="Numbat Trust", title="Clinics"
    ).practice
    erase_by_link(client, None, credit="keep")

    for practice in (first, second):
        client.post(f"{personal_data_address(ADDRESS)}credit/{practice.pk}/")

    left = set(Practice.objects.filter(pk__in=[first.pk, second.pk]).values_list("credit", flat=True))
    assert (left, set(Submitter.objects.values_list("erased_key", flat=True))) == ({""}, {""})


def test_credit_is_removed_from_the_page_of_the_submission_without_deleting_it(client):
    submission = submissions_of_dalia()
    page = read(client.get(f"/submissions/{submission.token}/privacy/"))

    [remove] = [href for label, href in page.links() if label == "Remove the credit"]
    response = client.post(remove)

    submission.practice.refresh_from_db()
    assert response.headers["Location"] == f"/submissions/{submission.token}/privacy/?removed"
    assert (submission.practice.credit, Submitter.objects.filter(email=ADDRESS).count()) == ("", 3)


def test_link_to_remove_a_credit_does_not_reach_that_of_others(client):
    other = make_submission(State.PUBLISHED, credit="Port of Batumi")
    submissions_of_dalia()

    response = client.post(f"{personal_data_address(ADDRESS)}credit/{other.practice_id}/")

    other.practice.refresh_from_db()
    assert (response.status_code, other.practice.credit) == (302, "Port of Batumi")


def test_erasure_of_a_submitter_keeps_decisions(client):
    submission = submissions_of_dalia()

    erase_by_link(client, submission)

    [submitter] = Submitter.objects.all()
    assert (submitter.name, submitter.email, bool(submitter.erased_at)) == ("", "", True)
    assert list(ModerationEvent.objects.values_list("to_state", flat=True)) == ["submitted", "published"]


def test_private_links_end_with_the_erasure(client):
    submission = submissions_of_dalia()
    path = personal_data_address(ADDRESS, "personal-data-delete")

    client.post(path, {"credit": "keep", "confirmed": "on"})

    links = [submission.get_private_url(), path, path.replace("delete/", "")]
    assert [client.get(link).status_code for link in links] == [404, 404, 404]


def test_following_the_mailed_links_erases_nothing(client):
    submissions_of_dalia()
    before = held()

    for name in ("personal-data-held", "personal-data-export", "personal-data-delete"):
        client.get(personal_data_address(ADDRESS, name))

    assert {table: marks for table, marks in held().items() if table in before} == before


def test_posting_to_the_page_that_shows_erases_nothing(client):
    submissions_of_dalia()

    response = client.post(personal_data_address(ADDRESS))

    assert (response.status_code, Submission.objects.count()) == (405, 3)


def test_erasure_is_idempotent_and_spares_others():
    submissions_of_dalia()
    other = make_submission(State.SUBMITTED)

    for _time in range(2):
        personal_data.erase(personal_data.Held.on_address(ADDRESS), keep_credit=True)

    assert list(Submission.objects.exclude(state=State.PUBLISHED)) == [other]
    assert OutboxMessage.objects.filter(submission=other).count() == 2


@pytest.mark.parametrize("address", ["", " ", "nobody@example.org"])
def test_address_on_which_nothing_is_held_erases_nothing(address):
    make_submission(State.DRAFT, submitter=make_submitter(email=""))

    personal_data.erase(personal_data.Held.on_address(address), keep_credit=False)

    assert Submission.objects.count() == 1


# Retention ------------------------------------------------------------------------


def one_of_everything():
    """Create one of everything with a retention period, all dated NOW."""
    for state in (State.REJECTED, State.WITHDRAWN, State.SPAM, State.PUBLISHED, State.SUBMITTED):
        make_submission(state, now=NOW, title=f"Is {state}")
    make_subscription(confirmed=False)
    Subscriber.objects.update(created_at=NOW)
    Subscription.objects.update(requested_at=NOW)
    OutboxMessage.objects.update(created_at=NOW, sent_at=NOW)
    DataRequest.objects.create(address="ana@example.org", requested_at=NOW)
    rate_limits.count("form", "192.0.2.1", limit=1, window=timedelta(hours=1), now=NOW)
    SentForm.objects.create(key="a form", at=NOW)


def counts(**changes):
    return {
        "submissions not accepted": 0,
        "spam that nobody checked": 0,
        "contacts of submitters": 0,
        "subscriptions never confirmed": 0,
        "addresses of messages": 0,
        "questions never confirmed": 0,
        "contacts for questions never confirmed": 0,
        "questions that ended": 0,
        "askers of published questions": 0,
        "contents of messages": 0,
        "requests for personal data": 0,
        "sign-ins of staff": 0,
        "sessions that ended": 0,
        "counters": 0,
        "forms that were sent": 0,
        "counts of errors": 0,
        "audit log": 0,
    } | changes


@pytest.mark.parametrize(
    ("days", "erased"),
    [
        (1, {"counters": 2}),
        (2, {"counters": 2, "requests for personal data": 1}),
        (
            7,
            {
                "counters": 2,
                "contents of messages": 1,
                "forms that were sent": 1,
                "requests for personal data": 1,
                "subscriptions never confirmed": 1,
            },
        ),
        (
            364,
            {
                "counters": 2,
                "contents of messages": 1,
                "forms that were sent": 1,
                "requests for personal data": 1,
                "subscriptions never confirmed": 1,
                "addresses of messages": 11,
            },
        ),
        (
            365,
            {
                "counters": 2,
                "contents of messages": 1,
                "forms that were sent": 1,
                "requests for personal data": 1,
                "subscriptions never confirmed": 1,
                "submissions not accepted": 3,
                "addresses of messages": 4,
            },
        ),
    ],
)
def test_retention_erases_expired_data(days, erased):
    one_of_everything()
    now = NOW + timedelta(days=days)

    rehearsed = personal_data.apply_retention(now=now, dry_run=True)
    done = personal_data.apply_retention(now=now)

    assert set(rehearsed) == set(done) == set(counts())
    assert {what: done[what] > 0 for what in done} == {what: what in erased for what in done}
    assert personal_data.apply_retention(now=now) == counts()


def test_retention_forgets_a_contact_and_keeps_the_practice():
    submission = make_submission(State.PUBLISHED, now=NOW, credit="Ana Reyes")
    waiting = make_submission(State.SUBMITTED, now=NOW, submitter=make_submitter(name="Still waits"))

    personal_data.apply_retention(now=NOW + timedelta(days=730))

    assert list(Submitter.objects.order_by("pk").values_list("name", flat=True)) == ["", "Still waits"]
    assert (Submission.objects.get(pk=submission.pk).practice.credit, waiting.submitter.email) == (
        "Ana Reyes",
        "ana@example.org",
    )


@pytest.mark.parametrize("is_contact", [False, True])
def test_retention_leaves_what_a_moderator_has_reopened_meanwhile(is_contact):
    read_before = make_submission(State.REJECTED, now=NOW)
    workflow.reopen(Submission.objects.get(), by=make_moderator())

    if is_contact:
        erased = retention._anonymise_submitter(read_before.submitter, now=NOW)
    else:
        erased = retention._delete_submission(read_before)

    assert (erased, Submission.objects.get().state) == (0, State.IN_REVIEW)
    assert Submitter.objects.get().email


def test_retention_has_a_dry_run(capsys):
    submission = make_submission(State.REJECTED, now=timezone.now() - timedelta(days=400))

    call_command("apply_retention", dry_run=True)

    assert capsys.readouterr().out.splitlines() == [
        "submissions not accepted: 1",
        "spam that nobody checked: 0",
        "contacts of submitters: 0",
        "subscriptions never confirmed: 0",
        "questions never confirmed: 0",
        "contacts for questions never confirmed: 0",
        "questions that ended: 0",
        "askers of published questions: 0",
        "contents of messages: 0",
        "addresses of messages: 0",
        "requests for personal data: 0",
        "sign-ins of staff: 0",
        "sessions that ended: 0",
        "counters: 0",
        "forms that were sent: 0",
        "counts of errors: 0",
        "audit log: 0",
    ]
    assert Submission.objects.get() == submission


def test_message_forgets_its_links_a_week_after_it_was_sent(clock):
    make_submission(State.SUBMITTED)
    OutboxMessage.objects.filter(kind=Kind.SUBMISSION_CONFIRM).update(sent_at=timezone.now())
    clock.shift(timedelta(days=6))
    personal_data.apply_retention()
    before = OutboxMessage.objects.get(kind=Kind.SUBMISSION_CONFIRM).context

    clock.shift(timedelta(days=1))
    personal_data.apply_retention()

    message = OutboxMessage.objects.get(kind=Kind.SUBMISSION_CONFIRM)
    assert (list(before), message.context, message.address) == (["confirm_path"], {}, "ana@example.org")


def test_message_that_waits_keeps_its_address():
    make_submission(State.SUBMITTED)
    OutboxMessage.objects.update(created_at=NOW - timedelta(days=1000))

    personal_data.apply_retention(now=NOW)

    waiting = OutboxMessage.objects.waiting()
    assert set(waiting.values_list("address", flat=True)) == {"ana@example.org"}


def test_counter_within_its_window_stays():
    rate_limits.count("form", "192.0.2.1", limit=1, window=timedelta(hours=1), now=NOW)

    personal_data.apply_retention(now=NOW)

    assert LimitBucket.objects.count() == 1


def test_sign_in_of_staff_is_forgotten_after_a_day(client, moderator, clock):
    client.force_login(moderator)
    UserSession.objects.create(
        user=moderator, ip="192.0.2.0", session_key=client.session.session_key, user_agent="Firefox"
    )
    clock.shift(timedelta(hours=23))
    personal_data.apply_retention()
    before = UserSession.objects.count()

    clock.shift(timedelta(hours=1))
    personal_data.apply_retention()

    assert (before, UserSession.objects.count(), Session.objects.count()) == (1, 0, 0)


def test_possible_spam_is_kept_longer_until_a_moderator_has_checked_it(moderator):
    unchecked, checked = (make_submission(trapped=True, now=NOW) for _number in range(2))
    workflow.confirm_spam(checked, by=moderator, now=NOW)

    left = []
    for days in (365, 729, 730):
        personal_data.apply_retention(now=NOW + timedelta(days=days))
        left.append(list(Submission.objects.all()))

    assert left == [[unchecked], [unchecked], []]


def test_privacy_page_says_how_long_things_are_kept(client, settings):
    settings.RETENTION_REJECTED_DAYS, settings.CONFIRMATION_DAYS = 99, 1

    facts = read(client.get("/privacy/")).one("dl")

    assert list(zip(facts.texts("dt"), facts.texts("dd"), strict=True)) == [
        ("A draft that nobody continues", "90 days"),
        (
            "A submission whose submitter does not answer a request for changes; it is then withdrawn",
            "180 days",
        ),
        ("A submission that was not accepted, withdrawn or marked as spam, after that decision", "99 days"),
        ("A submission that looks like spam and that no moderator has checked", "730 days"),
        ("A submitter's name and address, after the last decision", "730 days"),
        ("A subscription that was never confirmed", "1 day"),
        ("A question that was never confirmed", "1 day"),
        (
            "A question and its answer, after its end; if published, the name and address of the asker",
            "365 days",
        ),
        ("The text of an e-mail, after it was sent", "7 days"),
        ("The address an e-mail was sent to, and the text of an e-mail that could not be sent", "90 days"),
        ("A request for the link to your personal data", "2 days"),
        ("A hash of a form that was sent, so that it is not stored twice", "7 days"),
        ("The network and browser from which staff signed in", "1 day"),
        ("The record that personal data was requested or deleted, without the address", "365 days"),
        ("A count of requests from a network or e-mail address, as a keyed hash", "1 day"),
    ]


# At once ----------------------------------------------------------------------------


def test_erasure_beside_an_update_leaves_nothing(at_once):
    """An update that is begun while the erasure waits for its lock is erased too, or is refused."""
    left = []
    for number in range(8):
        submission = make_submission(
            State.PUBLISHED, submitter=make_submitter(email=f"a{number}@example.org")
        )
        held = personal_data.Held.on_address(submission.submitter.email)
        steps = [
            partial(personal_data.erase, held, keep_credit=True),
            partial(workflow.begin_update, submission, language="en"),
        ]

        at_once(2, lambda steps=steps: steps.pop()())

        left += Submitter.objects.exclude(email="").values_list("email", flat=True)

    assert left == []


def test_link_asked_for_beside_an_erasure_leaves_nothing(at_once):
    left = []
    for number in range(8):
        address = make_submission(
            State.DRAFT, submitter=make_submitter(email=f"a{number}@example.org")
        ).submitter.email
        steps = [
            partial(personal_data.erase, personal_data.Held.on_address(address), keep_credit=True),
            partial(personal_data.request_link, address, language="en"),
        ]

        at_once(2, lambda steps=steps: steps.pop()())

        left += OutboxMessage.objects.filter(address=address)

    assert left == []


def test_credit_of_digits_alone_is_a_text():
    practice = make_submission(State.PUBLISHED, credit="2024").practice
    workflow.publish_document(document(credit="Ana Reyes"), to=practice)

    held = personal_data.Held.on_address("ana@example.org")
    assert held.credits_of(practice) == ["2024", "Ana Reyes"]


def test_removal_of_a_credit_that_only_earlier_revisions_have_is_a_change(clock):
    submission = make_submission(State.PUBLISHED, credit="Ana Reyes")
    practice = submission.practice
    workflow.publish_document(practice.document | {"credit": ""}, to=practice)
    before = Practice.objects.get(pk=practice.pk)
    clock.shift(timedelta(minutes=1))

    personal_data.erase(personal_data.Held.on_address("ana@example.org"), keep_credit=False)

    assert Practice.objects.get(pk=practice.pk).changed_at > before.changed_at


# Translations ---------------------------------------------------------------------------


@pytest.fixture
def translated():
    """Return a practice of somebody else, with a translation by Ana."""
    original = make_submission(
        State.PUBLISHED, submitter=make_submitter(email="port@example.org"), credit="Port of Batumi"
    )
    send_translation(State.PUBLISHED, of=original.practice)
    return original.practice


def test_translator_can_have_the_name_removed_and_the_translation_stays(translated):
    held = personal_data.Held.on_address("ana@example.org")

    assert personal_data.remove_credit(held, translated)

    translation = translated.translations.get()
    assert (translation.translator, translation.title, translation.number) == ("", FRENCH["title"], 2)
    assert translated.document["credit"] == "Port of Batumi"
    assert held.credited_practices == []


def test_submitter_who_removes_the_credit_leaves_the_translator_named(translated):
    held = personal_data.Held.on_address("port@example.org")

    personal_data.remove_credit(held, translated)

    assert translated.document["credit"] == ""
    assert translated.translations.get().translator == "Ana Reyes"
    assert Submission.objects.get(translates_into="fr").document["credit"] == "Ana Reyes"


@pytest.mark.parametrize(("keep_credit", "translator"), [(True, "Ana Reyes"), (False, "")])
def test_erasure_of_a_translator_removes_the_name_as_they_wish(translated, keep_credit, translator):
    held = personal_data.Held.on_address("ana@example.org")

    personal_data.erase(held, keep_credit=keep_credit)

    assert translated.translations.get().translator == translator
    assert not Submitter.objects.filter(email="ana@example.org").exists()


def test_copy_names_the_translation_and_its_credit(translated):
    copy = personal_data.export(personal_data.Held.on_address("ana@example.org"))

    [named] = copy["public_credits"]
    assert named["practice"].endswith("?in=fr")
    assert named["credit"] == "Ana Reyes"
    assert copy["submitters"][0]["submissions"][0]["translates_into"] == "fr"


def test_translator_replaced_by_another_has_no_credit_left(translated):
    other = make_submitter(name="Ben", email="ben@example.org")
    send_translation(State.PUBLISHED, of=translated, credit="Ben", submitter=other)

    assert personal_data.Held.on_address("ana@example.org").credited_practices == []


def test_deletion_calls_a_translation_a_translation(client, translated):
    path = personal_data_address("ana@example.org", "personal-data-delete")

    page = read(client.post(path, {"credit": "remove"})).one("main")
    done = read(client.post(path, {"credit": "remove", "confirmed": "on"}, follow=True))

    assert page.all("ul")[1].texts("li") == [f"Your translation {FRENCH['title']} (French)"]
    assert "1 translation that was published stays." in done.texts("li")
    assert "1 practice that was published stays." not in done.texts("li")


# Uses elsewhere -------------------------------------------------------------------------


@pytest.fixture
def used():
    """Return a practice of somebody else, with the use that Ana reported."""
    original = make_submission(
        State.PUBLISHED, submitter=make_submitter(email="port@example.org"), credit="Port of Batumi"
    )
    send_adaptation(State.PUBLISHED, of=original.practice)
    return original.practice


def test_whoever_reported_a_use_can_have_the_name_removed_and_the_report_stays(used):
    held = personal_data.Held.on_address("ana@example.org")

    assert personal_data.remove_credit(held, used)

    row = used.adaptations.get()
    assert (row.credit, row.changes, row.number) == ("", USE["summary"], 2)
    assert used.document["credit"] == "Port of Batumi"
    assert Submission.objects.get(is_adaptation=True).document["credit"] == ""
    assert held.credited_practices == []


def test_submitter_who_removes_the_credit_leaves_that_of_a_report(used):
    held = personal_data.Held.on_address("port@example.org")

    personal_data.remove_credit(held, used)

    assert used.adaptations.get().credit == "Ana Reyes"
    assert Submission.objects.get(is_adaptation=True).document["credit"] == "Ana Reyes"


@pytest.mark.parametrize(("keep_credit", "credit"), [(True, "Ana Reyes"), (False, "")])
def test_erasure_of_whoever_reported_a_use_removes_the_name_as_they_wish(used, keep_credit, credit):
    held = personal_data.Held.on_address("ana@example.org")

    personal_data.erase(held, keep_credit=keep_credit)

    assert used.adaptations.get().credit == credit
    assert not Submitter.objects.filter(email="ana@example.org").exists()


def test_open_report_is_erased_with_its_text():
    practice = make_practice()
    send_adaptation(of=practice)

    personal_data.erase(personal_data.Held.on_address("ana@example.org"), keep_credit=False)

    assert not Submission.objects.exists()


def test_copy_names_the_report_and_its_credit(used):
    copy = personal_data.export(personal_data.Held.on_address("ana@example.org"))

    [named] = copy["public_credits"]
    assert named["practice"].endswith(used.adaptations.get().get_absolute_url())
    assert named["credit"] == "Ana Reyes"
    assert copy["submitters"][0]["submissions"][0]["tells_use_elsewhere"]
