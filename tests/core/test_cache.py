"""Cached values: computed once per version and arguments, under keys that never collide."""

import dataclasses
from collections import OrderedDict
from datetime import date

import pytest
from django.core.cache import cache as default_cache
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from practices.choices import State
from practices.core import cache, catalogue_version
from practices.core.cache import cached_each_per_version, cached_per_version
from practices.discovery.results import Selection
from practices.models import Objective
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db


@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    y: int


@dataclasses.dataclass(frozen=True)
class Size:
    x: int
    y: int


calls = []


@cached_per_version
def doubled(number, *, unit=""):
    calls.append(number)
    return f"{number * 2}{unit}"


@cached_per_version(across_publications=True)
def heading(number):
    calls.append(number)
    return f"Revision {number}"


@cached_per_version(across_publications=True, in_process=True)
def reference_data(name):
    calls.append(name)
    return [name]


@cached_each_per_version(across_publications=True)
def cards(revisions):
    calls.append(revisions)
    return {revision: f"<p>{revision}</p>" for revision in revisions if revision[0] != 404}


@pytest.fixture(autouse=True)
def no_calls():
    calls.clear()


def test_value_is_computed_once_a_version():
    values = [doubled(1), doubled(1)]
    make_practice()
    values.append(doubled(1))

    assert (values, calls) == (["2", "2", "2"], [1, 1])


def test_arguments_and_functions_have_values_of_their_own():
    values = [doubled(1), doubled(2), doubled(1, unit=" km"), heading(1)]

    assert (values, calls) == (["2", "4", "2 km", "Revision 1"], [1, 2, 1, 1])


def test_languages_have_values_of_their_own():
    doubled(1)
    with override("ar-xb"):
        doubled(1)

    assert calls == [1, 1]


def test_value_across_publications_is_computed_again_when_names_change():
    heading(3)
    make_practice()
    heading(3)
    catalogue_version.bump(names_changed=True)
    heading(3)

    assert calls == [3, 3]


def test_value_in_process_is_one_object_until_names_change():
    catalogue_version.bump(names_changed=True)
    is_shared = reference_data("countries") is reference_data("countries")
    catalogue_version.bump(names_changed=True)
    reference_data("countries")

    assert (is_shared, calls) == (True, ["countries", "countries"])


def test_value_in_process_that_was_not_used_for_longest_is_dropped(monkeypatch):
    monkeypatch.setattr(cache, "_in_process", OrderedDict())
    for number in range(cache.MAX_IN_PROCESS):
        reference_data(number)
    reference_data(0)
    calls.clear()

    for number in (-1, 0, 1):
        reference_data(number)

    assert (calls, len(cache._in_process)) == ([-1, 1], cache.MAX_IN_PROCESS)


def test_only_missing_values_of_several_are_computed():
    cards([(1, 1), (2, 1), (1, 1)])
    make_practice()
    found = cards([(1, 1), (2, 2), (404, 1)])

    assert calls == [[(1, 1), (2, 1)], [(2, 2), (404, 1)]]
    assert found == {(1, 1): "<p>(1, 1)</p>", (2, 2): "<p>(2, 2)</p>"}


def test_development_keeps_nothing(settings):
    settings.DEBUG = True

    values = [doubled(1), doubled(1), reference_data("countries"), reference_data("countries")]
    values += [cards([(1, 1)]), cards([(1, 1)])]

    assert len(calls) == len(values)


@pytest.mark.parametrize("method", ["get_many", "set_many"])
def test_unavailable_cache_is_ignored(monkeypatch, caplog, method):
    def away(*args):
        raise ConnectionError("nobody listens")

    monkeypatch.setattr(default_cache, method, away)

    assert (doubled(7), cards([(1, 1)])) == ("14", {(1, 1): "<p>(1, 1)</p>"})
    assert {record.levelname for record in caplog.records} == {"WARNING"}


# Keys -----------------------------------------------------------------------------

DIFFERENT = [
    None, True, 0, 1, "", "1", "None", "1,", "('1',)", (), (1,), ("1",), ((1,),), (1, 2), ((1, 2),), ("1,2",),
    ("1", "2"), ("1', '2",), (("1",), "2"), Point(1, 2), Size(1, 2), Point(2, 1), (Point(1, 2),), Point, Size, Objective,
    date(2026, 1, 2), "datetime.date(2026, 1, 2)", Selection(), Selection(facet_keys=(("a", "b"),)),
    Selection(facet_keys=(("a",), ("b",))), Selection(since=2001), Selection(until=2001),
]  # fmt: skip


def test_different_values_have_different_keys():
    assert len({cache.key_of(value) for value in DIFFERENT}) == len(DIFFERENT)


def test_other_kinds_of_text_have_the_key_of_their_text():
    assert [cache.key_of(text) for text in (SafeString("draft"), State.DRAFT)] == [cache.key_of("draft")] * 2


@pytest.mark.parametrize(
    "value",
    [
        1.5, b"1", ["a"], {"a": 1}, {"a"}, object(), len, gettext_lazy("Search"), Objective(number=21),
        (1, ["a"]), Selection(facet_keys=[["a"]]), dataclasses.make_dataclass("Open", ["x"])(1),
    ],
)  # fmt: skip
def test_value_without_a_stable_key_is_refused(value):
    with pytest.raises(TypeError, match="cannot be part of a cache key"):
        doubled(value)


def test_queryset_is_refused():
    with pytest.raises(TypeError, match="QuerySet cannot be part of a cache key"):
        doubled(Objective.objects.all())
