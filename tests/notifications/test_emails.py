import copy
import dataclasses
import email
import email.policy
import re
from datetime import timedelta
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from django.conf import settings as catalogue
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from practices import personal_data, workflow
from practices.choices import NEWS, Kind, QuestionState, State
from practices.models import Announcement, Broadcast, Fault, OutboxMessage, Practice, Subscription
from practices.notifications import emails, sender, subscriptions, watch
from practices.notifications.emails import rendering
from practices.notifications.outbox import news
from tests.support.factories import (
    announced_to,
    confirm,
    document,
    make_check,
    make_message,
    make_moderator,
    make_practice,
    make_question,
    make_submission,
    make_submitter,
    make_subscription,
    make_summarised,
    send_adaptation,
    send_translation,
)
from tests.support.pages import read_html

pytestmark = pytest.mark.django_db

SITE = "https://practices.example.org"
LINK = re.compile(rf"{SITE}[^\s\"<>]*")


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE
    settings.SITE_HOST = "practices.example.org"


def queued(kind, **changes):  # noqa: PLR0912 - a step for each kind
    """Return a message of that kind, queued by the step that sends it, of a document with `changes`."""
    match kind:
        case Kind.SUBSCRIPTION_CONFIRM:
            make_subscription(21, confirmed=False)
        case Kind.SUBSCRIPTION_ADDED:
            make_subscription(21)
            subscriptions.subscribe("reader@example.org", query="objective=21", language="en")
        case Kind.SUBSCRIPTION_LINK:
            make_subscription(21)
            subscriptions.send_preferences_link("reader@example.org")
        case Kind.PERSONAL_DATA_LINK:
            make_subscription(21)
            personal_data.request_link("reader@example.org", language="en")
        case Kind.PRACTICE_PUBLISHED:
            announced_to(make_subscription(21), **changes)
        case Kind.PRACTICE_UPDATED:
            make_subscription(21)
            practice = make_practice(**changes)
            newer = document(**changes | {"resources": "Our forms."})
            workflow.publish_document(newer, to=practice, material=True, note="New results")
            sender.fan_out_all()
        case Kind.FOLLOWED_WITHDRAWN | Kind.FOLLOWED_RESTORED:
            practice = make_practice(**changes)
            make_subscription(query=f"practice={practice.pk}")
            workflow.withdraw_practice(practice, by=make_moderator(), reason="Its source is gone.")
            sender.fan_out_all()
            if kind == Kind.FOLLOWED_RESTORED:
                OutboxMessage.objects.update(sent_at=timezone.now())
                workflow.restore_practice(practice, by=make_moderator())
                sender.fan_out_all()
        case Kind.DIGEST:
            make_subscription(21, cadence="daily")
            make_practice(announce=True, **changes)
            sender.fan_out_all()
            Announcement.objects.update(due_at=timezone.now())
            sender.fan_out_all()
        case Kind.SUBMISSION_CONFIRM:
            make_submission(**changes)
        case Kind.SUBMISSION_LINK:
            workflow.mail_link(make_submission(**changes))
        case Kind.SUBMISSION_LINKS:
            make_submission(**changes)
            workflow.mail_links("ana@example.org", language="en")
        case Kind.SUBMISSION_EXPIRES:
            make_submission(now=timezone.now() - timedelta(days=80), **changes)
            workflow.expire_drafts()
        case Kind.SUBMISSION_UNANSWERED:
            make_submission(State.CHANGES_REQUESTED, now=timezone.now() - timedelta(days=170), **changes)
            workflow.close_unanswered()
        case Kind.SUBMISSION_CLOSED:
            workflow.close(make_submission(State.CHANGES_REQUESTED, **changes))
        case Kind.SUBMISSION_MESSAGE:
            submission = make_submission(State.SUBMITTED, **changes)
            workflow.write(submission, "Which years?", by=make_moderator())
        case Kind.SUBMISSION_RECEIVED:
            make_submission(State.SUBMITTED, **changes)
        case Kind.SUBMISSION_CHANGES_REQUESTED:
            make_submission(State.CHANGES_REQUESTED, **changes)
        case Kind.SUBMISSION_SCHEDULED:
            make_submission(State.SCHEDULED, **changes)
        case Kind.SUBMISSION_PUBLISHED:
            make_submission(State.PUBLISHED, **changes)
        case Kind.SUBMISSION_REJECTED:
            make_submission(State.REJECTED, **changes)
        case Kind.SUBMISSION_REOPENED:
            submission = make_submission(State.REJECTED, **changes)
            submission.messages.update(sent_at=timezone.now())
            workflow.reopen(submission, by=make_moderator())
        case Kind.MODERATION_ANSWER:
            moderator = make_summarised(answers=True).user
            submission = make_submission(State.SUBMITTED, **changes)
            workflow.assign(submission, to=moderator, by=moderator)
            workflow.write(submission, "Which years?")
        case Kind.MODERATION_SUMMARY:
            make_submission(State.SUBMITTED, **changes)
            make_summarised()
            workflow.send_summaries()
        case Kind.STAFF_INVITATION:
            workflow.invite_moderator("amina", "amina@example.org", by=make_moderator())
        case Kind.OPERATION_REPORT:
            Fault.objects.create(
                fingerprint="1", what="ValueError", place="practices/web/browse/listing.py:40, page"
            )
            with override_settings(ADMINS=["admin@example.org"]):
                watch.report(now=timezone.now())
        case Kind.PRACTICE_CHECK:
            make_check(**changes)
        case Kind.QUESTION_CONFIRM:
            make_question(QuestionState.ASKED, practice=make_submission(State.PUBLISHED, **changes).practice)
        case Kind.QUESTION_ASKED:
            make_question(practice=make_submission(State.PUBLISHED, **changes).practice)
        case Kind.QUESTIONS_WAITING:
            practice = make_submission(State.PUBLISHED, **changes).practice
            for text in ("Who paid?", "And since?"):
                make_question(practice=practice, text=text, now=timezone.now() - timedelta(days=20))
            workflow.follow_up_questions()
        case Kind.QUESTION_ANSWERED:
            make_question(
                QuestionState.ANSWERED, practice=make_submission(State.PUBLISHED, **changes).practice
            )
        case Kind.QUESTION_ENDED:
            make_question(
                QuestionState.DECLINED, practice=make_submission(State.PUBLISHED, **changes).practice
            )
        case Kind.QUESTION_CONTACT:
            workflow.set_question_contact(
                make_practice(**changes), "desk@example.org", language="en", by=make_moderator()
            )
        case Kind.SUBMISSION_UNSCHEDULED:
            workflow.cancel_publication(make_submission(State.SCHEDULED, **changes), by=make_moderator())
        case _:
            after_publication(kind, make_submission(State.PUBLISHED, **changes))
    return found(kind)


