"""Public addresses: canonical, readable, stable."""

from django.conf import settings
from django.urls import path

from practices import sitemaps
from practices.feeds import views as feeds
from practices.views import (
    attaching,
    browsing,
    checking,
    comparing,
    development,
    embedding,
    following,
    operating,
    overviews,
    pages,
    pictures,
    places,
    practices,
    preparing,
    privacy,
    submitting,
    subscribing,
    suggesting,
    updating,
)

app_name = "practices"

urlpatterns = [
    path("", browsing.home, name="home"),
    path("objectives/<int:number>/", browsing.objective_detail, name="objective-detail"),
    path("objectives/<int:number>/feed.<str:extension>", feeds.objective_feed, name="objective-feed"),
    path("countries/<slug:code>/feed.<str:extension>", feeds.country_feed, name="country-feed"),
    path("practices/", browsing.practice_list, name="practice-list"),
    path("practices/feed.<str:extension>", feeds.practice_feed, name="practice-feed"),
    path("practices/export.<str:extension>", browsing.practice_export, name="practice-export"),
    path("practices/document.schema.json", practices.document_schema, name="document-schema"),
    path("practices/<int:pk>-<str:slug>/", practices.practice_detail, name="practice-detail"),
    path(
        "practices/<int:pk>-<str:slug>/cite.<str:extension>",
        practices.practice_citation,
        name="practice-citation",
    ),
    path("practices/<int:pk>-<str:slug>/revisions/", practices.revision_list, name="revision-list"),
    path(
        "practices/<int:pk>-<str:slug>/revisions/<int:number>/",
        practices.revision_detail,
        name="revision-detail",
    ),
    path("countries/<slug:code>/", places.country_detail, name="country-detail"),
    path("regions/<slug:slug>/", places.region_detail, name="region-detail"),
    path("map/", overviews.world_map, name="world-map"),
    path("gaps/", overviews.gap_map, name="gap-map"),
    path("gaps.csv", overviews.gap_map_file, name="gap-map-file"),
    path("practices/<int:pk>-<str:slug>/correct/", submitting.practice_correct, name="practice-correct"),
    path("compare/", comparing.comparison, name="comparison"),
    path("statistics/", overviews.statistics_page, name="statistics"),
    path("submit/", submitting.submit, name="submit"),
    path("submit/spreadsheet/", preparing.submit_spreadsheet, name="submit-spreadsheet"),
    path("submit/template.<str:extension>", preparing.submit_template, name="submit-template"),
    path("submit/duplicates/", submitting.submit_duplicates, name="submit-duplicates"),
    path("submit/sent/", submitting.submission_sent, name="submission-sent"),
    path("submissions/<slug:token>/", following.submission_detail, name="submission-detail"),
    path("submissions/<slug:token>/edit/", submitting.submission_edit, name="submission-edit"),
    path("submissions/<slug:token>/newer/", updating.submission_newer, name="submission-newer"),
    path(
        "practices/<int:pk>/attachments/<int:attachment>/<str:name>", attaching.attachment, name="attachment"
    ),
    path("submissions/<slug:token>/files/", attaching.submission_attachments, name="submission-attachments"),
    path(
        "submissions/<slug:token>/files/<int:attachment>/",
        attaching.submission_attachment,
        name="submission-attachment",
    ),
    path("submissions/<slug:token>/send/", submitting.submission_send, name="submission-send"),
    path(
        "submissions/<slug:token>/confirm/<str:key>/",
        submitting.submission_confirm,
        name="submission-confirm",
    ),
    path("submissions/<slug:token>/link/", submitting.submission_link, name="submission-link"),
    path("submissions/<slug:token>/write/", following.submission_write, name="submission-write"),
    path("submissions/<slug:token>/update/", following.submission_update, name="submission-update"),
    path("checks/<slug:token>/", checking.practice_check, name="practice-check"),
    path("submissions/<slug:token>/privacy/", privacy.submission_privacy, name="submission-privacy"),
    path("submissions/<slug:token>/privacy.json", privacy.submission_export, name="submission-export"),
    path("submissions/<slug:token>/withdraw/", following.submission_withdraw, name="submission-withdraw"),
    path("subscribe/", subscribing.subscribe, name="subscribe"),
    path("subscribe/sent/", subscribing.subscription_sent, name="subscription-sent"),
    path("subscriptions/", subscribing.subscriptions_link, name="subscriptions-link"),
    path("subscriptions/sent/", subscribing.subscriptions_link_sent, name="subscriptions-link-sent"),
    path("subscriptions/confirm/<str:token>/", subscribing.subscription_confirm, name="subscription-confirm"),
    path("subscriptions/leave/<str:token>/", subscribing.subscription_leave, name="subscription-leave"),
    path("suggest/", suggesting.suggest, name="suggest"),
    path("subscriptions/<str:token>/", subscribing.preferences, name="subscriptions"),
    path(
        "subscriptions/<str:token>/export.json", subscribing.preferences_export, name="subscriptions-export"
    ),
    path("about/", pages.about, name="about"),
    path("embed/", embedding.embed, name="embed"),
    path("oembed", embedding.oembed, name="oembed"),
    path("criteria/", pages.criteria, name="criteria"),
    path("privacy/", pages.privacy, name="privacy"),
    path("privacy/erased/", privacy.privacy_erased, name="privacy-erased"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("styleguide/", development.styleguide, name="styleguide"),
    path("objectives/<int:number>/picture.png", pictures.objective_picture, name="objective-picture"),
    path("practices/<int:pk>-<str:slug>/picture.png", pictures.practice_picture, name="practice-picture"),
    path("picture.png", pictures.picture, name="picture"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("styleguide/mails/", operating.mail_previews, name="mail-previews"),
    path("styleguide/mails/<slug:kind>/<slug:language>/", operating.mail_preview, name="mail-preview"),
    path(
        "styleguide/mails/<slug:kind>/<slug:language>/html/",
        operating.mail_preview_html,
        name="mail-preview-html",
    ),
    path("webhooks/mail/", operating.mail_events, name="mail-events"),
    path("metrics", operating.metrics, name="metrics"),
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
