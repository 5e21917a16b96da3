"""Personal data held, as far as one link or command reaches."""

import dataclasses
from typing import Self

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT

from practices.choices import TO_STAFF, State
from practices.core.addresses import canonical
from practices.models import (
    Adaptation,
    DataRequest,
    OutboxMessage,
    Practice,
    Question,
    QuestionContact,
    Revision,
    Submission,
    Submitter,
    Subscriber,
    Subscription,
    ThreadMessage,
    Translation,
)
from practices.personal_data import kept_credit


@dataclasses.dataclass(frozen=True)
class Held:
    """Rows that one link or command may show and erase."""

    submitters: QuerySet[Submitter]
    submissions: QuerySet[Submission]
    subscribers: QuerySet[Subscriber]
    messages: QuerySet[OutboxMessage]
    requests: QuerySet[DataRequest]
    asked: QuerySet[Question]
    """Questions of this address."""
    contacts: QuerySet[QuestionContact]
    """Practices on which this address answers questions because moderators have named it."""
    address: str = ""
    erased: QuerySet[Submitter] = dataclasses.field(default_factory=Submitter.objects.none)
    """Rows of the address whose contact was deleted before, while the public credit stayed."""

    @classmethod
    def on_address(cls, address: str) -> Self:
        """Return all that is held on an address, for whoever has shown that the mailbox is theirs."""
        address = canonical(address)
        if not address:
            return cls.of_submitters(Submitter.objects.none())
        submitters = Submitter.objects.filter(email=address)
        return cls(
            submitters,
            Submission.objects.filter(submitter__in=submitters),
            Subscriber.objects.filter(address=address),
            OutboxMessage.objects.filter(Q(submission__submitter__in=submitters) | Q(address=address)),
            DataRequest.objects.filter(address=address),
            Question.objects.filter(address=address),
            QuestionContact.objects.filter(address=address),
            address,
            Submitter.objects.filter(erased_key__in=kept_credit.keys_of(address)),
        )

    @classmethod
    def in_submission(cls, submission: Submission) -> Self:
        """Return what came with one submission: its private link reaches no further, whatever is confirmed."""
        return cls(
            Submitter.objects.filter(pk=submission.submitter_id),
            Submission.objects.filter(pk=submission.pk),
            Subscriber.objects.none(),
            OutboxMessage.objects.filter(submission=submission.pk),
            DataRequest.objects.none(),
            Question.objects.none(),
            QuestionContact.objects.none(),
        )

    @classmethod
    def on_subscriber(cls, subscriber: Subscriber) -> Self:
        """Return what belongs to the subscriptions of one address."""
        return cls(
            Submitter.objects.none(),
            Submission.objects.none(),
            Subscriber.objects.filter(pk=subscriber.pk),
            OutboxMessage.objects.filter(subscriber=subscriber.pk),
            DataRequest.objects.none(),
            Question.objects.none(),
            QuestionContact.objects.none(),
            subscriber.address,
        )

    @classmethod
    def of_submitters(cls, submitters: QuerySet[Submitter]) -> Self:
        """Return what came with the submissions of these rows."""
        return cls(
            submitters,
            Submission.objects.filter(submitter__in=submitters),
            Subscriber.objects.none(),
            OutboxMessage.objects.filter(submission__submitter__in=submitters),
            DataRequest.objects.none(),
            Question.objects.none(),
            QuestionContact.objects.none(),
        )

    def lock(self) -> None:
        """Wait for an erasure that is under way, and keep the next one waiting until the transaction ends."""
        for rows in (self.subscribers, self.submitters):
            list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))

    @property
    def is_empty(self) -> bool:
        rows: tuple[QuerySet, ...] = (
            self.submitters,
            self.submissions,
            self.subscribers,
            self.personal_messages,
            self.credited,
            self.asked,
            self.contacts,
        )
        return not any(queryset.exists() for queryset in rows)

    @property
    def personal_messages(self) -> QuerySet[OutboxMessage]:
        """Messages other than those to members of staff, oldest first."""
        return self.messages.exclude(kind__in=TO_STAFF).order_by("created_at", "pk")

    @property
    def has_written(self) -> bool:
        """Return whether the moderators have messages from the submitter."""
        return ThreadMessage.objects.filter(submission__in=self.submissions, from_staff=False).exists()

    @property
    def answered(self) -> QuerySet[Question]:
        """Questions that these submitters and contacts were sent."""
        keys = self.contacts.values("key")
        return Question.objects.filter(Q(submission__in=self.submissions) | Q(contact_key__in=keys)).order_by(
            "pk"
        )

    @property
    def credited(self) -> QuerySet[Submission]:
        """Submissions that brought a public credit with them. Updates and corrections repeat that of others."""
        beside = Q(state=State.PUBLISHED, practice__isnull=False) & (
            ~Q(translates_into="") | Q(is_adaptation=True)
        )
        return Submission.objects.filter(
            Q(pk__in=Submission.objects.original().values("pk")) | beside,
            Q(pk__in=self.submissions.values("pk")) | Q(submitter__in=self.erased),
        ).exclude(document__credit="")

    @property
    def credited_practices(self) -> list[Practice]:
        """Return the practices that name a credit which these submissions brought, in any revision or beside it."""
        beside = {row.practice_id for row in self.credited_translations}
        beside |= {row.practice_id for row in self.credited_adaptations}
        named = Practice.objects.filter(Q(pk__in=self.credited_originals) | Q(pk__in=beside))
        return list(named.order_by("pk"))

    @property
    def credited_originals(self) -> set[int]:
        """Keys of the practices that these submissions brought and that name a credit in any revision."""
        named = Revision.objects.exclude(document__credit="").values("practice")
        brought = self.credited.filter(translates_into="", is_adaptation=False, practice__in=named)
        return set(brought.values_list("practice", flat=True))

    @property
    def credited_translations(self) -> list[Translation]:
        """Return the translations that name a translator which these submissions brought."""
        brought = set(
            self.credited.exclude(translates_into="")
            .order_by()
            .values_list("practice", "translates_into", KT("document__credit"))
        )
        rows = Translation.objects.filter(practice__in={practice for practice, _language, _credit in brought})
        rows = rows.select_related("practice").order_by("practice", "language")
        return [row for row in rows if (row.practice_id, row.language, row.translator) in brought]

    @property
    def credited_adaptations(self) -> list[Adaptation]:
        """Return the uses elsewhere that name a person who told of them in these submissions."""
        rows = Adaptation.objects.filter(submission__in=self.credited.values("pk")).exclude(credit="")
        return list(rows.select_related("practice", "country").order_by("pk"))

    @property
    def unpublished(self) -> QuerySet[Submission]:
        """Submissions that erasing deletes, oldest first."""
        return self.submissions.exclude(state=State.PUBLISHED).order_by("created_at", "pk")

    @property
    def published(self) -> QuerySet[Practice]:
        """Practices that stay when the contact of their submitter is erased, each once."""
        rows = self.submissions.filter(state=State.PUBLISHED, translates_into="")
        return Practice.objects.filter(pk__in=rows.values("practice")).order_by("pk")

    @property
    def published_translations(self) -> list[Submission]:
        """Return the submissions that brought translations, which stay as well: the latest of each into each language."""
        rows = self.submissions.filter(state=State.PUBLISHED, practice__isnull=False).exclude(
            translates_into=""
        )
        latest = {
            (row.practice_id, row.translates_into): row
            for row in rows.select_related("practice").order_by("decided_at", "pk")
        }
        return list(latest.values())

    @property
    def subscriptions(self) -> QuerySet[Subscription]:
        return Subscription.objects.filter(subscriber__in=self.subscribers)

    @property
    def public_credits(self) -> list[str]:
        """Return the credits under which their practices, in any revision, and what stands beside them are published."""
        named = _named_in(Revision.objects.filter(practice__in=self.credited_originals))
        tellers = (row.credit for row in self.credited_adaptations)
        return sorted({*named, *tellers, *(row.translator for row in self.credited_translations)})

    def credits_of(self, practice: Practice) -> list[str]:
        """Return the credits of theirs that a practice, in any revision, and what stands beside it are published with."""
        named = _named_in(practice.revisions.all()) if practice.pk in self.credited_originals else []
        translators = [row.translator for row in self.credited_translations if row.practice_id == practice.pk]
        tellers = [row.credit for row in self.credited_adaptations if row.practice_id == practice.pk]
        return sorted({*named, *tellers, *translators})


def _named_in(revisions: QuerySet[Revision]) -> list[str]:
    return sorted(set(revisions.values_list(KT("document__credit"), flat=True)) - {""})