def after_publication(kind, submission):
    """Make the step of a practice that mails this kind to its submitter."""
    practice, by = submission.practice, make_moderator()
    match kind:
        case Kind.PRACTICE_REVISED:
            workflow.edit_practice(practice, practice.document | {"area": "Batumi"}, by=by, note="Named it.")
        case Kind.PRACTICE_WITHDRAWN:
            workflow.withdraw_practice(practice, by=by, reason="Its source is gone.")
        case Kind.PRACTICE_RESTORED:
            workflow.withdraw_practice(practice, by=by, reason="Its source is gone.")
            OutboxMessage.objects.update(sent_at=timezone.now())
            workflow.restore_practice(practice, by=by, reason="Its source is back.")
        case Kind.PRACTICE_MERGED:
            workflow.merge(practice, into=make_practice(title="Desks"), by=by)
        case Kind.TRANSLATION_WITHDRAWN | Kind.TRANSLATION_RESTORED:
            send_translation(State.PUBLISHED, of=practice, title=practice.title)
            workflow.withdraw_translation(practice, language="fr", by=by, reason="Its source is gone.")
            workflow.restore_translation(practice, language="fr", by=by, reason="Its source is back.")
        case Kind.ADAPTATION_WITHDRAWN | Kind.ADAPTATION_RESTORED:
            send_adaptation(State.PUBLISHED, of=practice)
            row = practice.adaptations.get()
            workflow.withdraw_adaptation(practice, adaptation=row, by=by, reason="Its source is gone.")
            workflow.restore_adaptation(practice, adaptation=row, by=by, reason="Its source is back.")
        case Kind.WITHDRAWAL_REQUESTED:
            workflow.request_withdrawal(submission, reason="It names a colleague.")
        case Kind.WITHDRAWAL_DECLINED:
            workflow.request_withdrawal(submission, reason="It names a colleague.")
            workflow.decline_withdrawal(practice, by=by, reason="The name is gone.")


def found(kind):
    """Return the message of that kind with its news."""
    message = OutboxMessage.objects.select_related("subscriber").filter(kind=kind).latest("pk")
    news.attach([message])
    return message


@pytest.fixture(scope="module")
def mails(rolled_back):
    """Return {kind: composed e-mail}."""
    composed = {}
    for kind in Kind:
        with rolled_back(SITE_URL=SITE, SITE_HOST="practices.example.org"):
            composed[kind] = emails.compose(queued(kind))
    return composed


def html_of(mail):
    [alternative] = mail.alternatives
    return alternative.content


def in_bytes(mail):
    return mail.message(policy=email.policy.SMTP).as_bytes()


def as_received(mail):
    """Parse the mail as a recipient would after SMTP."""
    return email.message_from_bytes(in_bytes(mail), policy=email.policy.default)


def test_every_kind_has_its_folder():
    folders = {path.name for path in (catalogue.BASE_DIR / "templates" / "emails").iterdir() if path.is_dir()}

    assert folders == set(Kind.values)


