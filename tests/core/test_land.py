import math
from itertools import combinations

import pytest
from django.template import engines

from practices.core import land
from practices.discovery.gap_map import AxisValue
from practices.models import Country, Region

PARTS = ["africa", "americas", "asia", "europe", "oceania"]


@pytest.mark.django_db
def test_every_country_but_antarctica_has_a_place_in_the_world_and_in_its_region():
    lacking = {
        name
        for name in (land.WORLD, *PARTS)
        for country in Country.objects.select_related("subregion__parent")
        if name in (land.WORLD, country.subregion and country.subregion.parent.slug)
        and land.place_of(country.code.lower(), name) is None
    }
    unknown = [country.code for country in Country.objects.all() if not land.place_of(country.code.lower())]

    assert (lacking, unknown) == ({land.WORLD}, ["AQ"])


@pytest.mark.django_db
def test_world_and_every_region_have_their_land():
    regions = set(Region.objects.filter(parent=None).values_list("slug", flat=True))

    assert all(land.outline(name).startswith('d="M') for name in (land.WORLD, land.PICTURE, *regions))


@pytest.mark.parametrize("name", [land.WORLD, *PARTS])
def test_circles_of_all_countries_stay_apart_and_within_the_map(name):
    numbers = {code: 1 + len(code) for code in land._land()[name]["places"]}
    width, height = land.size_of(name)

    found = land.circles(numbers, name, land.Scale(3, unit=12, limit=60), reach=16)

    assert len(found) == len(numbers)
    assert all(
        math.hypot(one.x - other.x, one.y - other.y) > one.reach + other.reach - 2
        for one, other in combinations(found, 2)
    )
    assert all(0 <= each.x <= width and 0 <= each.y <= height for each in found)


def test_lone_circle_is_where_its_country_is():
    [found] = land.circles({"ph": 4}, land.WORLD, land.Scale(4, unit=10, limit=60))

    assert ((found.x, found.y), found.radius) == (land.place_of("ph"), 20)


def test_area_of_a_circle_shows_its_number_and_the_largest_has_a_limit():
    scale = land.Scale(400, unit=15, limit=60)

    assert [scale.radius(number) for number in (400, 100, 1)] == [60, 30, 5]


def test_window_is_around_its_countries_and_within_the_world():
    x, y, width, height = land.window(["ph"], width=760, height=430)
    far = land.window(["pt", "nz"], width=760, height=430)

    assert (width, height) == (760, 430)
    assert (x + width / 2, y + height / 2) == land.place_of("ph")
    assert land.window(["aq"], width=760, height=430) is None
    assert far[0] <= land.place_of("pt")[0] <= land.place_of("nz")[0] <= far[0] + far[2]


@pytest.mark.django_db
def test_locator_has_a_ring_for_one_country_and_a_dot_for_each_of_several():
    template = engines["django"].from_string("{% load maps %}{% locator countries %}")
    one, two, none = (
        template.render({"countries": Country.objects.filter(code__in=codes)})
        for codes in (["PH"], ["PH", "FR"], ["AQ"])
    )

    assert [text.count("<circle") for text in (one, two)] == [2, 2]
    assert ['class="ring"' in text for text in (one, two)] == [True, False]
    assert none == ""


@pytest.mark.django_db
def test_world_picture_has_a_circle_for_each_country():
    template = engines["django"].from_string("{% load maps %}{% world_picture lines %}")

    text = template.render({"lines": [AxisValue(None, "ph", 9), AxisValue(None, "fr", 1)]})

    assert text.count("<circle") == 2
