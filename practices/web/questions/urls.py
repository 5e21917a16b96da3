"""Addresses of questions of readers: the form, and the private pages of both sides."""

from django.urls import path

from practices.web.questions import asking, private

urlpatterns = [
    path("practices/<int:pk>-<str:slug>/ask/", asking.practice_ask, name="practice-ask"),
    path("questions/sent/", asking.question_sent, name="question-sent"),
    path("questions/confirm/<str:token>/", private.question_confirm, name="question-confirm"),
    path("questions/asked/<str:token>/", private.question_asked, name="question"),
    path("questions/answer/<str:token>/", private.question_answer, name="question-answer"),
    path("questions/waiting/<str:token>/", private.questions_waiting, name="questions-waiting"),
    path("questions/contact/<str:token>/", private.question_contact, name="question-contact"),
]
