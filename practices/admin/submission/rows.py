"""Rows of the lists of submissions, loaded for all of them together."""

from collections import Counter

from django.db.models import Q
from django.utils.translation import gettext, ngettext

from practices import workflow
from practices.choices import AWAITING_MODERATION, LANGUAGES, State
from practices.core import languages
from practices.core.titles import title_key
from practices.discovery import duplicates
from practices.documents import source_page
from practices.models import Country, ModerationEvent, Objective, Practice, Submission

MANY_LINKS = 3
MOST_SIMILAR = 3
ENOUGH_TEXT = 40
"""Characters of a summary from which its language can be told with some certainty."""
MOST_CANDIDATES = 1_000


def described(submissions):
    """Return the submissions as a list, each with what its row shows. A fixed number of queries."""
    submissions = list(submissions)
    documents = [submission.document for submission in submissions]
    codes = {code for document in documents for code in document["countries"]}
    countries = dict(Country.objects.filter(code__in=codes).values_list("code", "name"))
    objectives = {objective.number: objective for objective in Objective.objects.all()}
    spam, published = _spam_by_address(submissions), _similar_published(documents)
    seen, resubmitted = workflow.seen_versions(submissions), _resubmitted(submissions)
    for submission in submissions:
        document = submission.document
        submission.kind = _kind(submission, resubmitted)
        submission.main_objective = objectives.get((document["objectives"] or [None])[0])
        submission.country_names = [countries.get(code, code) for code in document["countries"]]
        submission.seen = seen[submission.pk]
        submission.hints = [*_similar(submission, published), *_hints(submission, spam)]
    return submissions


def _kind(submission, resubmitted):
    if submission.pk in resubmitted:
        return gettext("resubmitted")
    return gettext("update") if submission.practice_id else gettext("new")


def _resubmitted(submissions):
    """Return the keys of those that came back after a request for changes, and wait for a decision again."""
    again = ModerationEvent.objects.filter(
        submission__in=[one.pk for one in submissions if one.state in AWAITING_MODERATION],
        from_state=State.CHANGES_REQUESTED,
        to_state=State.SUBMITTED,
    )
    return set(again.values_list("submission", flat=True))


def _spam_by_address(submissions):
    """Count spam by confirmed address. One that is not confirmed may be somebody else's."""
    addresses = {submission.submitter.email for submission in submissions}
    spam = Submission.objects.filter(
        state=State.SPAM, submitter__email__in=addresses, submitter__verified_at__isnull=False
    )
    return Counter(spam.values_list("submitter__email", flat=True))


def _similar_published(documents):
    """Return (key, page of the source, title key) of published practices with the same source or title key.

    A rough search for a whole page; the review page searches more thoroughly for one.
    """
    sources = {source_page(document) for document in documents} - {""}
    titles = {title_key(document["title"]) for document in documents} - {""}
    similar = Q(source_page__in=sources) | Q(title_key__in=titles)
    found = Practice.objects.published().filter(similar).values_list("pk", "source_page", "title_key")
    return list(found[:MOST_CANDIDATES])


def _similar(submission, published):
    source, key = source_page(submission.document), title_key(submission.document["title"])
    others = [one for one in published if one[0] != submission.practice_id]
    same_source = [pk for pk, its_source, _key in others if source and source == its_source]
    similar = [pk for pk, _source, its_key in others if key and key == its_key]
    if len(same_source) <= duplicates.MAX_PER_SOURCE:  # one report may describe many practices
        similar += same_source
    for pk in list(dict.fromkeys(similar))[:MOST_SIMILAR]:
        yield gettext("similar to practice #%(pk)s") % {"pk": pk}


def _hints(submission, spam):
    """Yield what a moderator might want to know before opening it."""
    document = submission.document
    links = sum(
        str(text).count("://") for name, text in document.items() if not name.endswith(("_url", "resources"))
    )
    if links >= MANY_LINKS:
        yield ngettext("%(count)s link in the text", "%(count)s links in the text", links) % {"count": links}
    found = languages.detect(document["title"], document["summary"], countries=document["countries"])
    if len(document["summary"]) >= ENOUGH_TEXT and languages.differ(found, document["language"]):
        yield gettext("looks like %(language)s") % {"language": dict(LANGUAGES)[found]}
    is_counted = submission.state == State.SPAM and submission.submitter.verified_at is not None
    earlier = spam[submission.submitter.email] - is_counted
    if earlier > 0:
        yield gettext("spam from this address: %(count)s") % {"count": earlier}
    if not submission.submitter.verified_at:
        yield gettext("address not confirmed")
