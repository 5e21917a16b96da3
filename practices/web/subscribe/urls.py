"""Addresses of subscribing and of managing subscriptions."""

from django.urls import path

from practices.web.subscribe import preferences, views

urlpatterns = [
    path("subscribe/", views.subscribe, name="subscribe"),
    path("subscribe/sent/", views.subscription_sent, name="subscription-sent"),
    path("subscriptions/", views.subscriptions_link, name="subscriptions-link"),
    path("subscriptions/sent/", views.subscriptions_link_sent, name="subscriptions-link-sent"),
    # Before those below, as no token is the word “confirm” or “leave”.
    path("subscriptions/<str:token>/add/", preferences.subscription_add, name="subscription-add"),
    path(
        "subscriptions/<str:token>/change/<str:key>/",
        preferences.subscription_change,
        name="subscription-change",
    ),
    path("subscriptions/confirm/<str:token>/", views.subscription_confirm, name="subscription-confirm"),
    # E-mails that were sent before name this path, so it stays.
    path("subscriptions/leave/<str:token>/", views.subscription_unsubscribe, name="subscription-unsubscribe"),
    path("subscriptions/<str:token>/", preferences.preferences, name="subscriptions"),
    path(
        "subscriptions/<str:token>/export.json", preferences.preferences_export, name="subscriptions-export"
    ),
]
