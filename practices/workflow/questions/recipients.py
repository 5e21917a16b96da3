"""Recipients of questions about a practice: the contact that moderators have named, or else its submitter."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, Max, Q

from practices.choices import Act, Kind, State
from practices.models import Practice, Question, QuestionContact, Submission
from practices.models.question import QuestionQuerySet
from practices.notifications import outbox, suspensions
from practices.workflow.questions.links import (
    question_answer_path,
    question_path,
    questions_waiting_path,
)


@dataclass(frozen=True)
class Recipient:
    """A confirmed address to which questions go."""

    address: str
    language: str
    submission: Submission | None = None
    contact_key: str = ""


def recipient_for(practice: Practice) -> Recipient | None:
    """Return who is asked about a practice now; None if it is not public, or nobody takes questions or can be reached."""
    if not practice.is_public:
        return None
    contact = QuestionContact.objects.filter(practice=practice).first()
    if contact and contact.is_off:
        return None
    if contact and (found := _of_contact(contact)):
        return found
    step = Max("events__pk", filter=Q(events__act=Act.STEP, events__to_state=State.PUBLISHED))
    owners = Submission.objects.of_owners(practice).select_related("submitter").annotate(published_by=step)
    # By the order of the steps, as the clock may have been set back between two of them.
    for submission in owners.order_by(F("published_by").desc(nulls_last=True), "-pk"):
        if found := _of_submission(submission):
            return found
    return None


def may_be_asked(pk: int) -> Q:
    """Return the condition, for the query of a page, that somebody may be asked about the public practice of this key.

    It leaves out one thing that only the form to ask finds out: suspended addresses, which are known by their hashes.
    """
    contact = QuestionContact.objects.filter(practice=pk)
    named = contact.exclude(address="").exclude(confirmed_at=None)
    return ~Q(Exists(contact.filter(is_off=True))) & (
        Q(Exists(named)) | Q(Exists(Submission.objects.of_owners(pk)))
    )


def takes_no_questions(practice: Practice) -> bool:
    """Return whether those behind a practice have turned questions off."""
    return QuestionContact.objects.filter(practice=practice, is_off=True).exists()


def recipient_of(question: Question) -> Recipient | None:
    """Return who was asked, as reachable now; None if their data was deleted or moderators named somebody else."""
    if question.contact_key:
        contact = QuestionContact.objects.filter(key=question.contact_key).first()
        return _of_contact(contact) if contact else None
    return _of_submission(question.submission) if question.submission else None


def others_waiting(question: Question) -> QuestionQuerySet:
    """Return the other questions that wait for an answer from whoever was asked this one, oldest first."""
    recipient = recipient_of(question)
    waiting = Question.objects.waiting_for(recipient.address) if recipient else Question.objects.none()
    return waiting.exclude(pk=question.pk)


def sent_to(recipient: Recipient) -> Q:
    """Filter questions to those that were sent to an address."""
    if recipient.contact_key:
        return Q(contact_key=recipient.contact_key)
    return Q(contact_key="", submission__submitter__email=recipient.address)


def _of_contact(contact: QuestionContact) -> Recipient | None:
    if not contact.address or contact.confirmed_at is None or suspensions.reason(contact.address):
        return None
    return Recipient(contact.address, contact.language, contact_key=contact.key)


def _of_submission(submission: Submission) -> Recipient | None:
    submitter = submission.submitter
    if not submitter.email or submitter.verified_at is None or suspensions.reason(submitter.email):
        return None
    return Recipient(submitter.email, submission.language, submission=submission)


def mail_question(question: Question, recipient: Recipient, *, is_reminder: bool = False) -> None:
    """Queue a question to who is asked. What is sent is read from the rows at that moment.

    Where others wait for the same address then, it has a link to all of them.
    """
    outbox.enqueue(
        Kind.QUESTION_ASKED,
        address=recipient.address,
        language=recipient.language,
        submission=recipient.submission,
        question=question,
        context={
            "answer_path": question_answer_path(question),
            **({"is_reminder": True} if is_reminder else {}),
            "waiting_path": questions_waiting_path(question),
        },
    )


def mail_reminder(questions: Sequence[Question], recipient: Recipient) -> None:
    """Queue one reminder of questions that wait for an address. It has none of their texts, but a link to all.

    It belongs to no single question, as it would be deleted with that one.
    """
    if len(questions) == 1:
        mail_question(questions[0], recipient, is_reminder=True)
        return
    outbox.enqueue(
        Kind.QUESTIONS_WAITING,
        address=recipient.address,
        language=recipient.language,
        submission=recipient.submission,
        context={"waiting_path": questions_waiting_path(*questions)},
    )


def mail_asker(question: Question, kind: Kind) -> None:
    """Queue a message to the asker, unless the address was never confirmed or has been deleted."""
    if question.address and question.confirmed_at:
        outbox.enqueue(
            kind,
            address=question.address,
            language=question.language,
            question=question,
            context={"question_path": question_path(question)},
        )
