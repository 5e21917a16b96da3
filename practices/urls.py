"""Public addresses: canonical, readable, stable."""

from django.conf import settings
from django.urls import path

from practices.web.browse import compare, listing, maps, places, suggest
from practices.web.feeds import views as feeds
from practices.web.partners import embed
from practices.web.practice import detail, share_image
from practices.web.site import development, operations, pages, sitemaps
from practices.web.submit import (
    attachments,
    edit,
    personal_data,
    rebase,
    send,
    spreadsheet,
    start,
    status,
    still_true,
)
from practices.web.subscribe import views

app_name = "practices"

urlpatterns = [
    path("", listing.home, name="home"),
    path("objectives/<int:number>/", listing.objective_detail, name="objective-detail"),
    path("objectives/<int:number>/feed.<str:extension>", feeds.objective_feed, name="objective-feed"),
    path("countries/<slug:code>/feed.<str:extension>", feeds.country_feed, name="country-feed"),
    path("practices/", listing.practice_list, name="practice-list"),
    path("practices/feed.<str:extension>", feeds.practice_feed, name="practice-feed"),
    path("practices/export.<str:extension>", listing.practice_export, name="practice-export"),
    path("practices/document.schema.json", detail.document_schema, name="document-schema"),
    path("practices/<int:pk>-<str:slug>/", detail.practice_detail, name="practice-detail"),
    path(
        "practices/<int:pk>-<str:slug>/cite.<str:extension>",
        detail.practice_citation,
        name="practice-citation",
    ),
    path("practices/<int:pk>-<str:slug>/revisions/", detail.revision_list, name="revision-list"),
    path(
        "practices/<int:pk>-<str:slug>/revisions/<int:number>/",
        detail.revision_detail,
        name="revision-detail",
    ),
    path("countries/<slug:code>/", places.country_detail, name="country-detail"),
    path("regions/<slug:slug>/", places.region_detail, name="region-detail"),
    path("map/", maps.world_map, name="world-map"),
    path("gaps/", maps.gap_map, name="gap-map"),
    path("gaps.csv", maps.gap_map_file, name="gap-map-file"),
    path("practices/<int:pk>-<str:slug>/correct/", start.practice_correct, name="practice-correct"),
    path("compare/", compare.comparison, name="comparison"),
    path("statistics/", maps.statistics_page, name="statistics"),
    path("submit/", start.submit, name="submit"),
    path("submit/spreadsheet/", spreadsheet.submit_spreadsheet, name="submit-spreadsheet"),
    path("submit/template.<str:extension>", spreadsheet.submit_template, name="submit-template"),
    path("submit/duplicates/", start.submit_duplicates, name="submit-duplicates"),
    path("submit/sent/", start.submission_sent, name="submission-sent"),
    path("submissions/<slug:token>/", status.submission_detail, name="submission-detail"),
    path("submissions/<slug:token>/edit/", edit.submission_edit, name="submission-edit"),
    path("submissions/<slug:token>/newer/", rebase.submission_newer, name="submission-newer"),
    path(
        "practices/<int:pk>/attachments/<int:attachment>/<str:name>",
        attachments.attachment,
        name="attachment",
    ),
    path(
        "submissions/<slug:token>/files/", attachments.submission_attachments, name="submission-attachments"
    ),
    path(
        "submissions/<slug:token>/files/<int:attachment>/",
        attachments.submission_attachment,
        name="submission-attachment",
    ),
    path("submissions/<slug:token>/send/", send.submission_send, name="submission-send"),
    path(
        "submissions/<slug:token>/confirm/<str:key>/",
        send.submission_confirm,
        name="submission-confirm",
    ),
    path("submissions/<slug:token>/link/", send.submission_link, name="submission-link"),
    path("submissions/<slug:token>/write/", status.submission_write, name="submission-write"),
    path("submissions/<slug:token>/update/", status.submission_update, name="submission-update"),
    path("checks/<slug:token>/", still_true.practice_check, name="practice-check"),
    path("submissions/<slug:token>/privacy/", personal_data.submission_privacy, name="submission-privacy"),
    path("submissions/<slug:token>/privacy.json", personal_data.submission_export, name="submission-export"),
    path("submissions/<slug:token>/withdraw/", status.submission_withdraw, name="submission-withdraw"),
    path("subscribe/", views.subscribe, name="subscribe"),
    path("subscribe/sent/", views.subscription_sent, name="subscription-sent"),
    path("subscriptions/", views.subscriptions_link, name="subscriptions-link"),
    path("subscriptions/sent/", views.subscriptions_link_sent, name="subscriptions-link-sent"),
    path("subscriptions/confirm/<str:token>/", views.subscription_confirm, name="subscription-confirm"),
    path("subscriptions/leave/<str:token>/", views.subscription_leave, name="subscription-leave"),
    path("suggest/", suggest.suggest, name="suggest"),
    path("subscriptions/<str:token>/", views.preferences, name="subscriptions"),
    path("subscriptions/<str:token>/export.json", views.preferences_export, name="subscriptions-export"),
    path("about/", pages.about, name="about"),
    path("embed/", embed.embed, name="embed"),
    path("oembed", embed.oembed, name="oembed"),
    path("criteria/", pages.criteria, name="criteria"),
    path("privacy/", pages.privacy, name="privacy"),
    path("privacy/erased/", personal_data.privacy_erased, name="privacy-erased"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("styleguide/", development.styleguide, name="styleguide"),
    path("objectives/<int:number>/picture.png", share_image.objective_picture, name="objective-picture"),
    path("practices/<int:pk>-<str:slug>/picture.png", share_image.practice_picture, name="practice-picture"),
    path("picture.png", share_image.picture, name="picture"),
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
    path("healthz", pages.healthz, name="healthz"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path(".well-known/security.txt", pages.security, name="security"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
]


def legacy(table):
    """Paths of a predecessor, so that its readers keep their feeds and links."""
    return [path(old.lstrip("/"), pages.moved, {"to": to}, name="moved") for old, to in table.items()]


urlpatterns += legacy(settings.LEGACY_PATHS)

if settings.DEBUG:
    urlpatterns += [
        path("mailbox/", development.mailbox, name="mailbox"),
        path("mailbox/<slug:name>/", development.mailbox_html, name="mailbox-html"),
    ]
