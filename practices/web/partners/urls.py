"""Addresses of what other sites embed."""

from django.urls import path

from practices.web.partners import embed

urlpatterns = [
    path("embed/", embed.embed, name="embed"),
    path("oembed", embed.oembed, name="oembed"),
]
