"""Signed links of questions: each is bound to one purpose by its salt, and names a row by its random key.

The salts must stay as they are: links that were mailed earlier would otherwise stop working.
"""

from collections.abc import Sequence

from django.core import signing
from django.urls import reverse

from practices.models import Question, QuestionContact
from practices.models.question import QuestionQuerySet

_CONFIRM_SALT = "practices.questions.confirm"
_ASKER_SALT = "practices.questions.asker"
_ANSWER_SALT = "practices.questions.answer"
_CONTACT_SALT = "practices.questions.contact"
_WAITING_SALT = "practices.questions.waiting"
_BETWEEN_KEYS = "~"
MOST_NAMED = 10
"""Questions that the link to all questions that wait names, so that it stays short. One that is left opens it."""


def question_confirm_path(question: Question) -> str:
    """Path at which the asker confirms the address. It leads nowhere once the question is deleted."""
    return _path("question-confirm", question.key, _CONFIRM_SALT)


def question_path(question: Question) -> str:
    """Path of the private page of the asker."""
    return _path("question", question.key, _ASKER_SALT)


def question_answer_path(question: Question) -> str:
    """Path of the private page of the contact."""
    return _path("question-answer", question.key, _ANSWER_SALT)


def questions_waiting_path(*questions: Question) -> str:
    """Path of the private page with all questions that wait for the contact of these.

    It works as long as one of the first MOST_NAMED of them is there: a single one may be erased at the wish of its
    asker.
    """
    keys = _BETWEEN_KEYS.join(question.key for question in questions[:MOST_NAMED])
    return _path("questions-waiting", keys, _WAITING_SALT)


def question_contact_path(contact: QuestionContact) -> str:
    """Path at which a contact that moderators have named confirms the address."""
    return _path("question-contact", contact.key, _CONTACT_SALT)


def question_to_confirm(token: str) -> Question | None:
    return _question(token, _CONFIRM_SALT)


def question_of_asker(token: str) -> Question | None:
    """Return the question of a private link whose asker has confirmed the address."""
    question = _question(token, _ASKER_SALT)
    return question if question and question.confirmed_at else None


def question_to_answer(token: str) -> Question | None:
    return _question(token, _ANSWER_SALT)


def questions_of_waiting(token: str) -> Sequence[Question]:
    """Return the questions that the link to all that wait names and that are still there, oldest first."""
    keys = _read(token, _WAITING_SALT).split(_BETWEEN_KEYS)
    return list(_questions().filter(key__in=keys).order_by("sent_at", "pk"))


def contact_to_confirm(token: str) -> QuestionContact | None:
    key = _read(token, _CONTACT_SALT)
    return QuestionContact.objects.select_related("practice").filter(key=key).first() if key else None


def _path(name: str, key: str, salt: str) -> str:
    return reverse(f"practices:{name}", args=[signing.Signer(salt=salt).sign(key)])


def _question(token: str, salt: str) -> Question | None:
    key = _read(token, salt)
    return _questions().filter(key=key).first() if key else None


def _questions() -> QuestionQuerySet:
    return Question.objects.select_related("practice__merged_into", "submission__submitter")


def _read(token: str, salt: str) -> str:
    """Return the key that a link names; empty if it was altered or made for another purpose."""
    try:
        return signing.Signer(salt=salt).unsign(token)
    except signing.BadSignature:
        return ""
