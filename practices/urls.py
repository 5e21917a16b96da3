"""Public addresses: canonical, readable, stable. Each family of pages in `web` has its own `urls` module."""

from django.urls import include, path

app_name = "practices"

urlpatterns = [
    path("", include("practices.web.browse.urls")),
    path("", include("practices.web.practice.urls")),
    path("", include("practices.web.kits.urls")),
    path("", include("practices.web.feeds.urls")),
    path("", include("practices.web.submit.urls")),
    path("", include("practices.web.questions.urls")),
    path("", include("practices.web.subscribe.urls")),
    path("", include("practices.web.personal_data.urls")),
    path("", include("practices.web.partners.urls")),
    path("", include("practices.web.site.urls")),
    path("", include("practices.exchange.oai.urls")),
    path("api/v1/", include("practices.exchange.api.urls")),
]
