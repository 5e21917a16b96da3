"""Addresses of what other sites embed."""

from django.urls import path

from practices.web.partners import api, embed

urlpatterns = [
    path("api/", api.api, name="api-page"),
    path("embed/", embed.embed, name="embed"),
    path("oembed", embed.oembed, name="oembed"),
]
