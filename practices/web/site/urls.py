"""Addresses of pages about the site, of operations and of development."""

from django.conf import settings
from django.urls import path

from practices.web.site import development, operations, pages, sitemaps

urlpatterns = [
    path("about/", pages.about, name="about"),
    path("criteria/", pages.criteria, name="criteria"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("styleguide/", development.styleguide, name="styleguide"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("styleguide/mails/", operations.mail_previews, name="mail-previews"),
    path("styleguide/mails/<slug:kind>/<slug:language>/", operations.mail_preview, name="mail-preview"),
    path(
        "styleguide/mails/<slug:kind>/<slug:language>/html/",
        operations.mail_preview_html,
        name="mail-preview-html",
    ),
    path("webhooks/mail/", operations.mail_events, name="mail-events"),
    path("metrics", operations.metrics, name="metrics"),
    path("healthz", operations.healthz, name="healthz"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path(".well-known/security.txt", operations.security, name="security"),
    path("robots.txt", operations.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<str:part>.xml", sitemaps.sitemap_part, name="sitemap-part"),
]


def redirects(table):
    """Return permanent redirects from the paths of a previous site, so that its links and feeds keep working."""
    return [path(old.lstrip("/"), pages.moved, {"to": to}, name="moved") for old, to in table.items()]


urlpatterns += redirects(settings.LEGACY_PATHS)

if settings.DEBUG:
    urlpatterns += [
        path("mailbox/", development.mailbox, name="mailbox"),
        path("mailbox/<slug:name>/", development.mailbox_html, name="mailbox-html"),
    ]
