"""The whole project: the settings of `startproject`, one view and its templates."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.shortcuts import render
from django.urls import path

settings.configure(
    SECRET_KEY="unused: nothing is signed here",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [Path(__file__).parent / "templates"],
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    USE_TZ=True,
    REQUEST_SECONDS=10,  # for our worker of gunicorn
    UPLOAD_SECONDS=120,
)

CARDS = [
    {
        "pk": number,
        "title": f"Legal advice desks for seasonal workers in the port of town {number}",
        "summary": "Two offices share one file, so nobody has to tell the same story twice. " * 4,
        "place": "Philippines, Italy",
        "objective": 1 + number % 23,
        "label": "Dignified return & sustainable reintegration",
        "credit": "Association of Migrants' Families",
        "at": datetime(2026, 11, 2, 9, 30, tzinfo=UTC) - timedelta(days=number),
    }
    for number in range(1, 21)
]
LINKS = [
    {"name": f"Value {number} of a facet", "value": number, "count": 7 * number} for number in range(1, 63)
]
"""83 in all, with those of the cards and the one at the top."""


def listing(request):
    return render(request, "listing.html", {"cards": CARDS, "links": LINKS})


urlpatterns = [
    path("", listing, name="listing"),
    path("practices/<int:pk>/", listing, name="card"),
    path("facets/<int:value>/", listing, name="facet"),
]

application = get_wsgi_application()
