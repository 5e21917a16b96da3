"""Every address of the catalogue by who may open it. A test fails if a new one is missing here."""

from urllib.parse import quote

from django.conf import settings
from django.urls import resolve, reverse

from practices import personal_data, workflow
from practices.choices import Kind, QuestionState, State
from practices.core.http.sent_pages import sent_address
from practices.models import Concept, OutboxMessage, Practice, QuestionContact
from practices.notifications import subscriptions
from practices.notifications.outbox import news
from tests.support.factories import (
    announced_to,
    make_check,
    make_moderator,
    make_outdated_update,
    make_practice,
    make_question,
    make_submission,
    make_subscription,
)
from tests.support.thesaurus import make_concept

PAGES = [
    "home", "objective-detail", "practice-list", "practice-detail", "revision-list", "revision-detail", "about",
    "criteria", "contact", "imprint", "data", "privacy", "accessibility",
    "topic-list", "topic-detail", "unused-topic-list", "country-list", "gap-map", "world-map", "country-detail",
    "region-detail",
    "comparison", "statistics", "api-page", "kit",
]  # fmt: skip
API = [
    "api:root", "api:openapi", "api:practice-list", "api:practice-detail", "api:revision-list",
    "api:revision-detail", "api:objective-list", "api:objective-detail", "api:taxonomy-list", "api:taxonomy-detail",
    "api:tag-list", "api:topic-list", "api:topic-detail", "api:statistics",
]  # fmt: skip
FILES = [
    "objective-feed", "country-feed", "practice-feed", "practice-export", "suggest", "gap-map-file", "world-map-file",
    "statistics-file", "document-schema",
    "embed", "oembed", "favicon", "manifest", "languages", "robots", "llms", "sitemap", "sitemap-part",
    "practice-citation", "submit-names", "data-description", "oai", "oai-schema",
    *API,
]  # fmt: skip
FORMS = [
    "subscribe", "submit", "submit-duplicates", "submit-spreadsheet", "practice-correct", "practice-translate",
    "practice-adapt", "practice-ask", "question-sent",
    "submission-sent",
    "submit-link", "submit-link-sent",
    "subscription-sent",
    "subscriptions-link", "subscriptions-link-sent", "personal-data-link", "personal-data-link-sent",
    "privacy-erased",
]  # fmt: skip
BY_LINK = [
    "submission-detail", "submission-edit", "submission-send", "submission-confirm", "submission-link",
    "submission-attachments", "submission-write", "submission-update", "submission-privacy", "submission-export",
    "submission-withdraw", "submission-newer", "submission-spreadsheet", "practice-check", "subscription-confirm",
    "subscription-unsubscribe", "subscriptions", "subscription-add", "subscription-change", "subscriptions-export",
    "personal-data-held", "personal-data-export", "personal-data-delete", "submission-request-withdrawal",
    "submission-credit", "personal-data-credit", "submission-questions", "question-confirm", "question",
    "question-answer", "question-contact", "questions-waiting",
]  # fmt: skip
DOWNLOADS = [
    "attachment",
    "practice-file",
    "submission-attachment",
    "submit-template",
    "dump",
    "dump-checksum",
    "kit-file",
]
"""Files, tested in tests/web/submit/test_attachments.py, tests/web/site/test_data.py and tests/web/test_kits.py."""
REDIRECTS = ["permanent", "permanent-citation", "newest-dump", "kit-of-list"]
"""Addresses that lead elsewhere, tested in tests/documents/test_citations.py and beside their targets."""
OPERATION = ["healthz", "readyz", "status", "security"]
STAFF = ["styleguide", "metrics", "mail-events", "mail-previews", "mail-preview", "mail-preview-html"]

FRAMED = ["embed"]
"""Pages that other sites may embed in a frame."""

PICTURES = ["picture", "objective-picture", "practice-picture"]