SITE_NAME = " – Migration Good Practices"
OBJECTIVE = "Objective 21: Dignified return and reintegration"
TITLE = "Pension desks in two ports"


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        (Kind.SUBSCRIPTION_CONFIRM, f"Confirm your subscription to {OBJECTIVE}"),
        (Kind.SUBSCRIPTION_ADDED, f"You already subscribe to {OBJECTIVE}"),
        (Kind.SUBSCRIPTION_LINK, "Your link to manage your subscriptions"),
        (Kind.PERSONAL_DATA_LINK, "Your link to see, copy or delete your personal data"),
        (Kind.PRACTICE_UPDATED, f"Objective 21: updated practice “{TITLE}”"),
        (Kind.FOLLOWED_WITHDRAWN, "Practice {practice} was withdrawn"),
        (Kind.FOLLOWED_RESTORED, f"“{TITLE}” is in the catalogue again"),
        (Kind.DIGEST, "Objective 21: 1 new practice ({today})"),
        (Kind.PRACTICE_PUBLISHED, f"Objective 21: new practice “{TITLE}”"),
        (Kind.SUBMISSION_CONFIRM, "Confirm the practice you submitted"),
        (Kind.SUBMISSION_LINK, "Your private link to your draft practice"),
        (Kind.SUBMISSION_LINKS, "Your private links to what you submitted"),
        (Kind.SUBMISSION_EXPIRES, "Your draft practice will be deleted after {day}"),
        (Kind.SUBMISSION_UNANSWERED, f"Changes requested, please reply by {{day}}: {TITLE}"),
        (Kind.SUBMISSION_CLOSED, f"Closed without a reply: {TITLE}"),
        (Kind.SUBMISSION_MESSAGE, f"Message from a moderator: {TITLE}"),
        (Kind.SUBMISSION_RECEIVED, f"Received: {TITLE}"),
        (Kind.SUBMISSION_CHANGES_REQUESTED, f"Changes requested: {TITLE}"),
        (Kind.SUBMISSION_SCHEDULED, f"Accepted, to be published on {{day}}: {TITLE}"),
        (Kind.SUBMISSION_PUBLISHED, f"Published: {TITLE}"),
        (Kind.SUBMISSION_REJECTED, f"Not accepted: {TITLE}"),
        (Kind.SUBMISSION_REOPENED, f"Reviewed again: {TITLE}"),
        (Kind.MODERATION_ANSWER, f"Reply from the submitter: {TITLE}"),
        (Kind.MODERATION_SUMMARY, "1 submission is waiting for a decision"),
        (Kind.STAFF_INVITATION, "Your invitation to moderate"),
        (Kind.OPERATION_REPORT, "1 kind of error in the catalogue"),
        (Kind.PRACTICE_CHECK, f"Is this still true? {TITLE}"),
        (Kind.SUBMISSION_UNSCHEDULED, f"Not published on {{day}}: {TITLE}"),
        (Kind.PRACTICE_REVISED, f"Edited by the moderators: {TITLE}"),
        (Kind.PRACTICE_WITHDRAWN, f"Withdrawn from the catalogue: {TITLE}"),
        (Kind.PRACTICE_RESTORED, f"Back in the catalogue: {TITLE}"),
        (Kind.PRACTICE_MERGED, f"Merged with another practice: {TITLE}"),
        (Kind.TRANSLATION_WITHDRAWN, f"Translation withdrawn from the catalogue: {TITLE}"),
        (Kind.TRANSLATION_RESTORED, f"Translation in the catalogue again: {TITLE}"),
        (Kind.ADAPTATION_WITHDRAWN, f"Report withdrawn from the catalogue: {TITLE}"),
        (Kind.ADAPTATION_RESTORED, f"Report back in the catalogue: {TITLE}"),
        (Kind.QUESTION_CONFIRM, f"Confirm your question about “{TITLE}”"),
        (Kind.QUESTION_ASKED, f"A reader asks about “{TITLE}”: How many people work there?"),
        (Kind.QUESTIONS_WAITING, "Reminder: 2 questions of readers wait for your answer"),
        (Kind.QUESTION_ANSWERED, f"Answer to your question about “{TITLE}”"),
        (Kind.QUESTION_ENDED, f"No answer to your question about “{TITLE}”"),
        (Kind.QUESTION_CONTACT, f"Will you answer questions about “{TITLE}”?"),
        (Kind.WITHDRAWAL_REQUESTED, f"You asked us to withdraw: {TITLE}"),
        (Kind.WITHDRAWAL_DECLINED, f"Not withdrawn: {TITLE}"),
    ],
)
def test_mail_has_its_subject_and_one_recipient(kind, subject):
    message = queued(kind)

    mail = emails.compose(message)

    today = date_format(timezone.localdate(), "DATE_FORMAT")
    practice = message.practice_id
    expected = subject.format(day=message.context.get("day"), today=today, practice=practice) + SITE_NAME
    assert (mail.subject, mail.to, mail.cc, mail.bcc) == (expected, [message.address], [], [])


@pytest.mark.parametrize(
    ("is_change", "is_asked", "subject", "words"),
    [
        (False, False, f"Reviewed again: {TITLE}", f"did not accept “{TITLE}”. They are reviewing it again."),
        (
            False,
            True,
            f"Waiting for your changes again: {TITLE}",
            f"did not accept “{TITLE}”. This is no longer so.",
        ),
        (True, False, f"Reviewed again: {TITLE}", "They are reviewing them again."),
        (
            True,
            True,
            f"Waiting for your changes again: {TITLE}",
            f"your changes to “{TITLE}”. This is no longer so.",
        ),
    ],
)
def test_mail_about_a_rejection_that_was_undone_says_what_is_so_now(is_change, is_asked, subject, words):
    practice = make_practice() if is_change else None
    state = State.CHANGES_REQUESTED if is_asked else State.SUBMITTED
    submission, by = make_submission(state, practice=practice), make_moderator()
    made = workflow.undoable(submission, lambda one: workflow.reject(one, by=by, reason="Off topic."))
    OutboxMessage.objects.update(sent_at=timezone.now())

    workflow.undo(made, by=by)

    mail = emails.compose(OutboxMessage.objects.latest("pk"))
    assert (mail.subject, words in " ".join(mail.body.split())) == (subject + SITE_NAME, True)


@pytest.mark.parametrize("kind", [Kind.SUBMISSION_LINK, Kind.SUBMISSION_RECEIVED, Kind.SUBMISSION_EXPIRES])
def test_mail_about_changes_does_not_speak_of_a_practice_that_was_submitted(kind):
    update = make_submission(practice=make_practice())
    message = OutboxMessage.objects.latest("pk")
    message.kind, message.context = kind, {"day": "1 May", "draft_days": 90}

    mail = emails.compose(message)

    assert [
        words for words in ("practice was submitted", "draft practice") if words in mail.subject + mail.body
    ] == []
    assert update.is_change


