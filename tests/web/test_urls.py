"""Public URLs, which other sites, bookmarks and e-mails rely on."""

import re

from django.urls import get_resolver, resolve

ROUTES = {
    "": "home",
    "objectives/<int:number>/": "objective-detail",
    "objectives/<int:number>/feed.<str:extension>": "objective-feed",
    "countries/<slug:code>/feed.<str:extension>": "country-feed",
    "practices/": "practice-list",
    "practices/feed.<str:extension>": "practice-feed",
    "practices/export.<str:extension>": "practice-export",
    "practices/document.schema.json": "document-schema",
    "p/<int:pk>": "permanent",
    "p/<int:pk>/cite.<str:extension>": "permanent-citation",
    "practices/<int:pk>-<str:slug>/": "practice-detail",
    "practices/<int:pk>-<str:slug>/cite.<str:extension>": "practice-citation",
    "practices/<int:pk>-<str:slug>/revisions/": "revision-list",
    "practices/<int:pk>-<str:slug>/revisions/<int:number>/": "revision-detail",
    "countries/": "country-list",
    "countries/<slug:code>/": "country-detail",
    "regions/<slug:slug>/": "region-detail",
    "topics/": "topic-list",
    "topics/<str:slug>/": "topic-detail",
    "topics-without-practices/": "unused-topic-list",
    "map/": "world-map",
    "gaps/": "gap-map",
    "map.csv": "world-map-file",
    "gaps.csv": "gap-map-file",
    "practices/<int:pk>-<str:slug>/correct/": "practice-correct",
    "practices/<int:pk>-<str:slug>/adapt/": "practice-adapt",
    "practices/<int:pk>-<str:slug>/translate/": "practice-translate",
    "compare/": "comparison",
    "kit/": "kit",
    "kit/of-list/": "kit-of-list",
    "kit/practices.<str:extension>": "kit-file",
    "api/": "api-page",
    "oai": "oai",
    "oai/practice.xsd": "oai-schema",
    "api/v1/": "api:root",
    "api/v1/openapi.json": "api:openapi",
    "api/v1/practices/": "api:practice-list",
    "api/v1/practices/<int:pk>/": "api:practice-detail",
    "api/v1/practices/<int:pk>/revisions/": "api:revision-list",
    "api/v1/practices/<int:pk>/revisions/<int:number>/": "api:revision-detail",
    "api/v1/objectives/": "api:objective-list",
    "api/v1/objectives/<int:number>/": "api:objective-detail",
    "api/v1/taxonomies/": "api:taxonomy-list",
    "api/v1/taxonomies/<slug:name>/": "api:taxonomy-detail",
    "api/v1/tags/": "api:tag-list",
    "api/v1/topics/": "api:topic-list",
    "api/v1/topics/<slug:slug>/": "api:topic-detail",
    "api/v1/statistics/": "api:statistics",
    "api/v1/[\\s\\S]+": "api:not-found",
    "statistics/": "statistics",
    "statistics/<slug:name>.csv": "statistics-file",
    "submit/": "submit",
    "submit/spreadsheet/": "submit-spreadsheet",
    "submit/template.<str:extension>": "submit-template",
    "submit/duplicates/": "submit-duplicates",
    "submit/names.json": "submit-names",
    "submit/link/": "submit-link",
    "submit/link/sent/": "submit-link-sent",
    "submit/sent/": "submission-sent",
    "submissions/<slug:token>/": "submission-detail",
    "submissions/<slug:token>/edit/": "submission-edit",
    "submissions/<slug:token>/newer/": "submission-newer",
    "practices/<int:pk>/attachments/<int:attachment>/<file_name:name>": "attachment",
    "practices/<int:pk>/files/<slug:sha256>/<file_name:name>": "practice-file",
    "submissions/<slug:token>/spreadsheet/": "submission-spreadsheet",
    "submissions/<slug:token>/files/": "submission-attachments",
    "submissions/<slug:token>/files/<int:attachment>/": "submission-attachment",
    "submissions/<slug:token>/send/": "submission-send",
    "submissions/<slug:token>/confirm/<str:key>/": "submission-confirm",
    "submissions/<slug:token>/link/": "submission-link",
    "submissions/<slug:token>/write/": "submission-write",
    "submissions/<slug:token>/update/": "submission-update",
    "practices/<int:pk>-<str:slug>/ask/": "practice-ask",
    "questions/sent/": "question-sent",
    "questions/confirm/<str:token>/": "question-confirm",
    "questions/asked/<str:token>/": "question",
    "questions/answer/<str:token>/": "question-answer",
    "questions/contact/<str:token>/": "question-contact",
    "questions/waiting/<str:token>/": "questions-waiting",
    "submissions/<slug:token>/questions/": "submission-questions",
    "checks/<slug:token>/": "practice-check",
    "submissions/<slug:token>/privacy/": "submission-privacy",
    "submissions/<slug:token>/privacy.json": "submission-export",
    "submissions/<slug:token>/request-withdrawal/": "submission-request-withdrawal",
    "submissions/<slug:token>/credit/<int:pk>/": "submission-credit",
    "submissions/<slug:token>/withdraw/": "submission-withdraw",
    "subscribe/": "subscribe",
    "subscribe/sent/": "subscription-sent",
    "subscriptions/": "subscriptions-link",
    "subscriptions/sent/": "subscriptions-link-sent",
    "subscriptions/confirm/<str:token>/": "subscription-confirm",
    "subscriptions/leave/<str:token>/": "subscription-unsubscribe",
    "personal-data/": "personal-data-link",
    "personal-data/sent/": "personal-data-link-sent",
    "personal-data/<str:token>/": "personal-data-held",
    "personal-data/<str:token>/export.json": "personal-data-export",
    "personal-data/<str:token>/delete/": "personal-data-delete",
    "personal-data/<str:token>/credit/<int:pk>/": "personal-data-credit",
    "suggest/": "suggest",
    "subscriptions/<str:token>/": "subscriptions",
    "subscriptions/<str:token>/add/": "subscription-add",
    "subscriptions/<str:token>/change/<str:key>/": "subscription-change",
    "subscriptions/<str:token>/export.json": "subscriptions-export",
    "about/": "about",
    "contact/": "contact",
    "imprint/": "imprint",
    "data/": "data",
    "data/catalog.jsonld": "data-description",
    "data/dumps/newest.zip": "newest-dump",
    "data/dumps/<file_name:name>.sha256": "dump-checksum",
    "data/dumps/<file_name:name>": "dump",
    "status/": "status",
    "embed/": "embed",
    "oembed": "oembed",
    "criteria/": "criteria",
    "privacy/": "privacy",
    "privacy/erased/": "privacy-erased",
    "accessibility/": "accessibility",
    "styleguide/": "styleguide",
    "objectives/<int:number>/picture.png": "objective-picture",
    "practices/<int:pk>-<str:slug>/picture.png": "practice-picture",
    "picture.png": "picture",
    "manifest.webmanifest": "manifest",
    "styleguide/mails/": "mail-previews",
    "styleguide/mails/<slug:kind>/<slug:language>/": "mail-preview",
    "styleguide/mails/<slug:kind>/<slug:language>/html/": "mail-preview-html",
    "webhooks/mail/": "mail-events",
    "metrics": "metrics",
    "healthz": "healthz",
    "readyz": "readyz",
    "favicon.ico": "favicon",
    ".well-known/security.txt": "security",
    "languages.json": "languages",
    "robots.txt": "robots",
    "llms.txt": "llms",
    "sitemap.xml": "sitemap",
    "sitemap-<str:part>.xml": "sitemap-part",
}
"""Route → URL name, in the order of matching before the URLs were split into modules."""

SAMPLES = {"int": "7", "slug": "tv", "str": "confirm", "file_name": "confirm"}
"""Value for each converter. “confirm” is also a fixed part of other addresses."""


def routes(patterns, prefix="", namespace=""):
    """Yield (route, name) of `patterns` and of all that they include."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern), inner)
        else:
            yield prefix + str(pattern.pattern), namespace + pattern.name


def test_addresses_and_their_names_stay():
    found = list(routes(get_resolver("practices.urls").url_patterns))

    assert sorted(found) == sorted(ROUTES.items())


def sample(route):
    return "/" + re.sub(r"<(\w+):\w+>", lambda converter: SAMPLES[converter[1]], route)


def test_every_address_is_answered_by_its_own_view():
    """Resolve a sample of each route: no pattern of another module matches first."""
    matches = {route: resolve(sample(route)) for route in ROUTES}

    assert {route: (match.view_name, match.route) for route, match in matches.items()} == {
        route: (f"practices:{name}", route) for route, name in ROUTES.items()
    }