CACHEABLE = PAGES + FILES + PICTURES
"""Addresses with the same response for everyone, which any cache may store."""
PUBLIC = CACHEABLE + FORMS + OPERATION
"""Addresses without access control."""
PRIVATE = BY_LINK
"""Addresses that need the token of a mailed link."""
NEVER_KEPT = FORMS + BY_LINK
"""Addresses marked no-store."""
INDEXABLE = ["submit", "submit-spreadsheet", "subscribe"]
"""Addresses of NEVER_KEPT that search engines may list; the others are marked noindex."""
POST_ONLY = ["submit-duplicates"]
BY_POST = [
    "subscribe",
    "submit",
    "practice-correct",
    "practice-translate",
    "practice-adapt",
    "practice-ask",
    "subscriptions-link",
    "personal-data-link",
    "submit-link",
    *(name for name in BY_LINK[1:] if not name.endswith(("-export", "-held", "-waiting"))),
]
"""Addresses that accept POST."""
HTML_PAGES = [
    name
    for name in [*PAGES, *FORMS, *BY_LINK]
    if name
    not in [
        f"submission-{step}"
        for step in ("link", "write", "update", "withdraw", "request-withdrawal", "export", "questions")
    ]
    and name not in ("submit-duplicates", "subscriptions-export", "personal-data-export")
]
"""Addresses that show a page on GET. The others redirect."""
READ_ONLY = [
    *(name for name in CACHEABLE if name != "oai"),  # harvesters may ask by POST
    *OPERATION, "submission-sent", "subscription-sent", "subscriptions-link-sent", "submission-detail",
    "submission-export", "subscriptions-export", "privacy-erased", "personal-data-link-sent", "personal-data-held",
    "personal-data-export", "submit-link-sent", "question-sent", "questions-waiting",
]  # fmt: skip

VARIANTS = {
    "objective-feed": ["atom", "rss", "json"],
    "country-feed": ["atom", "rss", "json"],
    "practice-feed": ["atom", "rss", "json"],
    "practice-export": ["csv", "json", "jsonl", "bib", "ris", "csl.json"],
    "practice-citation": ["bib", "ris", "json"],
    "sitemap-part": ["pages", "1"],
    "statistics-file": ["objective", "start"],
}
"""Name → extensions of the addresses that have one."""


def address(name, *args):
    return reverse(f"practices:{name}", args=args)


def sent(name, query=""):
    """Return the address of a page that says that a form was sent, as the form leads to it."""
    return sent_address(f"practices:{name}", query)


def public_addresses(practice, *, objective=21, country="tv", names=PUBLIC):
    """Return {name: addresses} for this practice, objective and country."""
    args = {
        "practice-picture": [practice.pk, practice.slug],
        "objective-picture": [objective],
        "objective-detail": [objective],
        "objective-feed": [objective],
        "country-feed": [country],
        "country-detail": ["tv"],
        "region-detail": ["polynesia"],
        "topic-detail": ["guides"],
        "practice-detail": [practice.pk, practice.slug],
        "practice-correct": [practice.pk, practice.slug],
        "practice-translate": [practice.pk, practice.slug],
        "practice-adapt": [practice.pk, practice.slug],
        "practice-ask": [practice.pk, practice.slug],
        "practice-citation": [practice.pk, practice.slug],
        "revision-list": [practice.pk, practice.slug],
        "revision-detail": [practice.pk, practice.slug, 1],
        "api:practice-detail": [practice.pk],
        "api:revision-list": [practice.pk],
        "api:revision-detail": [practice.pk, 1],
        "api:objective-detail": [objective],
        "api:taxonomy-detail": ["country"],
        "api:topic-detail": ["guides"],
    }
    if {"topic-detail", "api:topic-detail"} & set(names) and not Concept.objects.exists():
        make_concept("guides", en=["guides", "escorts"], ar=["مرشدون"], objectives=[21])
    queries = {
        "oembed": f"?url={settings.SITE_URL}{quote(practice.get_absolute_url())}",
        "oai": "?verb=ListRecords&metadataPrefix=practice",
        "practice-translate": "?to=fr",
    }
    queries |= {name: f"?{sent(name).partition('?')[2]}" for name in FORMS if name.endswith("-sent")}
    return {
        name: [
            address(name, *args.get(name, []), *variant) + queries.get(name, "")
            for variant in _variants(name)
        ]
        for name in names
    }