@pytest.mark.parametrize(
    ("is_change", "subject", "words"),
    [
        (False, f"Received again: {TITLE}", f"The moderators now have your latest version of “{TITLE}”."),
        (
            True,
            f"Changes received again: {TITLE}",
            f"The moderators now have your latest version of the changes to “{TITLE}”.",
        ),
    ],
)
def test_mail_about_what_was_sent_again_says_so(is_change, subject, words):
    practice = make_practice() if is_change else None
    submission = make_submission(State.CHANGES_REQUESTED, practice=practice)

    workflow.resubmit(submission, submission.document, seen=submission.content_version)

    mail = emails.compose(OutboxMessage.objects.filter(kind=Kind.SUBMISSION_RECEIVED).latest("pk"))
    assert mail.subject == subject + SITE_NAME
    assert f"Thank you for your answer. {words}" in " ".join(mail.body.split())


def test_mail_about_a_practice_withdrawn_meanwhile_does_not_say_it_is_in_the_catalogue():
    message = queued(Kind.SUBMISSION_PUBLISHED)
    workflow.withdraw_practice(Practice.objects.get(), by=make_moderator(), reason="Its source is gone.")
    message = OutboxMessage.objects.get(pk=message.pk)

    mail = emails.compose(message)

    said = (
        "The moderators accepted “Pension desks in two ports”, but the practice has since been withdrawn from the "
        "catalogue, so nobody can read it now."
    )
    assert mail.subject == "Accepted: Pension desks in two ports" + SITE_NAME
    for text in (mail.body, read_html(html_of(mail)).text):
        assert (said in text, "is now in the catalogue" in text, "published" in text) == (True, False, False)


@pytest.mark.parametrize("kind", Kind)
def test_text_and_html_lead_to_the_same_places(mails, kind):
    mail = mails[kind]

    links = {address for _label, address in read_html(html_of(mail)).links()}
    assert set(LINK.findall(mail.body)) == links


@pytest.mark.parametrize("kind", Kind)
def test_text_and_html_say_the_same(mails, kind):
    mail = mails[kind]

    page = read_html(html_of(mail))
    parts = [page.one("td", "body"), page.one("td", "foot")]
    in_html = [
        part.text.rstrip(":")
        for whole in parts
        for part in whole.inside()
        if part.tag in ("h1", "h2", "p", "li")
    ]
    in_text = [
        " ".join(re.sub(rf" ?<?{SITE}[^\s>]*>?", "", paragraph).split()).rstrip(":").removeprefix("- ")
        for block in mail.body.replace("\n-- \n", "\n\n").replace("\n- ", "\n\n- ").split("\n\n")
        for paragraph in block.replace("\n> ", "\n").removeprefix("> ").split("\n>\n")
    ]
    assert " ".join(in_text) == " ".join(in_html)


@pytest.mark.parametrize("kind", Kind)
def test_headline_of_the_body_is_in_the_subject_or_names_the_practice(mails, kind):
    mail = mails[kind]

    headline = read_html(html_of(mail)).one("h1").text
    assert headline in mail.subject


@pytest.mark.parametrize("kind", Kind)
def test_mail_has_one_button_that_begins_with_a_verb(mails, kind):
    mail = mails[kind]

    [button] = read_html(html_of(mail)).texts("a", "button")
    assert button.split()[0] in {
        "Answer",
        "Change",
        "Check",
        "Choose",
        "Confirm",
        "Continue",
        "Manage",
        "Open",
        "Read",
        "Reply",
        "Review",
        "See",
    }
    assert len(button.split()) > 1


@pytest.mark.parametrize("kind", Kind)
def test_mail_says_why_it_comes(mails, kind):
    mail = mails[kind]

    foot = mail.body.partition("\n-- \n")[2]
    assert foot.startswith("You receive this e-mail because ")


@pytest.mark.parametrize("kind", Kind)
def test_mailbox_shows_the_first_sentence_beside_the_subject(mails, kind):
    mail = mails[kind]

    preview = read_html(html_of(mail)).one("div", "preview").text
    assert (len(preview) > 20, preview.rstrip(".…") in " ".join(mail.body.split())) == (True, True)


REPLACED = re.compile(
    r"\b(follow\w*|leav\w+|cadence|news|taken|not taken|pile|a must|somebody|erase\w*|nought|form of address"
    r"|second factor|security key|kinds of body|who runs it|came of it|way through|take away|yours alone|one a line"
    r"|look into)\b",
    re.IGNORECASE,
)
"""Words that pages and e-mails once used for what has another word now."""


@pytest.mark.parametrize("kind", Kind)
def test_mail_uses_the_words_of_the_pages(mails, kind):
    mail = mails[kind]

    said = LINK.sub("", f"{mail.subject}\n{mail.body}")
    assert REPLACED.findall(said) == []


