"""The copy of personal data, the same for every link and command.

It tells what is held and opens nothing: no private link, no key and no row number is in it.
"""

from typing import Any

from django.db.models import QuerySet

from practices.choices import State
from practices.core.http.guards import site_address
from practices.models import OutboxMessage, Question, Submission, Submitter, Subscriber
from practices.notifications import saved_filters
from practices.personal_data.held import Held


def export(held: Held) -> dict[str, Any]:
    """Return personal data, ready for JSON. Internal notes of moderators are about the practice and left out."""
    originals = held.credited_originals
    return {
        "address": held.address or None,
        "submitters": [_submitter(submitter, held) for submitter in held.submitters.order_by("pk")],
        "subscribers": [_subscriber(subscriber) for subscriber in held.subscribers.order_by("pk")],
        "public_credits": [
            {"practice": site_address(practice.get_absolute_url()), "credit": practice.credit}
            for practice in held.credited_practices
            if practice.pk in originals
        ]
        + [
            {"practice": site_address(row.get_absolute_url()), "credit": row.translator}
            for row in held.credited_translations
        ]
        + [
            {"practice": site_address(row.get_absolute_url()), "credit": row.credit}
            for row in held.credited_adaptations
        ],
        "questions_asked": [_question(row) for row in held.asked.select_related("practice").order_by("pk")],
        "questions_received": [_received(row) for row in held.answered.select_related("practice")],
        "answers_questions_on": [
            {
                "practice": site_address(row.practice.get_absolute_url()),
                "address_confirmed_at": row.confirmed_at,
            }
            for row in held.contacts.select_related("practice").order_by("pk")
        ],
        "messages": _messages(held.personal_messages),
        "requests_for_this_copy": list(
            held.requests.order_by("requested_at").values_list("requested_at", flat=True)
        ),
    }


def _submitter(submitter: Submitter, held: Held) -> dict[str, Any]:
    submissions = held.submissions.filter(submitter=submitter).select_related("practice")
    return {
        "form_of_address": submitter.honorific,
        "name": submitter.name,
        "organisation": submitter.organisation,
        "address": submitter.email,
        "address_confirmed_at": submitter.verified_at,
        "submissions": [_submission(submission) for submission in submissions.order_by("created_at", "pk")],
    }


def _submission(submission: Submission) -> dict[str, Any]:
    state = State(submission.state).for_submitter
    return {
        "state": state,
        "language": submission.language,
        "created_at": submission.created_at,
        "saved_at": submission.saved_at,
        "submitted_at": submission.told_submitted_at,
        "decided_at": submission.decided_at if state.traits.decided_by else None,
        "practice": submission.practice and site_address(submission.practice.get_absolute_url()),
        "translates_into": submission.translates_into or None,
        "machine": submission.machine or None,
        "tells_use_elsewhere": submission.is_adaptation,
        "document": submission.document,
        "typed": submission.typed,
        "steps": [
            {"at": event.at, "from": event.from_state, "to": event.to_state, "reason": event.reason}
            for event in submission.events.told()
        ],
        "attachments": list(submission.attachments.values("name", "description", "size")),
        "checks": list(submission.checks.values("year", "asked_at", "answer", "answered_at")),
        "thread": list(submission.thread.values("at", "from_staff", "text")),
    }


def _subscriber(subscriber: Subscriber) -> dict[str, Any]:
    return {
        "address": subscriber.address,
        "language": subscriber.language,
        "time_zone": subscriber.time_zone,
        "digest_weekday": subscriber.digest_weekday,
        "digest_hour": subscriber.digest_hour,
        "first_asked_at": subscriber.created_at,
        "confirmed_at": subscriber.confirmed_at,
        "suspended_at": subscriber.suspended_at,
        "suspended_because": subscriber.suspended_because or None,
        "subscriptions": [
            {
                "follows": saved_filters.describe(subscription.query),
                "filter": subscription.query,
                "cadence": subscription.cadence,
                "requested_at": subscription.requested_at,
                "wording_agreed_to": subscription.consent,
                "confirmed_at": subscription.confirmed_at,
                "paused_at": subscription.paused_at,
            }
            for subscription in subscriber.subscriptions.all()
        ],
    }


def _question(question: Question) -> dict[str, Any]:
    """Return a question for its asker, with the answer they were sent."""
    return {
        "practice": site_address(question.practice.get_absolute_url()),
        "state": question.state,
        "address": question.address,
        "name": question.name,
        "language": question.language,
        "question": question.text,
        "answer": question.answer,
        "may_be_published": question.asker_consents,
        "asked_at": question.asked_at,
        "address_confirmed_at": question.confirmed_at,
        "sent_at": question.sent_at,
        "answered_at": question.answered_at,
        "published_at": question.published_at,
    }


def _received(question: Question) -> dict[str, Any]:
    """Return a question for who was asked, without who has asked."""
    return {
        "practice": site_address(question.practice.get_absolute_url()),
        "state": question.state,
        "question": question.text,
        "answer": question.answer,
        "may_be_published": question.contact_consents,
        "sent_at": question.sent_at,
        "answered_at": question.answered_at,
        "published_at": question.published_at,
    }


def _messages(messages: QuerySet[OutboxMessage]) -> list[dict[str, Any]]:
    """Return what was sent and when. What the messages said holds private links, so it is left out."""
    return [
        {
            "kind": message.kind,
            "practice": message.practice and message.practice.title,
            "created_at": message.created_at,
            "sent_at": message.sent_at,
            "failed_at": message.failed_at,
            "cancelled_at": message.cancelled_at,
        }
        for message in messages.select_related("practice")
    ]
