"""Addresses of kits."""

from django.urls import path

from practices.web.kits import views

urlpatterns = [
    path("kit/", views.kit, name="kit"),
    path("kit/of-list/", views.kit_of_list, name="kit-of-list"),
    path("kit/practices.<str:extension>", views.kit_file, name="kit-file"),
]
