"""Addresses of harvesting."""

from django.urls import path

from practices.exchange.oai import views

urlpatterns = [
    path("oai", views.oai, name="oai"),
    path("oai/practice.xsd", views.oai_schema, name="oai-schema"),
]
