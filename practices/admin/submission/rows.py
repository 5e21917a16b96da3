"""Rows of the lists of submissions, loaded for all of them together."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from practices import documents, workflow
from practices.admin.submission.fields import anchor
from practices.choices import LANGUAGES, UNDECIDED, Act, State
from practices.core import catalogue_version, languages
from practices.core.addresses import canonical
from practices.core.cache import cached_each_per_version
from practices.discovery import duplicates
from practices.documents.adaptations import label_in
from practices.models import Country, ModerationEvent, Objective, Submission

DUPLICATES_SHOWN = 3
ENOUGH_TEXT = 40
"""Characters of a summary from which its language can be told with some certainty."""


@dataclass(frozen=True)
class Hint:
    """Something that a moderator might want to know before opening a submission."""

    label: str
    text: str = ""
    """The reason, in a sentence or a part of one."""
    title: str = ""
    address: str = ""
    """Title and address of what the reason is about: another practice or submission, or a field of this one."""
    count: int = 1
    """Number of things hinted at: more than one where only their number is told."""

    @property
    def is_on_page(self) -> bool:
        """Return whether it is about a field, to which the address leads within the review page."""
        return self.address.startswith("#")


@catalogue_version.reading()
def described(submissions):
    """Return the submissions as a list, each with what its row shows. A fixed number of queries."""
    submissions = list(submissions)
    codes = {code for submission in submissions for code in submission.document["countries"]}
    countries = {country.code: str(country) for country in Country.objects.filter(code__in=codes)}
    objectives = {objective.number: objective for objective in Objective.objects.all()}
    spam = _spam_by_address(submissions)
    keys = _keys(submissions)
    similar = _similar_practices(keys.values())
    proposed = _similar_submissions([keys[each.pk] for each in submissions if each.state in UNDECIDED])
    seen, come_back = workflow.seen_versions(submissions), _come_back(submissions)
    originals, senders = _originals(submissions), update_senders(submissions)
    for submission in submissions:
        document = submission.document
        submission.has_come_back = submission.pk in come_back
        submission.kind = come_back.get(submission.pk) or _kind(submission, originals)
        is_of_practice = submission.pk in originals or submission.is_adaptation
        submission.sender = None if is_of_practice else senders.get(submission.pk)
        submission.main_objective = objectives.get((document["objectives"] or [None])[0])
        submission.country_names = [countries.get(code, code) for code in document["countries"]]
        submission.language_name = dict(LANGUAGES).get(document["language"], document["language"])
        submission.seen = seen[submission.pk]
        key = keys[submission.pk]
        alike = _shortened([*similar.get(key, ()), *proposed.get(key, ())])
        submission.hints = [*alike, *_hints(submission, spam)]
        submission.further_hints = sum(hint.count for hint in submission.hints) - 1
    return submissions


def text_hints(submission):
    """Return the hints on one submission that do not come from comparing it with others."""
    return list(_hints(submission, _spam_by_address([submission])))


def returned_kind(submission):
    """Return how a submission last came back from its submitter."""
    resent = submission.events.filter(
        act=Act.STEP, from_state=State.CHANGES_REQUESTED, at=submission.returned_at
    )
    return gettext("resubmitted") if resent.filter(to_state=State.SUBMITTED).exists() else gettext("answered")


@dataclass(frozen=True)
class Sender:
    """The sender of an update, seen from the practice."""

    is_submitter: bool
    brief: str
    text: str


def update_senders(submissions):
    """Return pk → the sender, of those submissions that change a practice. Three queries."""
    updates = [each for each in submissions if each.practice_id]
    proposed = ModerationEvent.objects.filter(act=Act.PROPOSED, submission__in=updates)
    by_staff = set(proposed.values_list("submission", flat=True))
    owners = Submission.objects.of_owners().filter(practice__in={each.practice_id for each in updates})
    addresses = defaultdict(set)
    for practice, address in owners.values_list("practice", "submitter__email"):
        addresses[practice].add(canonical(address))
    erased = _erased_originals(updates)
    return {
        each.pk: _sender(
            each,
            addresses[each.practice_id],
            is_staff=each.pk in by_staff,
            erased=erased[each.practice_id],
        )
        for each in updates
    }


def _erased_originals(updates):
    """Return practice → keys of its original submissions whose submitter had personal data deleted. One query."""
    found = defaultdict(set)
    originals = Submission.objects.original().filter(submitter__erased_at__isnull=False)
    rows = originals.filter(practice__in={each.practice_id for each in updates})
    for practice, pk in rows.values_list("practice", "pk"):
        found[practice].add(pk)
    return found


def _sender(submission, addresses, *, is_staff, erased):
    submitter = submission.submitter
    if is_staff:
        return Sender(False, gettext("by a moderator"), gettext("A moderator proposes it."))
    if not submitter.verified_at:
        text = gettext("Its address is not confirmed, so nobody knows whether its owner has sent it.")
        return Sender(False, gettext("address not confirmed"), text)
    if canonical(submitter.email) in addresses:
        text = gettext("It comes from the confirmed address of the submitter of this practice.")
        return Sender(True, gettext("from its submitter"), text)
    if addresses and submission.begun_from_id not in erased:
        text = gettext("It does not come from the submitter of this practice: the address is another one.")
        return Sender(False, gettext("not from its submitter"), text)
    return _sender_without_address(submission, erased)


def _sender_without_address(submission, erased):
    """Return the sender of an update of a practice whose submitter has no address here to compare."""
    if submission.begun_from_id in erased:
        text = gettext(
            "It was begun on the private page of the submitter, who has had their personal data there deleted since."
        )
        return Sender(True, gettext("from its submitter"), text)
    if erased:
        text = gettext(
            "The submitter of this practice has had their personal data deleted, so nobody knows whether it comes from "
            "them."
        )
    else:
        text = gettext("No confirmed address is known for the submitter of this practice.")
    return Sender(False, gettext("submitter not known"), text)


def _kind(submission, originals):
    if submission.change_label and not submission.is_revising:
        return submission.change_label
    is_update = submission.practice_id and submission.pk not in originals
    return gettext("update") if is_update else gettext("new")


def _originals(submissions):
    """Return the keys of those that have brought their practice into the catalogue. One query."""
    keys = [each.pk for each in submissions if each.state == State.PUBLISHED and each.based_on is None]
    return set(Submission.objects.original().filter(pk__in=keys).values_list("pk", flat=True))


def _come_back(submissions):
    """Return key → kind of those that their submitters answered or sent again. Two queries."""
    same = Submission.objects.filter(pk__in=[submission.pk for submission in submissions])
    kinds = dict.fromkeys(same.resubmitted().values_list("pk", flat=True), gettext("resubmitted"))
    return kinds | dict.fromkeys(same.answered().values_list("pk", flat=True), gettext("answered"))


def _spam_by_address(submissions):
    """Count spam by confirmed address. One that is not confirmed may be somebody else's."""
    addresses = {submission.submitter.email for submission in submissions}
    spam = Submission.objects.filter(
        state=State.SPAM, submitter__email__in=addresses, submitter__verified_at__isnull=False
    )
    return Counter(spam.values_list("submitter__email", flat=True))