PLACES = {
    Kind.SUBSCRIPTION_CONFIRM: lambda message: message.context["confirm_path"],
    Kind.SUBSCRIPTION_ADDED: lambda message: message.context["preferences_path"],
    Kind.SUBSCRIPTION_LINK: lambda message: message.context["preferences_path"],
    Kind.PERSONAL_DATA_LINK: lambda message: message.context["personal_data_path"],
    Kind.PRACTICE_PUBLISHED: lambda message: message.practice.get_absolute_url(),
    Kind.PRACTICE_UPDATED: lambda message: message.practice.get_absolute_url(),
    Kind.FOLLOWED_WITHDRAWN: lambda message: reverse("practices:practice-list"),  # none of the kit is left
    Kind.FOLLOWED_RESTORED: lambda message: message.practice.get_absolute_url(),
    Kind.DIGEST: lambda message: Practice.objects.get().get_absolute_url(),
    Kind.SUBMISSION_CONFIRM: lambda message: message.context["confirm_path"],
    Kind.SUBMISSION_LINK: lambda message: message.submission.get_private_url(),
    Kind.SUBMISSION_LINKS: lambda message: message.context["newest"]["path"],
    Kind.SUBMISSION_EXPIRES: lambda message: message.submission.get_private_url(),
    Kind.SUBMISSION_UNANSWERED: lambda message: message.submission.get_private_url(),
    Kind.SUBMISSION_CLOSED: lambda message: message.submission.get_private_url(),
    Kind.SUBMISSION_MESSAGE: lambda message: message.submission.get_private_url() + "#thread",
    Kind.SUBMISSION_RECEIVED: lambda message: message.submission.get_private_url(),
    Kind.SUBMISSION_CHANGES_REQUESTED: lambda message: message.submission.get_private_url(),
    Kind.SUBMISSION_SCHEDULED: lambda message: message.submission.get_private_url(),
    Kind.SUBMISSION_PUBLISHED: lambda message: message.submission.practice.get_absolute_url(),
    Kind.SUBMISSION_REJECTED: lambda message: message.submission.get_private_url(),
    Kind.SUBMISSION_REOPENED: lambda message: message.submission.get_private_url(),
    Kind.STAFF_INVITATION: lambda message: message.context["invitation_path"],
    Kind.PRACTICE_CHECK: lambda message: message.context["check_path"],
    Kind.SUBMISSION_UNSCHEDULED: lambda message: message.submission.get_private_url(),
    Kind.PRACTICE_REVISED: lambda message: message.context["revision_path"],
    Kind.PRACTICE_WITHDRAWN: lambda message: message.submission.get_private_url(),
    Kind.PRACTICE_RESTORED: lambda message: message.submission.practice.get_absolute_url(),
    Kind.PRACTICE_MERGED: lambda message: message.submission.get_private_url(),
    Kind.TRANSLATION_WITHDRAWN: lambda message: message.submission.get_private_url(),
    Kind.TRANSLATION_RESTORED: lambda message: message.submission.get_private_url(),
    Kind.WITHDRAWAL_REQUESTED: lambda message: message.submission.get_private_url(),
    Kind.WITHDRAWAL_DECLINED: lambda message: message.submission.get_private_url() + "#thread",
}


@pytest.mark.parametrize(("kind", "place"), PLACES.items())
def test_mail_leads_where_it_should(kind, place):
    message = queued(kind)

    links = LINK.findall(emails.compose(message).body)

    more = []
    if message.news:
        more = [
            message.news.preferences_path,
            message.news.unsubscribe_path,
            message.news.unsubscribe_all_path,
        ]
    elif message.submission:
        more = ["/personal-data/"]
    if kind == Kind.PRACTICE_REVISED:
        more.append(message.submission.get_private_url())
    if kind == Kind.PRACTICE_MERGED:
        more.append(Practice.objects.published().get().get_absolute_url())
    if kind == Kind.DIGEST:
        more.append("/practices/?objective=21")
    if kind == Kind.SUBMISSION_PUBLISHED:
        more.append(message.submission.get_private_url())
    assert sorted(links) == sorted(SITE + path for path in [place(message), "/", *more])


def test_links_lead_to_pages_in_the_language_of_the_mail():
    subscriptions.subscribe("reader@example.org", query="", language="fr")
    confirm(Subscription.objects.get())
    subscriptions.send_preferences_link("reader@example.org")
    make_practice(announce=True)
    sender.fan_out_all()
    messages = OutboxMessage.objects.select_related("subscriber").order_by("pk")

    news.attach(messages)

    links = {message.kind: LINK.findall(emails.compose(message).body) for message in messages}
    assert list(links) == ["subscription_confirm", "subscription_link", "practice_published"]
    assert {link.removeprefix(SITE)[:4] for several in links.values() for link in several} == {"/fr/"}


def test_unconfirmed_address_is_sent_nothing_that_was_typed():
    make_submission(
        title="Buy at shop.example",
        summary="Buy at once.",
        submitter=make_submitter(name="Cheap pills", organisation="Pills Ltd"),
    )

    mail = emails.compose(OutboxMessage.objects.get())

    said = mail.subject + mail.body + html_of(mail)
    assert [typed for typed in ("Buy at", "Cheap pills", "Pills Ltd") if typed in said] == []


TO_THE_UNCONFIRMED = (
    Kind.SUBSCRIPTION_CONFIRM,
    Kind.SUBSCRIPTION_ADDED,
    Kind.SUBSCRIPTION_LINK,
    Kind.PERSONAL_DATA_LINK,
    Kind.SUBMISSION_CONFIRM,
    Kind.SUBMISSION_LINK,
    Kind.SUBMISSION_LINKS,
    Kind.SUBMISSION_EXPIRES,
)


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in Kind
        if kind
        not in (
            *TO_THE_UNCONFIRMED,
            Kind.FOLLOWED_WITHDRAWN,
            Kind.QUESTIONS_WAITING,
            Kind.MODERATION_SUMMARY,
            Kind.STAFF_INVITATION,
            Kind.OPERATION_REPORT,
        )
    ],
)
def test_signs_stay_themselves_in_text_and_are_escaped_in_html(kind):
    mail = emails.compose(queued(kind, title="O'Brien & <b>Söhne</b>"))

    assert kind == Kind.DIGEST or "O'Brien & <b>Söhne</b>" in mail.subject
    assert ("O'Brien & <b>Söhne</b>" in mail.body, "<b>" in html_of(mail)) == (True, False)
    assert "&amp; &lt;b&gt;Söhne&lt;/b&gt;" in html_of(mail)


def test_reminder_of_several_questions_speaks_of_no_single_practice():
    assert "this practice" not in emails.compose(queued(Kind.QUESTIONS_WAITING)).body


