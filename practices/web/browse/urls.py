"""Addresses of the home page, lists, maps and statistics."""

from django.urls import path

from practices.web.browse import (
    compare,
    download,
    home,
    listing,
    maps,
    objectives,
    places,
    statistics,
    suggest,
    topics,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("objectives/<int:number>/", objectives.objective_detail, name="objective-detail"),
    path("practices/", listing.practice_list, name="practice-list"),
    path("practices/export.<str:extension>", download.practice_export, name="practice-export"),
    path("topics/", topics.topic_list, name="topic-list"),
    path("countries/", places.country_list, name="country-list"),
    path("countries/<slug:code>/", places.country_detail, name="country-detail"),
    path("regions/<slug:slug>/", places.region_detail, name="region-detail"),
    path("map/", maps.world_map, name="world-map"),
    path("gaps/", maps.gap_map, name="gap-map"),
    path("gaps.csv", maps.gap_map_file, name="gap-map-file"),
    path("compare/", compare.comparison, name="comparison"),
    path("statistics/", statistics.statistics_page, name="statistics"),
    path("suggest/", suggest.suggest, name="suggest"),
]
