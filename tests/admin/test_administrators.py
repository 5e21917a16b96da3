"""Acts of administrators in the admin: each asks once, is recorded, and says so if there is nothing to do it with."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from practices import workflow
from practices.choices import Kind, State
from practices.core import audit
from practices.models import AuditEvent, OutboxMessage, Submission, Submitter, Subscriber
from practices.notifications import bounces
from tests.support.factories import (
    make_administrator,
    make_moderator,
    make_practice,
    make_submission,
    make_submitter,
    make_subscription,
)
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

LOOK_UP = "/admin/practices/subscriber/address/"
INVITE = "/admin/practices/staffprofile/invite/"
SPAM = "/admin/practices/submission/?pile=spam"
ANA = "ana@example.org"


@pytest.fixture
def administrator(client):
    """Return a client signed in as an administrator who is not a moderator."""
    client.force_login(make_administrator())
    return client


def recorded():
    """Return (act, account, details, hash of the address) of the audit log, without signing in."""
    rows = AuditEvent.objects.exclude(act="signed_in").order_by("pk")
    return list(rows.values_list("act", "by", "what", "subject"))


def said(response):
    return read(response).texts("li", "success") + read(response).texts("li", "error")


# Addresses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/practices/outboxmessage/", 200),
        (LOOK_UP, 200),
        ("/admin/practices/subscriber/", 302),
        ("/admin/practices/submission/", 200),
        (INVITE, 200),
        ("/admin/auth/user/", 403),
        ("/admin/practices/practice/add/", 403),
    ],
)
def test_administrator_sees_what_the_work_takes(administrator, path, status):
    assert administrator.get(path).status_code == status


def test_landing_page_of_an_administrator_leads_to_pages_that_open(administrator):
    page = read(administrator.get("/admin/")).one("main")

    paths = [path for _text, path in page.links() if path.startswith("/admin/")]
    assert {path: administrator.get(path, follow=True).status_code for path in paths} == dict.fromkeys(
        paths, 200
    )


@pytest.mark.parametrize("path", [LOOK_UP, INVITE])
def test_moderator_sees_no_page_of_administrators(client, path):
    client.force_login(make_moderator())

    assert client.get(path).status_code == 403


@pytest.mark.parametrize("name", ["copy", "erase", "release"])
def test_moderator_may_do_no_act_of_administrators(client, name):
    make_subscription(address=ANA)
    client.force_login(make_moderator())

    response = client.post(f"{LOOK_UP}{name}/", {"address": ANA, "confirmed": "yes"})

    assert (response.status_code, Subscriber.objects.count()) == (403, 1)


def test_address_is_looked_up_whole(administrator):
    make_subscription(address=ANA)
    make_submission(State.SUBMITTED, title="Desks", submitter=make_submitter(email=ANA))

    page = read(administrator.post(LOOK_UP, {"address": " Ana@Example.org "}))

    held = page.one("section", "held-on-address")
    assert held.one("h2").text == f"Data about {ANA}"
    assert [text in held.text for text in ("Objective 21", "Desks")] == [True, True]
    assert held.texts("button") == ["Copy …", "Delete personal data …"]


@pytest.mark.parametrize("address", ["ana@exmaple.org", "ana", "ana@", "%", "a"])
def test_address_that_is_mistyped_is_a_fault(administrator, address):
    make_subscription(address=ANA)

    response = administrator.post(LOOK_UP, {"address": address})

    assert (response.status_code, len(read(response).all("ul", "errorlist"))) == (422, 1)


@pytest.mark.parametrize("name", ["copy", "erase"])
def test_act_on_an_address_that_is_mistyped_does_nothing(administrator, name):
    make_subscription(address=ANA)
    form = {"address": "ana@exmaple.org", "credit": "keep", "confirmed": "yes"}

    response = administrator.post(f"{LOOK_UP}{name}/", form, follow=True)

    assert said(response) == ["There is no data about this address. Check its spelling."]
    assert (recorded(), Subscriber.objects.count()) == ([], 1)


def test_subscribers_cannot_be_listed_or_opened_by_number(administrator):
    subscriber = make_subscription(address=ANA).subscriber

    opened = administrator.get(f"/admin/practices/subscriber/{subscriber.pk}/change/", follow=True)
    listed = administrator.get("/admin/practices/subscriber/?q=ana", follow=True)

    assert [ANA in page.text for page in (opened, listed)] == [False, False]


def test_copy_is_given_after_a_question_and_recorded(administrator):
    make_subscription(address=ANA)

    asked = administrator.post(f"{LOOK_UP}copy/", {"address": ANA})
    form = sent_by(read(asked).one("main").one("form"))
    copy = administrator.post(f"{LOOK_UP}copy/", form | {"confirmed": "yes"})

    assert json.loads(copy.content)["subscribers"][0]["address"] == ANA
    assert copy.headers["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    assert recorded() == [("data_exported", "administrator", "admin", audit.key_of(ANA))]


def test_erasure_says_what_follows_and_is_recorded_without_the_address(administrator):
    make_subscription(address=ANA)
    make_submission(State.SUBMITTED, submitter=make_submitter(email=ANA))

    asked = administrator.post(f"{LOOK_UP}erase/", {"address": ANA})
    before = Subscriber.objects.count(), Submitter.objects.count()
    form = {"address": ANA, "credit": "keep", "confirmed": "yes"}
    done = administrator.post(f"{LOOK_UP}erase/", form, follow=True)

    follows = read(asked).one("ul", "what-follows").texts("li")
    assert follows[1:3] == [
        "1 submission that is not published is deleted.",
        "1 subscription is deleted.",
    ]
    assert (before, Subscriber.objects.count(), Submitter.objects.count()) == ((1, 1), 0, 0)
    assert said(done) == ["The personal data is deleted."]
    what = "admin: submissions: 1, practices: 0, subscriptions: 1"
    assert recorded() == [("data_erased", "administrator", what, audit.key_of(ANA))]


@pytest.mark.parametrize("is_subscriber", [True, False])
def test_suspended_address_is_released(administrator, is_subscriber):
    if is_subscriber:
        make_subscription(address=ANA)
    bounces.record_complaint(ANA, now=timezone.now())

    page = read(administrator.post(LOOK_UP, {"address": ANA}))
    administrator.post(f"{LOOK_UP}release/", {"address": ANA})
    asked = recorded()
    done = administrator.post(f"{LOOK_UP}release/", {"address": ANA, "confirmed": "yes"}, follow=True)

    assert "No e-mail is sent to it, because of a spam complaint." in page.text
    what = "suspended because of complaint"
    assert (asked, said(done)) == ([], ["E-mail is sent to the address again."])
    assert recorded() == [("address_released", "administrator", what, audit.key_of(ANA))]
    assert not Subscriber.objects.exclude(suspended_at=None).exists()
    again = administrator.post(f"{LOOK_UP}release/", {"address": ANA, "confirmed": "yes"}, follow=True)
    assert said(again) == ["Nothing was changed: the address is not suspended."]


# Spam -----------------------------------------------------------------------------


def choose(*submissions, **more):
    return {"action": "delete_spam", "_selected_action": [each.pk for each in submissions], **more}


def test_spam_is_deleted_after_a_question(administrator):
    spam, real = make_submission(State.SPAM, title="Pills"), make_submission(State.SUBMITTED, title="Desks")

    asked = read(administrator.post(SPAM, choose(spam)))
    form = sent_by(asked.one("main").one("form"))
    before = Submission.objects.count()
    done = administrator.post(SPAM, form | {"confirmed": "yes"}, follow=True)

    assert (before, list(Submission.objects.all()), said(done)) == (2, [real], ["1 submission deleted."])
    assert recorded() == [("spam_deleted", "administrator", "submissions: 1", "")]


def test_what_is_not_spam_is_not_deleted(administrator):
    real = make_submission(State.SUBMITTED)

    response = administrator.post(SPAM, choose(real, confirmed="yes"), follow=True)

    assert said(response) == ["Nothing was deleted: only what is marked as spam can be."]
    assert (Submission.objects.count(), recorded()) == (1, [])


def test_moderator_deletes_no_spam(client):
    spam = make_submission(State.SPAM)
    client.force_login(make_moderator())

    client.post(SPAM, choose(spam, confirmed="yes"))

    assert Submission.objects.count() == 1


# Invitations ----------------------------------------------------------------------


def invite(client, username="amina", address="amina@example.org"):
    return client.post(INVITE, {"username": username, "address": address, "confirmed": "yes"}, follow=True)


def link():
    return OutboxMessage.objects.filter(kind=Kind.STAFF_INVITATION).latest("pk").context["invitation_path"]


PASSWORD = {"new_password1": "a quiet orange bridge", "new_password2": "a quiet orange bridge"}


def test_invited_moderator_chooses_a_password_and_signs_in(administrator, client):
    said_so = said(invite(administrator))
    client.logout()

    page = client.get(link())
    chosen = client.post(link(), PASSWORD)
    signed_in = client.post(
        "/admin/account/login/", {"login": "amina", "password": "a quiet orange bridge"}, follow=True
    )

    user = User.objects.get(username="amina")
    assert said_so == ["Invited: amina. The e-mail is on its way."]
    assert (page.status_code, chosen.headers["Location"]) == (200, "/admin/account/login/")
    assert (signed_in.status_code, user.has_perm(workflow.MODERATE), user.is_superuser) == (200, True, False)


def test_invitation_is_recorded_without_the_address(administrator):
    invite(administrator)

    account = f"auth.user {User.objects.get(username='amina').pk}"
    address = audit.key_of("amina@example.org")
    assert recorded() == [("moderator_invited", "administrator", account, address)]


def test_link_works_once(administrator, client):
    invite(administrator)
    client.post(link(), PASSWORD)

    assert client.get(link()).status_code == 404


def test_opening_the_link_changes_nothing(administrator, client):
    invite(administrator)

    client.get(link())

    assert not User.objects.get(username="amina").has_usable_password()


def test_weak_password_is_refused(administrator, client):
    invite(administrator)

    response = client.post(link(), {"new_password1": "amina", "new_password2": "amina"})

    assert response.status_code == 422
    assert not User.objects.get(username="amina").has_usable_password()


def test_link_expires(administrator, client, clock, settings):
    invite(administrator)
    clock.shift(timedelta(days=settings.INVITATION_DAYS, seconds=2))

    assert client.get(link()).status_code == 404


@pytest.mark.parametrize("path", ["MQ/x", "MQ/cx3k1s-0123", "²/x", "AAAA/x", f"{'9' * 300}/x"])
def test_made_up_link_opens_nothing(client, path):
    make_moderator()
    path = f"/admin/account/invitation/{path}/"

    assert [client.get(path).status_code, client.post(path, PASSWORD).status_code] == [404, 404]


def test_invitation_to_a_wrong_address_is_sent_again_to_the_right_one(administrator, client):
    invite(administrator, address="amian@example.org")
    wrong = link()

    invite(administrator)

    assert (client.get(wrong).status_code, client.get(link()).status_code) == (404, 200)
    assert User.objects.get(username="amina").email == "amina@example.org"


@pytest.mark.parametrize("superuser", [True, False])
def test_account_of_somebody_else_is_never_taken_over(administrator, superuser):
    other = User.objects.create_user("boss", "boss@example.org", is_staff=True, is_superuser=superuser)

    response = invite(administrator, username="Boss", address="mine@example.org")

    other.refresh_from_db()
    assert (response.status_code, other.email) == (422, "boss@example.org")
    assert not OutboxMessage.objects.exists()


def test_address_of_another_account_is_a_fault(administrator):
    User.objects.create_user("boss", "Boss@example.org", password="correct horse")

    response = invite(administrator, address="boss@example.org")

    assert (response.status_code, "Another account has this address." in response.text) == (422, True)


# Redaction ------------------------------------------------------------------------


def revised(**changes):
    practice = make_practice(title="Desks", lessons="Call Josefa on 555 0199.")
    workflow.publish_document(practice.document | {"lessons": "We learnt."} | changes, to=practice)
    practice.refresh_from_db()
    return practice


def redact_page(practice, number=1):
    return f"/admin/practices/practice/{practice.pk}/revisions/{number}/redact/"


def test_administrator_redacts_an_earlier_revision(administrator):
    practice = revised()
    listed = read(administrator.get(f"/admin/practices/practice/{practice.pk}/change/"))

    form = sent_by(read(administrator.get(redact_page(practice))).one("main").one("form"))
    form |= {"fields_to_redact": ["lessons"], "reason": "It named a person.", "confirmed": "yes"}
    done = administrator.post(redact_page(practice), form, follow=True)

    assert redact_page(practice) in [path for _text, path in listed.links()]
    assert said(done) == ["Redacted. The revision says that something was removed, and why."]
    assert practice.revisions.get(number=1).document["lessons"] == ""
    what = f"practices.practice {practice.pk}: Redacted revision 1."
    assert recorded() == [("revision_redacted", "administrator", what, "")]


@pytest.mark.parametrize("missing", ["fields_to_redact", "reason"])
def test_redaction_needs_a_text_and_a_note(administrator, missing):
    practice = revised()
    form = {"fields_to_redact": ["lessons"], "reason": "It named a person.", "confirmed": "yes"}
    del form[missing]

    response = administrator.post(redact_page(practice), form)

    assert (response.status_code, recorded()) == (422, [])


def test_current_text_has_to_be_edited_first(administrator):
    practice = revised(lessons="Call Josefa on 555 0199.", area="Batumi")
    form = sent_by(read(administrator.get(redact_page(practice))).one("main").one("form"))
    form |= {"fields_to_redact": ["lessons"], "reason": "It named a person.", "confirmed": "yes"}

    response = administrator.post(redact_page(practice), form)

    assert (response.status_code, "Edit the practice first." in response.text) == (422, True)


def test_redaction_offers_no_text_that_the_practice_still_has(administrator):
    page = read(administrator.get(redact_page(revised()))).one("main")

    offered = [box["value"] for box in page.all("input", name="fields_to_redact")]
    assert offered == ["lessons"]
    assert "because the current text says the same: Title, Summary." in page.text


def test_latest_revision_has_no_page_to_redact_it(administrator):
    assert administrator.get(redact_page(revised(), 2)).status_code == 404


def test_moderator_redacts_nothing(client):
    client.force_login(make_moderator())

    assert client.get(redact_page(revised())).status_code == 403


def test_list_of_subscribers_names_their_languages(admin_client):
    make_subscription(address=ANA)
    Subscriber.objects.update(language="fr")

    page = read(admin_client.get("/admin/practices/subscriber/"))

    cells = page.one("td", "field-language")
    [shown] = page.all("details", **{"data-filter-title": "language"})
    assert cells.text == "Français"
    assert "Français" in shown.text
    assert "fr" not in shown.text.split()
