"""Time zones as people choose them."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from practices.core import time_zones

WINTER, SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)


def offered(at=WINTER):
    return {name: label for _region, zones in time_zones.grouped(at) for name, label in zones}


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Europe/Zurich", "Switzerland: Bern, Geneva, Zurich (UTC+1)"),
        ("Asia/Manila", "Philippines: Manila (UTC+8)"),
        ("America/St_Johns", "Canada: St. John’s (UTC−3:30)"),
        ("Asia/Jerusalem", "Jerusalem, Tel Aviv (UTC+2)"),
        ("Asia/Singapore", "Singapore (UTC+8)"),
        ("UTC", "UTC"),
    ],
)
def test_zone_is_offered_by_its_country_and_cities(name, label):
    assert offered()[name] == label


@pytest.mark.parametrize("name", ["localtime", "Factory", "Mars/Olympus"])
def test_setting_of_the_machine_is_no_zone(name):
    assert time_zones.canonical(name) == ""


def test_offset_is_that_of_the_season():
    assert offered(SUMMER)["Europe/Zurich"] == "Switzerland: Bern, Geneva, Zurich (UTC+2)"


def test_zones_stand_under_their_regions_each_once():
    groups = time_zones.grouped(WINTER)

    labels = [label for _region, zones in groups for _name, label in zones]
    assert [region for region, _zones in groups] == ["UTC", "Africa", "Americas", "Asia", "Europe", "Oceania"]
    assert len(labels) == len(set(labels))


def test_every_zone_that_is_offered_exists_and_no_alias_is_offered():
    assert [name for name in offered() if not ZoneInfo(name) or time_zones.canonical(name) != name] == []


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Africa/Asmera", "Africa/Asmara"),
        ("US/Pacific", "America/Los_Angeles"),
        ("Etc/UTC", "UTC"),
        ("America/Argentina/Cordoba", "America/Argentina/Cordoba"),
        ("Mars/Base", ""),
        ("../etc/passwd", ""),
        ("Europe/\0", ""),
    ],
)
def test_other_names_of_a_zone_are_known(name, canonical):
    assert time_zones.canonical(name) == canonical


@pytest.mark.parametrize(
    ("name", "label"),
    [("America/Argentina/Cordoba", "Cordoba (UTC−3)"), ("Etc/GMT+5", "UTC−5"), ("Mars/X", "UTC")],
)
def test_zone_that_is_not_offered_has_a_label(name, label):
    assert time_zones.label(name, WINTER) == label


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("fr", "Algérie\u00a0: Alger (UTC+1)"),
        ("es", "Argelia: Argel (UTC+1)"),
        ("ar", "الجزائر (UTC+1)"),
        ("ru", "Алжир (UTC+1)"),
        ("zh-hans", "阿尔及利亚：阿尔及尔 (UTC+1)"),
    ],
)
def test_zone_has_the_names_of_the_readers_language(language, label):
    with override(language):
        assert offered()["Africa/Algiers"] == label


@pytest.mark.parametrize("language", ["ar", "ru", "zh-hans"])
def test_no_zone_and_no_region_has_an_english_name(language):
    with override(language):
        names = {*offered().values(), *(region for region, _zones in time_zones.grouped(WINTER))}

    assert [name for name in names if re.search("[a-z]", name)] == []


def test_zones_stand_in_the_order_of_the_readers_language():
    with override("fr"):
        groups = time_zones.grouped(WINTER)

    assert [region for region, _zones in groups] == [
        "UTC",
        "Afrique",
        "Amériques",
        "Asie",
        "Europe",
        "Océanie",
    ]
    european = [label.split("\u00a0")[0] for _name, label in groups[4][1]]
    assert european.index("Espagne") < european.index("Estonie") < european.index("Finlande")