@pytest.mark.parametrize("kind", [Kind.SUBMISSION_CHANGES_REQUESTED, Kind.SUBMISSION_REJECTED])
def test_email_contains_the_reason_but_not_the_internal_note(kind):
    submission = make_submission(State.SUBMITTED, submitter=make_submitter(email="ana@example.org"))
    decide = {
        Kind.SUBMISSION_CHANGES_REQUESTED: workflow.request_changes,
        Kind.SUBMISSION_REJECTED: workflow.reject,
    }
    decide[kind](submission, by=make_moderator(), reason="Which years & where?", internal_note="Sent before?")

    mail = emails.compose(OutboxMessage.objects.get(kind=kind))

    assert ("Which years & where?" in mail.body, "Which years &amp; where?" in html_of(mail)) == (True, True)
    assert ("Sent before?" in mail.body, "Sent before?" in html_of(mail)) == (False, False)


def test_announcement_names_all_that_it_is_sent_for():
    make_subscription(21)
    make_subscription(query="country=ph")
    make_subscription(19)
    make_practice(announce=True, objectives=[21, 3], countries=["PH"])
    sender.fan_out_all()

    mail = emails.compose(found(Kind.PRACTICE_PUBLISHED))

    followed = ["Objective 21: Dignified return and reintegration", "Philippines"]
    assert mail.body.startswith(f"New practice · {'; '.join(followed)}\n")
    assert re.findall(r"^- (.*)$", mail.body, re.MULTILINE) == followed
    assert read_html(html_of(mail)).texts("li") == followed


def test_digest_tells_of_each_practice_once_with_what_it_matched():
    make_subscription(21, cadence="weekly")
    make_subscription(query="country=ph", cadence="daily")
    updated = make_practice(title="Old desk")
    make_practice(announce=True, title="Desk", objectives=[21], countries=["PH"])
    make_practice(announce=True, title="Bank", objectives=[3], countries=["PH"])
    newer = document(title="Old desk", results="4,000 claims.")
    workflow.publish_document(newer, to=updated, material=True, note="New results")
    sender.fan_out_all()
    Announcement.objects.update(due_at=timezone.now())
    sender.fan_out_all()

    mail = emails.compose(found(Kind.DIGEST))

    today = date_format(timezone.localdate(), "DATE_FORMAT")
    assert mail.subject == (
        f"Objective 21, Philippines: 2 new practices, 1 updated practice ({today}){SITE_NAME}"
    )
    assert re.findall(
        r"^(?:Desk|Bank|Old desk)$|^Objective \d+$|^You subscribe to: .*$|^> .*$", mail.body, re.MULTILINE
    ) == [
        "Desk",
        "Objective 21",
        "You subscribe to: Objective 21: Dignified return and reintegration; Philippines",
        "Bank",
        "Objective 3",
        "You subscribe to: Philippines",
        "Old desk",
        "> New results",
        "Objective 21",
        "You subscribe to: Objective 21: Dignified return and reintegration",
    ]


def test_weekly_digest_on_an_objective_says_objective_number_and_week():
    make_subscription(21, cadence="weekly")
    make_practice(announce=True, title="Desk", objectives=[21, 19, 3])
    make_practice(announce=True, title="Bank", objectives=[21])
    sender.fan_out_all()
    Announcement.objects.update(due_at=timezone.now())
    sender.fan_out_all()

    mail = emails.compose(found(Kind.DIGEST))

    page = read_html(html_of(mail))
    today = date_format(timezone.localdate(), "DATE_FORMAT")
    assert mail.subject == "Objective 21: 2 new practices this week" + SITE_NAME
    assert (
        page.one("p", "over").text == f"Objective 21: Dignified return and reintegration · Published {today}"
    )
    assert page.one("h1").text == "2 new practices this week"
    assert page.texts("p", "why") == ["Objective 21 (main), also 3, 19", "Objective 21"]
    assert page.one("a", "button")["href"] == f"{SITE}/practices/?objective=21"


def test_button_of_a_digest_on_a_filter_has_one_colon_at_most():
    make_subscription(query="objective=6&objective=8", cadence="weekly")
    make_practice(announce=True, objectives=[8])
    sender.fan_out_all()
    Announcement.objects.update(due_at=timezone.now())
    sender.fan_out_all()

    text = emails.compose(found(Kind.DIGEST)).body

    assert "See all practices on Objective 6 or Objective 8:\n" in text


def test_digest_of_more_than_a_week_does_not_say_this_week():
    make_subscription(21, cadence="weekly")
    make_practice(announce=True, title="Desk")
    make_practice(announce=True, title="Bank")
    Broadcast.objects.filter(practice__title="Desk").update(created_at="2026-03-28T12:00:00Z")
    Broadcast.objects.filter(practice__title="Bank").update(created_at="2026-04-06T12:00:00Z")
    sender.fan_out_all()
    Announcement.objects.update(due_at=timezone.now())
    sender.fan_out_all()

    mail = emails.compose(found(Kind.DIGEST))

    assert mail.subject == f"Objective 21: 2 new practices (28 March to 6 April 2026){SITE_NAME}"
    assert "28 March to 6 April 2026" in mail.body


def test_digest_names_a_practice_once_that_was_updated_twice():
    make_subscription(21, cadence="weekly")
    practice = make_practice(title="Desk")
    for number in (1, 2):
        newer = document(title="Desk", results=f"{number},000 claims.")
        workflow.publish_document(newer, to=practice, material=True, note=f"Year {number}")
    sender.fan_out_all()
    Announcement.objects.update(due_at=timezone.now())
    sender.fan_out_all()

    mail = emails.compose(found(Kind.DIGEST))

    assert mail.subject == "Objective 21: 1 updated practice this week" + SITE_NAME
    assert re.findall(r"^(?:Desk|> .*)$", mail.body, re.MULTILINE) == ["Desk", "> Year 1", "> Year 2"]


