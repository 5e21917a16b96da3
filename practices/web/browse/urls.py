"""Addresses of the home page, lists, maps and statistics."""

from django.urls import path

from practices.web.browse import (
    compare,
    download,
    gap_map,
    home,
    listing,
    objectives,
    places,
    statistics,
    suggest,
    topics,
    world_map,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("objectives/<int:number>/", objectives.objective_detail, name="objective-detail"),
    path("practices/", listing.practice_list, name="practice-list"),
    path("practices/export.<str:extension>", download.practice_export, name="practice-export"),
    path("topics/", topics.topic_list, name="topic-list"),
    path("topics/<str:slug>/", topics.topic_detail, name="topic-detail"),
    path("topics-without-practices/", topics.unused_topic_list, name="unused-topic-list"),
    path("countries/", places.country_list, name="country-list"),
    path("countries/<slug:code>/", places.country_detail, name="country-detail"),
    path("regions/<slug:slug>/", places.region_detail, name="region-detail"),
    path("map/", world_map.world_map, name="world-map"),
    path("map.csv", world_map.world_map_file, name="world-map-file"),
    path("gaps/", gap_map.gap_map, name="gap-map"),
    path("gaps.csv", gap_map.gap_map_file, name="gap-map-file"),
    path("compare/", compare.comparison, name="comparison"),
    path("statistics/", statistics.statistics_page, name="statistics"),
    path("statistics/<slug:name>.csv", statistics.statistics_file, name="statistics-file"),
    path("suggest/", suggest.suggest, name="suggest"),
]
