"""Addresses of a practice: its page, revisions, citations, files, yearly question, share images and the schema."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from practices.web.practice import citations, detail, files, revisions, schema, share_image, still_true


class FileNameConverter(StringConverter):
    """A segment of an address that is looked up in the database, where PostgreSQL refuses NUL."""

    regex = r"[^/\x00]+"


register_converter(FileNameConverter, "file_name")

urlpatterns = [
    path("practices/document.schema.json", schema.document_schema, name="document-schema"),
    path("p/<int:pk>", detail.permanent, name="permanent"),
    path("p/<int:pk>/cite.<str:extension>", citations.permanent_citation, name="permanent-citation"),
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
    path(
        "practices/<int:pk>/files/<slug:sha256>/<file_name:name>",
        files.practice_file,
        name="practice-file",
    ),
    path(
        "practices/<int:pk>/attachments/<int:attachment>/<file_name:name>",
        files.attachment,
        name="attachment",
    ),
    path("checks/<slug:token>/", still_true.practice_check, name="practice-check"),
    path("objectives/<int:number>/picture.png", share_image.objective_picture, name="objective-picture"),
    path("practices/<int:pk>-<str:slug>/picture.png", share_image.practice_picture, name="practice-picture"),
    path("picture.png", share_image.picture, name="picture"),
]