def _variants(name):
    return [[extension] for extension in VARIANTS.get(name, [])] or [[]]


def personal_data_address(address_of_person, name="personal-data-held"):
    """Return the mailed link to all that is held on an address."""
    personal_data.request_link(address_of_person, language="en")
    message = OutboxMessage.objects.filter(kind=Kind.PERSONAL_DATA_LINK, address=address_of_person).latest(
        "pk"
    )
    return address(name, resolve(message.context["personal_data_path"]).kwargs["token"])


def open_address(name):  # noqa: PLR0911 - a way to make each
    """Return the first address of this name, creating the objects that it shows if needed."""
    if name == "practice-ask":
        practice = make_submission(State.PUBLISHED).practice
        return address(name, practice.pk, practice.slug)
    if name in PUBLIC:
        practice = Practice.objects.first() or make_practice()
        return public_addresses(practice, names=[name])[name][0]
    if name == "subscription-confirm":
        return confirm_address(make_subscription(confirmed=False))
    if name == "subscription-unsubscribe":
        return unsubscribe_address(make_subscription())
    if name.startswith("subscription"):
        return preferences_address(make_subscription(), name)
    if name.endswith("-credit"):
        published = make_submission(State.PUBLISHED, credit="Port of Batumi")
        if name == "submission-credit":
            return address(name, published.token, published.practice_id)
        return f"{personal_data_address(published.submitter.email)}credit/{published.practice_id}/"
    if name.startswith("personal-data"):
        return personal_data_address(make_subscription().subscriber.address, name)
    if name.startswith("question"):
        return question_address(name)
    if name == "submission-confirm":
        return workflow.confirm_path(make_submission(State.DRAFT))
    if name == "practice-check":
        return address(name, make_check().token)
    if name == "submission-newer":
        return address(
            name, make_outdated_update(since={"area": "New results"}, summary="Which years?").token
        )
    states = {
        "submission-edit": State.CHANGES_REQUESTED,
        "submission-update": State.PUBLISHED,
        "submission-request-withdrawal": State.PUBLISHED,
        "submission-questions": State.PUBLISHED,
    }
    return address(name, make_submission(states.get(name, State.DRAFT)).token)


def question_address(name):
    """Return the mailed link of this name."""
    if name == "question-contact":
        workflow.set_question_contact(make_practice(), "desk@example.org", language="en", by=make_moderator())
        return workflow.question_contact_path(QuestionContact.objects.latest("pk"))
    if name == "question-confirm":
        return workflow.question_confirm_path(make_question(QuestionState.ASKED))
    paths = {
        "question": workflow.question_path,
        "question-answer": workflow.question_answer_path,
        "questions-waiting": workflow.questions_waiting_path,
    }
    return paths[name](make_question())


def open_addresses(names):
    """Return {name: first address} for these names, creating the objects that they show."""
    return {name: open_address(name) for name in names}


def confirm_address(subscription):
    """Return the mailed link that confirms this subscription."""
    message = OutboxMessage.objects.get(subscriber=subscription.subscriber, context__has_key="confirm_path")
    return message.context["confirm_path"]


def unsubscribe_address(subscription):
    """Return the unsubscribe link of an announcement to this subscriber."""
    [objective] = subscription.query.removeprefix("objective=").split("&objective=")[:1]
    message = announced_to(subscription, objectives=[int(objective)])
    news.attach([message])
    return message.news.unsubscribe_path


def preferences_address(subscription, name="subscriptions"):
    """Return the mailed link to all subscriptions of this subscriber."""
    token = resolve(subscriptions.preferences_path(subscription.subscriber)).kwargs["token"]
    return address(name, token, *([subscription.key] if name == "subscription-change" else []))