def test_links_of_news_unsubscribe_from_what_they_name():
    make_subscription(21)
    make_subscription(query="country=de")
    make_practice(announce=True)
    sender.fan_out_all()
    message = found(Kind.PRACTICE_PUBLISHED)

    ended = {
        label: [each.query for each in subscriptions.read_unsubscribe_token(address.split("/")[-2])]
        for label, address in read_html(html_of(emails.compose(message))).links()
        if label.startswith("Unsubscribe")
    }

    assert ended == {
        "Unsubscribe from Objective 21": ["objective=21"],
        "Unsubscribe from everything": ["country=de", "objective=21"],
    }


def as_many_practices(items, *, times):
    """Return copies of the items, each of a practice of its own."""
    several = []
    for item in items * times:
        broadcast = copy.copy(item.broadcast)
        broadcast.practice = copy.copy(item.broadcast.practice)
        broadcast.practice.pk = len(several) + 1
        several.append(dataclasses.replace(item, broadcast=broadcast))
    return tuple(several)


def test_digest_after_a_long_outage_stays_small():
    make_subscription(21, cadence="daily")
    for number in range(3):
        make_practice(announce=True, title=f"Desk {number} " + "x" * 200, summary="é" * 1500)
    sender.fan_out_all()
    Announcement.objects.update(due_at=timezone.now())
    sender.fan_out_all()
    message = found(Kind.DIGEST)
    message.news = dataclasses.replace(message.news, items=as_many_practices(message.news.items, times=15))

    content = emails.as_bytes(message)

    assert len(content) < 60_000
    assert re.search(rb"\d+ more practices are not shown", content)


@pytest.mark.parametrize("kind", [Kind.SUBMISSION_REJECTED, Kind.SUBMISSION_CHANGES_REQUESTED])
def test_long_reasons_are_cut_in_the_mail_and_keep_its_link(kind):
    message = queued(kind)
    fields = [["Results", "é" * 900], ["Lessons", "中" * 5_000]] * 12
    message.context |= {"reason": "Too short. " + "中" * 30_000, "field_reasons": fields}

    content = emails.as_bytes(message)

    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert len(content) < 60_000
    assert [reason in mail.get_body("plain").get_content() for reason in ("Too short. 中中", "中…")] == [
        True
    ] * 2
    assert SITE + message.submission.get_private_url() in mail.get_body("plain").get_content()


def test_announcement_shows_place_and_years():
    message = queued(Kind.PRACTICE_PUBLISHED, countries=["PH"], area="Manila", start_year=2016)

    assert "\nPhilippines, Manila · since 2016\n" in emails.compose(message).body


def test_text_of_another_direction_is_marked_in_html():
    message = queued(Kind.PRACTICE_PUBLISHED, title="مكاتب التقاعد", summary="مكاتب", language="ar")

    assert re.search(r'<p lang="ar" dir="rtl"[^>]*>مكاتب</p>', html_of(emails.compose(message)))


@pytest.mark.parametrize("kind", Kind)
def test_reader_address_is_not_in_the_mail(mails, kind):
    mail = mails[kind]

    [address] = mail.to
    assert (address in mail.body, address in html_of(mail)) == (False, False)


def test_long_title_is_cut_after_a_word_and_keeps_the_subject_on_one_line():
    title = " ".join(["migration"] * 24)
    message = queued(Kind.PRACTICE_PUBLISHED, title=title)

    received = as_received(emails.compose(message))

    assert received["Subject"] == f"Objective 21: new practice “{' '.join(['migration'] * 4)}…”{SITE_NAME}"


def test_title_without_spaces_is_cut_too():
    message = queued(Kind.PRACTICE_PUBLISHED, title="移民" * 60)

    subject = emails.compose(message).subject

    assert subject == f"Objective 21: new practice “{'移民' * 22}…”{SITE_NAME}"


def test_long_filter_leaves_room_for_number_and_week():
    query = "objective=19&objective=20&objective=21&country=ph&country=id&country=np&type=service"
    make_subscription(query=query, cadence="weekly")
    make_practice(announce=True, objectives=[21], countries=["PH"], type="service")
    sender.fan_out_all()
    Announcement.objects.update(due_at=timezone.now())
    sender.fan_out_all()

    subject = emails.compose(found(Kind.DIGEST)).subject

    assert subject == f"Objective 19, Objective 20 or Objective 21…: 1 new practice this week{SITE_NAME}"


def test_update_says_what_changed_and_why():
    make_subscription(21)
    practice = make_practice(title="Desk", countries=["PH", "NP"], start_year=2016, results="")
    newer = document(title="Desks", countries=["PH", "ID"], start_year=2017, results="4,000 claims. " * 20)
    workflow.publish_document(newer, to=practice, material=True, note="The second port opened")
    sender.fan_out_all()

    page = read_html(html_of(emails.compose(found(Kind.PRACTICE_UPDATED))))

    assert page.one("blockquote").text == "The second port opened"
    assert page.one("td", "body").texts("li") == [
        "Title: “Desks” instead of “Desk”",
        "Countries: Indonesia added; Nepal removed",
        "Start year: “2017” instead of “2016”",
        "Results",
    ]


def test_digest_names_the_fields_that_several_updates_changed():
    make_subscription(21, cadence="weekly")
    practice = make_practice(title="Desk")
    for changed in ({"results": "1,000 claims."}, {"results": "1,000 claims.", "countries": ["PH"]}):
        workflow.publish_document(document(title="Desk", **changed), to=practice, material=True)
    sender.fan_out_all()
    Announcement.objects.update(due_at=timezone.now())
    sender.fan_out_all()

    page = read_html(html_of(emails.compose(found(Kind.DIGEST))))

    assert page.one("div", "practice").texts("li") == ["Countries", "Results"]


