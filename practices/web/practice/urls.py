"""Addresses of a practice: its page, revisions, citations, yearly question, share images and the schema."""

from django.urls import path

from practices.web.practice import citations, detail, revisions, schema, share_image, still_true

urlpatterns = [
    path("practices/document.schema.json", schema.document_schema, name="document-schema"),
    path("practices/<int:pk>-<str:slug>/", detail.practice_detail, name="practice-detail"),
    path(
        "practices/<int:pk>-<str:slug>/cite.<str:extension>",
        citations.practice_citation,
        name="practice-citation",
    ),
    path("practices/<int:pk>-<str:slug>/revisions/", revisions.revision_list, name="revision-list"),
    path(
        "practices/<int:pk>-<str:slug>/revisions/<int:number>/",
        revisions.revision_detail,
        name="revision-detail",
    ),
    path("checks/<slug:token>/", still_true.practice_check, name="practice-check"),
    path("objectives/<int:number>/picture.png", share_image.objective_picture, name="objective-picture"),
    path("practices/<int:pk>-<str:slug>/picture.png", share_image.practice_picture, name="practice-picture"),
    path("picture.png", share_image.picture, name="picture"),
]
