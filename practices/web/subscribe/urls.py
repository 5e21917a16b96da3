"""Addresses of subscribing and of managing subscriptions."""

from django.urls import path

from practices.web.subscribe import views

urlpatterns = [
    path("subscribe/", views.subscribe, name="subscribe"),
    path("subscribe/sent/", views.subscription_sent, name="subscription-sent"),
    path("subscriptions/", views.subscriptions_link, name="subscriptions-link"),
    path("subscriptions/sent/", views.subscriptions_link_sent, name="subscriptions-link-sent"),
    path("subscriptions/confirm/<str:token>/", views.subscription_confirm, name="subscription-confirm"),
    # E-mails that were sent before name this path, so it stays.
    path("subscriptions/leave/<str:token>/", views.subscription_unsubscribe, name="subscription-unsubscribe"),
    path("subscriptions/<str:token>/", views.preferences, name="subscriptions"),
    path("subscriptions/<str:token>/export.json", views.preferences_export, name="subscriptions-export"),
]