# Headers --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in NEWS])
def test_transactional_mail_has_no_unsubscribe_header(mails, kind):
    mail = mails[kind]

    assert set(mail.extra_headers) == {"Message-ID", "Auto-Submitted", "Feedback-ID"}


@pytest.mark.parametrize("kind", NEWS)
def test_news_can_be_unsubscribed_with_one_click(kind):
    message = queued(kind)

    received = as_received(emails.compose(message))

    headers = {
        name: received[name]
        for name in ("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted", "Feedback-ID")
    }
    assert headers == {
        "List-Id": "<news.practices.example.org>",
        "List-Unsubscribe": f"<{SITE}{message.news.unsubscribe_path}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Feedback-ID": f"{kind}:catalogue:practices.example.org",
    }


@pytest.mark.parametrize("as_bytes", [emails.as_bytes, lambda message: in_bytes(emails.compose(message))])
def test_link_to_unsubscribe_is_neither_encoded_nor_folded(as_bytes):
    for number in (1, 2, 3, 4, 5, 21):
        make_subscription(number)
    make_practice(announce=True, objectives=[1, 2, 3, 4, 5, 21])
    sender.fan_out_all()
    message = found(Kind.PRACTICE_PUBLISHED)

    sent = as_bytes(message)

    line = f"\r\nList-Unsubscribe: <{SITE}{message.news.unsubscribe_path}>\r\n"
    assert line.encode() in sent


@pytest.mark.parametrize("kind", Kind)
def test_ready_bytes_say_what_the_composed_mail_says(kind):
    changes = {
        "title": "=Größe. „Ja“ " + "x" * 80,
        "summary": "Zeile eins.\n.\n..Zeile\tdrei \n中文" + "ä" * 90,
    }
    message = queued(kind, **changes)

    composed = as_received(emails.compose(message))
    ready = email.message_from_bytes(emails.as_bytes(message), policy=email.policy.default)

    unlike = ("Date", "Content-Type", "Content-Transfer-Encoding")
    headers = [
        sorted((name, value) for name, value in mail.items() if name not in unlike)
        for mail in (composed, ready)
    ]
    bodies = [
        [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        for mail in (composed, ready)
    ]
    assert headers[0] == headers[1]
    assert bodies[0] == bodies[1]


def test_ready_bytes_have_short_lines_of_seven_bits():
    content = emails.as_bytes(queued(Kind.PRACTICE_PUBLISHED, summary="ä" * 900))

    body = content.partition(b"\r\n\r\n")[2]
    assert (body.isascii(), max(map(len, body.split(b"\r\n")))) == (True, 76)


def test_shared_content_is_rendered_once(monkeypatch):
    for number in range(3):
        make_subscription(21, f"reader{number}@example.org")
    make_practice(announce=True)
    sender.fan_out_all()
    messages = list(OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).select_related("subscriber"))
    news.attach(messages)
    render, rendered = rendering.render_news, []
    monkeypatch.setattr(rendering, "render_news", lambda message: rendered.append(message) or render(message))

    contents = [emails.as_bytes(message) for message in messages]

    assert (len(rendered), len(set(contents))) == (1, 3)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_be_previewed(kind):
    previewed = emails.sample(kind, "en")

    assert all((previewed.subject, previewed.text, "</html>" in previewed.html))
    assert "{" not in previewed.subject


def test_message_id_is_the_same_however_often_it_is_composed():
    message = make_message(submission=make_submission(), created_at="2026-11-02T09:30:00Z")
    message.refresh_from_db()

    identities = {emails.compose(message).extra_headers["Message-ID"] for _time in range(2)}

    assert identities == {f"<{message.pk}.1793611800@practices.example.org>"}


def test_message_ids_differ_between_messages():
    first, second = make_message(submission=make_submission()), make_message(submission=make_submission())

    identities = {emails.compose(message).extra_headers["Message-ID"] for message in (first, second)}

    assert len(identities) == 2


def test_html_needs_nothing_from_elsewhere():
    content = html_of(emails.compose(queued(Kind.PRACTICE_PUBLISHED)))

    assert re.findall(r"<(?:img|script|link|iframe)\b|url\(|@import", content) == []


def test_styles_stand_on_the_elements():
    content = html_of(emails.compose(queued(Kind.PRACTICE_PUBLISHED)))

    assert re.search(r'<a class="button"[^>]* style="[^"]*background', content)


@pytest.mark.parametrize(("language", "colon"), [("en", ":"), ("fr", " :"), ("zh-hans", "：")])
def test_labels_of_links_in_the_text_part_end_as_their_language_has_it(language, colon):
    lines = emails.sample("submission_received", language).text.splitlines()

    label = lines[next(number for number, line in enumerate(lines) if line.startswith("http")) - 1]
    assert label.removesuffix(colon)[-1].isalpha()
    assert label.endswith(colon)


@pytest.mark.parametrize("kind", [Kind.SUBMISSION_RECEIVED, Kind.PRACTICE_PUBLISHED])
def test_name_of_the_catalogue_as_the_sender_is_in_the_language_of_the_mail(kind):
    message = queued(kind)
    message.language = "ru"

    sent = email.message_from_bytes(emails.as_bytes(message))["From"]

    name, _address = parseaddr(str(make_header(decode_header(sent))))
    assert name == "Передовая практика в области миграции"


def test_own_name_of_the_sender_stays_in_every_language(settings):
    settings.DEFAULT_FROM_EMAIL = "Team <team@practices.example.org>"
    message = queued(Kind.SUBMISSION_RECEIVED)
    message.language = "ru"

    mail = email.message_from_bytes(emails.as_bytes(message), policy=email.policy.SMTP)
    assert mail["From"] == "Team <team@practices.example.org>"
