"""Addresses of the pages about one's personal data."""

from django.urls import path

from practices.web.personal_data import views

urlpatterns = [
    path("personal-data/", views.personal_data_link, name="personal-data-link"),
    path("personal-data/sent/", views.personal_data_link_sent, name="personal-data-link-sent"),
    path("personal-data/<str:token>/", views.personal_data_held, name="personal-data-held"),
    path("personal-data/<str:token>/export.json", views.personal_data_export, name="personal-data-export"),
    path("personal-data/<str:token>/delete/", views.personal_data_delete, name="personal-data-delete"),
    path(
        "personal-data/<str:token>/credit/<int:pk>/", views.personal_data_credit, name="personal-data-credit"
    ),
    path("privacy/erased/", views.privacy_erased, name="privacy-erased"),
]
