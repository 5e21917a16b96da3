"""Addresses of the submission form and of private pages of a submission."""

from django.urls import path

from practices.web.submit import (
    adapt,
    attachments,
    edit,
    lost_link,
    names,
    personal_data,
    rebase,
    send,
    spreadsheet,
    start,
    status,
    translate,
)

urlpatterns = [
    path("practices/<int:pk>-<str:slug>/correct/", start.practice_correct, name="practice-correct"),
    path("practices/<int:pk>-<str:slug>/adapt/", adapt.practice_adapt, name="practice-adapt"),
    path("practices/<int:pk>-<str:slug>/translate/", translate.practice_translate, name="practice-translate"),
    path("submit/", start.submit, name="submit"),
    path("submit/spreadsheet/", spreadsheet.submit_spreadsheet, name="submit-spreadsheet"),
    path("submit/template.<str:extension>", spreadsheet.submit_template, name="submit-template"),
    path("submit/names.json", names.submit_names, name="submit-names"),
    path("submit/duplicates/", start.submit_duplicates, name="submit-duplicates"),
    path("submit/link/", lost_link.submit_link, name="submit-link"),
    path("submit/link/sent/", lost_link.submit_link_sent, name="submit-link-sent"),
    path("submit/sent/", start.submission_sent, name="submission-sent"),
    path("submissions/<slug:token>/", status.submission_detail, name="submission-detail"),
    path("submissions/<slug:token>/edit/", edit.submission_edit, name="submission-edit"),
    path("submissions/<slug:token>/newer/", rebase.submission_newer, name="submission-newer"),
    path(
        "submissions/<slug:token>/spreadsheet/",
        spreadsheet.submission_spreadsheet,
        name="submission-spreadsheet",
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
    path(
        "submissions/<slug:token>/request-withdrawal/",
        status.submission_request_withdrawal,
        name="submission-request-withdrawal",
    ),
    path(
        "submissions/<slug:token>/questions/",
        status.submission_questions,
        name="submission-questions",
    ),
    path("submissions/<slug:token>/privacy/", personal_data.submission_privacy, name="submission-privacy"),
    path(
        "submissions/<slug:token>/credit/<int:pk>/", personal_data.submission_credit, name="submission-credit"
    ),
    path("submissions/<slug:token>/privacy.json", personal_data.submission_export, name="submission-export"),
    path("submissions/<slug:token>/withdraw/", status.submission_withdraw, name="submission-withdraw"),
]
