"""Addresses of the API. Its version changes with any change that a program could notice but for additions."""

from django.urls import path, re_path

from practices.exchange.api import openapi, practices, root, statistics, taxonomies

app_name = "api"

urlpatterns = [
    path("", root.Root.as_public_view(), name="root"),
    path("openapi.json", openapi.Description.as_public_view(), name="openapi"),
    path("practices/", practices.PracticeList.as_public_view(), name="practice-list"),
    path("practices/<int:pk>/", practices.PracticeDetail.as_public_view(), name="practice-detail"),
    path("practices/<int:pk>/revisions/", practices.RevisionList.as_public_view(), name="revision-list"),
    path(
        "practices/<int:pk>/revisions/<int:number>/",
        practices.RevisionDetail.as_public_view(),
        name="revision-detail",
    ),
    path("objectives/", taxonomies.ObjectiveList.as_public_view(), name="objective-list"),
    path("objectives/<int:number>/", taxonomies.ObjectiveDetail.as_public_view(), name="objective-detail"),
    path("taxonomies/", taxonomies.TaxonomyList.as_public_view(), name="taxonomy-list"),
    path("taxonomies/<slug:name>/", taxonomies.TaxonomyDetail.as_public_view(), name="taxonomy-detail"),
    path("tags/", taxonomies.TagList.as_public_view(), name="tag-list"),
    path("topics/", taxonomies.TopicList.as_public_view(), name="topic-list"),
    path("topics/<slug:slug>/", taxonomies.TopicDetail.as_public_view(), name="topic-detail"),
    path("statistics/", statistics.Statistics.as_public_view(), name="statistics"),
    re_path(r"[\s\S]+", root.NotFound.as_public_view(), name="not-found"),
]