def _keys(submissions):
    """Return pk → what the likely duplicates of a submission depend on, beside the catalogue. One query."""
    dismissed = duplicates.dismissed_for_each(submissions)
    return {
        each.pk: (
            each.pk,
            each.content_version,
            each.practice_id,
            tuple(sorted(dismissed[each.pk].practices)),
            tuple(sorted(dismissed[each.pk].submissions)),
        )
        for each in submissions
    }


def _duplicate(reason, title, address):
    """Return the hint that something with this title, at this address, may be the same."""
    return Hint(gettext("Duplicate?"), str(reason), title=title, address=address)


def _shortened(hints):
    """Return the hints on likely duplicates, of which only the number is told beyond DUPLICATES_SHOWN."""
    more = len(hints) - DUPLICATES_SHOWN
    if more <= 0:
        return hints
    text = ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
    return [*hints[:DUPLICATES_SHOWN], Hint(hints[0].label, text, count=more)]


@cached_each_per_version
def _similar_practices(keys: list[Any]) -> dict[Any, tuple[Hint, ...]]:
    """Return the hints on published practices that may be the same, by key of the submission."""
    submissions = _loaded(keys)
    found = duplicates.likely_duplicates_of_submissions(submissions)
    by_pk = {key[0]: key for key in keys}
    return {
        by_pk[submission.pk]: tuple(
            _duplicate(one.reason, one.practice.title, one.practice.get_absolute_url()) for one in likely
        )
        for submission, likely in zip(submissions, found, strict=True)
    }


@cached_each_per_version(lasts_if=lambda hints: False)  # submissions change without a new version
def _similar_submissions(keys: list[Any]) -> dict[Any, tuple[Hint, ...]]:
    """Return the hints on open submissions that may propose the same, by key of the submission."""
    submissions = _loaded(keys)
    found = duplicates.likely_duplicate_submissions(submissions)
    by_pk = {key[0]: key for key in keys}
    return {
        by_pk[submission.pk]: tuple(
            _duplicate(
                one.reason,
                one.submission.title,
                reverse("admin:practices_submission_change", args=[one.submission.pk]),
            )
            for one in likely
        )
        for submission, likely in zip(submissions, found, strict=True)
    }


def _loaded(keys):
    return list(Submission.objects.filter(pk__in=[pk for pk, *_rest in keys]))


def _hints(submission, spam):
    """Yield what the text and the address of a submission hint at."""
    document = submission.document
    personal = groupby(documents.find_personal_details(document), key=attrgetter("field"))
    for field, details in personal:
        what = "; ".join(str(each.detail.label) for each in details)
        title = str(label_in(submission, field))
        place = f"field-{field}" if submission.is_adaptation else anchor(field)
        yield Hint(gettext("Personal data?"), what, title=title, address=f"#{place}")
    if scored := workflow.spam_score(submission):
        reasons = workflow.spam_reasons(submission)
        yield Hint(gettext("Spam score %(score)d") % {"score": scored}, " ".join(reasons))
    title = "" if submission.is_adaptation else document["title"]  # which is that of the practice
    found = languages.detect(title, document["summary"], countries=document["countries"])
    if len(document["summary"]) >= ENOUGH_TEXT and languages.differ(found, document["language"]):
        yield Hint(gettext("Looks like %(language)s") % {"language": dict(LANGUAGES)[found]})
    is_counted = submission.state == State.SPAM and submission.submitter.verified_at is not None
    earlier = spam[submission.submitter.email] - is_counted
    if earlier > 0 and "address" not in submission.spam_signs:
        yield Hint(
            ngettext(
                "%(count)s other submission from this address is spam",
                "%(count)s other submissions from this address are spam",
                earlier,
            )
            % {"count": earlier}
        )
    submitter = submission.submitter
    if not (submitter.verified_at or submitter.erased_at or submission.is_proposed):
        yield Hint(gettext("Address not confirmed"))
