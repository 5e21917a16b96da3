"""Addresses of pages about the site, for operators and crawlers, and for developers."""

from django.conf import settings
from django.urls import path

from practices.web.site import (
    bounces,
    data,
    health,
    language_offers,
    llms_txt,
    mail_previews,
    mailbox,
    metrics,
    pages,
    robots,
    security_txt,
    sitemaps,
    styleguide,
)

urlpatterns = [
    path("about/", pages.about, name="about"),
    path("criteria/", pages.criteria, name="criteria"),
    path("contact/", pages.contact, name="contact"),
    path("imprint/", pages.imprint, name="imprint"),
    path("data/", data.data, name="data"),
    path("data/catalog.jsonld", data.data_description, name="data-description"),
    path("data/dumps/newest.zip", data.newest_dump, name="newest-dump"),
    path("data/dumps/<file_name:name>.sha256", data.dump_checksum, name="dump-checksum"),
    path("data/dumps/<file_name:name>", data.dump, name="dump"),
    path("status/", pages.status, name="status"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("styleguide/mails/", mail_previews.mail_previews, name="mail-previews"),
    path("styleguide/mails/<slug:kind>/<slug:language>/", mail_previews.mail_preview, name="mail-preview"),
    path(
        "styleguide/mails/<slug:kind>/<slug:language>/html/",
        mail_previews.mail_preview_html,
        name="mail-preview-html",
    ),
    path("webhooks/mail/", bounces.mail_events, name="mail-events"),
    path("metrics", metrics.metrics, name="metrics"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path(".well-known/security.txt", security_txt.security, name="security"),
    path("llms.txt", llms_txt.llms, name="llms"),
    path("languages.json", language_offers.language_offers, name="languages"),
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<str:part>.xml", sitemaps.sitemap_part, name="sitemap-part"),
]


def redirects(table):
    """Return permanent redirects from the paths of a previous site, so that its links and feeds keep working."""
    return [path(old.lstrip("/"), pages.moved, {"to": to}, name="moved") for old, to in table.items()]


urlpatterns += redirects(settings.LEGACY_PATHS)

if settings.DEBUG:
    urlpatterns += [
        path("mailbox/", mailbox.mailbox, name="mailbox"),
        path("mailbox/<slug:name>/", mailbox.mailbox_html, name="mailbox-html"),
    ]
