"""Addresses of feeds."""

from django.urls import path

from practices.web.feeds import views

urlpatterns = [
    path("objectives/<int:number>/feed.<str:extension>", views.objective_feed, name="objective-feed"),
    path("countries/<slug:code>/feed.<str:extension>", views.country_feed, name="country-feed"),
    path("practices/feed.<str:extension>", views.practice_feed, name="practice-feed"),
]
