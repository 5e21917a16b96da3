"""Cache of a process: bounded in bytes, the least recently used goes first."""

import pytest
from django.core.cache import caches

from catalogue.caches import BoundedCache

KB = 1024


@pytest.fixture
def small_cache():
    cache = BoundedCache("small", {"OPTIONS": {"MAX_BYTES": 100 * KB}})
    cache.clear()
    return cache


def kept(cache, keys):
    return [key for key in keys if cache.get(key) is not None]


def test_cache_of_a_process_is_bounded_in_bytes(settings):
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "large", "OPTIONS": {"MAX_BYTES": 1024 * KB}}
    }

    for number in range(300):
        caches["default"].set(str(number), b"x" * 10 * KB)

    in_cache = kept(caches["default"], [str(number) for number in range(300)])
    assert 90 <= len(in_cache) <= 100
    assert in_cache == [str(number) for number in range(300 - len(in_cache), 300)]


def test_cache_drops_what_was_used_least_recently(small_cache):
    for key in ("first", "second", "third"):
        small_cache.set(key, b"x" * 30 * KB)
    small_cache.get("first")

    small_cache.set("fourth", b"x" * 30 * KB)

    assert kept(small_cache, ["first", "second", "third", "fourth"]) == ["first", "third", "fourth"]


def test_small_entries_count_with_the_room_they_take(small_cache):
    for number in range(10_000):
        small_cache.set(str(number), 1)

    assert len(kept(small_cache, map(str, range(10_000)))) < 150


def test_value_larger_than_the_cache_is_not_kept(small_cache):
    small_cache.set("small", b"x")

    small_cache.set("large", b"x" * 200 * KB)

    assert kept(small_cache, ["small", "large"]) == ["small"]


def test_value_larger_than_the_cache_replaces_what_was_there(small_cache):
    small_cache.set("key", b"x")

    small_cache.set("key", b"x" * 200 * KB)

    assert small_cache.get("key") is None


def test_entry_expires(small_cache):
    small_cache.set("now", 1, timeout=0)
    small_cache.set("later", 1, timeout=60)
    small_cache.set("never", 1, timeout=None)

    assert kept(small_cache, ["now", "later", "never"]) == ["later", "never"]


def test_add_keeps_what_is_there(small_cache):
    assert [small_cache.add("code", 1), small_cache.add("code", 2), small_cache.get("code")] == [
        True,
        False,
        1,
    ]


def test_count_goes_up_and_needs_a_start(small_cache):
    small_cache.set("count", 1)

    assert [small_cache.incr("count"), small_cache.incr("count", 5), small_cache.get("count")] == [2, 7, 7]
    with pytest.raises(ValueError, match="other"):
        small_cache.incr("other")


def test_value_is_a_copy(small_cache):
    value = [1]
    small_cache.set("list", value)
    value.append(2)

    small_cache.get("list").append(3)

    assert small_cache.get("list") == [1]


def test_touched_entry_lives_longer_and_a_deleted_one_is_gone(small_cache):
    small_cache.set("key", 1, timeout=60)

    assert [small_cache.touch("key", 0), small_cache.get("key"), small_cache.touch("key")] == [
        True,
        None,
        False,
    ]
    small_cache.set("key", 1)
    assert [small_cache.delete("key"), small_cache.delete("key")] == [True, False]
