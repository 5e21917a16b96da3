"""Redis behind a breaker: a server that hangs costs one time-out, however many caches, threads and calls there are."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic

import pytest
from django.core.cache import caches
from django.utils import timezone
from redis.exceptions import RedisError

from catalogue import redis_caches
from practices.core import rate_limits
from practices.models import LimitBucket
from tests.support.silent_server import silent_server

TIMEOUT = 0.25


def use_redis(settings, url):
    options = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "break_seconds": 30}
    settings.CACHE_URL = url
    settings.CACHES = {
        "default": {
            "BACKEND": "catalogue.redis_caches.SharedCache",
            "LOCATION": url,
            "OPTIONS": options | {"MAX_BYTES": 1024 * 1024},
        },
        "counts": {
            "BACKEND": "catalogue.redis_caches.CountingCache",
            "LOCATION": url,
            "OPTIONS": options,
        },
    }


@pytest.fixture
def hanging_redis(settings):
    """Use a Redis that accepts and never answers."""
    with silent_server() as port:
        use_redis(settings, f"redis://127.0.0.1:{port}/0")
        yield


@pytest.fixture
def redis(settings, redis_url):
    use_redis(settings, redis_url)
    yield
    caches["default"].clear()


def seconds(action):
    started_at = monotonic()
    action()
    return monotonic() - started_at


def use_everything():
    cache = caches["default"]
    for number in range(5):
        key = str(number)
        cache.get(key)
        cache.set(key, 1)
        cache.get_many([key])
        cache.set_many({key: 1})
        cache.add(f"code-{key}", 1)
        cache.has_key(key)
        cache.touch(key)
        cache.incr(key)
        cache.delete(key)
        cache.delete_many([key])


@pytest.mark.usefixtures("hanging_redis")
def test_hanging_redis_costs_one_time_out():
    assert TIMEOUT < seconds(use_everything) < 3 * TIMEOUT


@pytest.mark.usefixtures("hanging_redis")
def test_hanging_redis_costs_all_threads_one_time_out():
    def in_threads():
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _number: use_everything(), range(8)))

    assert seconds(in_threads) < 4 * TIMEOUT
    assert seconds(in_threads) < TIMEOUT


@pytest.mark.django_db
@pytest.mark.usefixtures("hanging_redis")
def test_page_is_quick_while_redis_hangs(client):
    assert seconds(lambda: client.get("/practices/?objective=21")) < 2


@pytest.mark.django_db
@pytest.mark.usefixtures("hanging_redis")
def test_database_counts_while_redis_hangs():
    limit = {"limit": 3, "window": timedelta(hours=1), "now": timezone.now()}

    def count_to_the_limit():
        for _time in range(3):
            rate_limits.count("form", "192.0.2.1", **limit)
        with pytest.raises(rate_limits.LimitReached):
            rate_limits.count("form", "192.0.2.1", **limit)

    assert seconds(count_to_the_limit) < 3 * TIMEOUT
    assert LimitBucket.objects.get().count == 4


@pytest.mark.usefixtures("hanging_redis")
def test_process_keeps_its_own_values_while_redis_hangs():
    cache = caches["default"]
    cache.set("page", "content")

    assert [cache.get("page"), cache.add("code", 1), cache.add("code", 1)] == ["content", True, False]


@pytest.mark.usefixtures("redis")
def test_redis_keeps_values_for_all_processes():
    caches["default"].set("page", "content")
    caches["default"].in_process.clear()

    assert caches["default"].get("page") == "content"


@pytest.mark.usefixtures("redis")
def test_every_entry_in_redis_expires():
    cache = caches["default"]
    cache.set("a", 1)
    cache.set_many({"b": 1})
    cache.add("c", 1)
    cache.set("d", 1)
    cache.incr("d")

    client = cache._cache.get_client()
    assert {client.ttl(cache.make_key(key)) > 0 for key in "abcd"} == {True}


@pytest.mark.usefixtures("redis")
def test_full_redis_is_left_alone(monkeypatch):
    cache = caches["default"]
    client = cache._cache.get_client()
    client.config_set("maxmemory", "1")
    try:
        cache.set("page", "content")
        kept = cache.get("page")
    finally:
        client.config_set("maxmemory", "0")
        cache.breaker.succeeded()

    assert (kept, cache.get("page")) == ("content", None)


@pytest.mark.usefixtures("redis")
def test_redis_is_used_again_after_it_was_away(monkeypatch):
    cache = caches["default"]
    cache.breaker.failed("timeout")
    with pytest.raises(redis_caches.CacheAway):
        caches["counts"].get("page")
    monkeypatch.setattr(cache.breaker, "_next_probe_at", 0)

    cache.set("page", "content")

    assert (cache.breaker.is_open, caches["counts"].get("page")) == (False, "content")


def test_redis_that_refuses_is_left_alone(settings):
    use_redis(settings, "redis://127.0.0.1:1/0")

    with pytest.raises(RedisError):
        caches["counts"].get("page")
    with pytest.raises(redis_caches.CacheAway):
        caches["counts"].get("page")
