import ast
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as project
from django.core.cache import caches

from practices.core import rate_limits
from practices.models import LimitBucket

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def count(who="192.0.2.1", *, scope="form", limit=2, window=HOUR, now=NOON):
    rate_limits.count(scope, who, limit=limit, window=window, now=now)


def test_limit_allows_as_many_as_it_says():
    count()
    count()

    assert list(LimitBucket.objects.values_list("count", "expires_at")) == [(2, NOON + HOUR)]


def test_limit_refuses_one_more_and_says_when_to_come_back():
    count()
    count()

    with pytest.raises(rate_limits.LimitReached) as refusal:
        count(now=NOON + timedelta(minutes=45))

    assert refusal.value.retry_after == timedelta(minutes=15)


def test_limit_restarts_with_the_next_window():
    count(limit=1, now=NOON + timedelta(minutes=59))

    count(limit=1, now=NOON + HOUR)

    assert list(LimitBucket.objects.values_list("count", "expires_at")) == [(1, NOON + 2 * HOUR)]


def test_limit_counts_each_visitor_apart():
    count("192.0.2.1", limit=1)

    count("192.0.2.2", limit=1)

    assert list(LimitBucket.objects.values_list("count", flat=True)) == [1, 1]


def test_limit_counts_each_scope_apart():
    count(scope="form", limit=1)

    count(scope="subscription", limit=1)

    assert list(LimitBucket.objects.values_list("count", flat=True)) == [1, 1]


def test_refusal_counts_too():
    count(limit=1)
    with pytest.raises(rate_limits.LimitReached):
        count(limit=1)

    assert LimitBucket.objects.get().count == 2


def test_bucket_does_not_hold_the_address():
    count("192.0.2.1")

    assert re.fullmatch("[0-9a-f]{64}", LimitBucket.objects.get().key)


def test_buckets_last_no_longer_than_their_window():
    count("192.0.2.1")
    count("192.0.2.2", now=NOON + timedelta(days=1))

    assert list(LimitBucket.objects.values_list("expires_at", flat=True)) == [NOON + timedelta(days=1) + HOUR]


def test_requests_at_the_same_instant_are_all_counted(at_once):
    outcomes = at_once(6, lambda: count(limit=4))

    refused = [outcome for outcome in outcomes if isinstance(outcome, rate_limits.LimitReached)]
    assert (len(refused), LimitBucket.objects.get().count) == (2, 6)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", ("203.0.113.7/32", "203.0.113.0/24")),
        ("::ffff:203.0.113.7", ("203.0.113.7/32", "203.0.113.0/24")),
        ("2001:db8:1:2::9", ("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("x", ("x", "x")),
    ],
)
def test_address_counts_with_its_network(address, counted):
    assert rate_limits.address_and_network(address) == counted


def count_mail(asked_from, *, to="ana@example.org"):
    rate_limits.count_mail("link mail", to, asked_from=asked_from, per_day=2, now=NOON)


@pytest.mark.parametrize("same", ["203.0.113.7", "203.0.113.200"])
def test_network_has_a_limit_of_mails_to_an_address(same):
    count_mail("203.0.113.7")
    count_mail("203.0.113.7", to="Ana@Example.org")

    with pytest.raises(rate_limits.LimitReached):
        count_mail(same)


def test_network_uses_up_no_mails_that_others_may_ask_for(settings):
    settings.NETWORK_FACTOR = 2
    count_mail("203.0.113.7")
    count_mail("203.0.113.7")

    count_mail("192.0.2.1")


def test_all_networks_together_have_a_limit_of_mails_to_an_address(settings):
    settings.NETWORK_FACTOR = 1
    count_mail("203.0.113.7")
    count_mail("192.0.2.1")

    with pytest.raises(rate_limits.LimitReached):
        count_mail("198.51.100.1")


def test_limits_are_settings():
    calls = [
        (path.name, ast.unparse(part.value))
        for path in (project.BASE_DIR / "practices").rglob("*.py")
        if path.name
        not in {"guards.py", "mailed_links.py", "rate_limits.py"}  # which pass on the limits of others
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func)
        in {"limit_visitor", "mailed_link_page", "rate_limits.count", "rate_limits.count_mail"}
        for part in call.keywords
        if part.arg in {"limit", "per_hour", "per_day"}
    ]

    assert calls
    assert [call for call in calls if not re.fullmatch(r"settings\.[A-Z_]+", call[1])] == []


# Backends -------------------------------------------------------------------------


@pytest.fixture
def shared_cache(settings):
    """Treat a local cache as one shared by all processes."""
    settings.CACHE_URL = "redis://cache.example.org"
    settings.CACHES = settings.CACHES | {
        "counts": {"BACKEND": "catalogue.caches.BoundedCache", "LOCATION": "counts"}
    }
    yield caches["counts"]
    caches["counts"].clear()


@pytest.fixture
def cache_that_is_away(shared_cache, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionError("refused")

    for method in ("add", "incr", "decr"):
        monkeypatch.setattr(shared_cache, method, refuse)


@pytest.fixture
def redis(settings, redis_url):
    """Use Redis, the shared cache of production."""
    settings.CACHE_URL = redis_url
    settings.CACHES = settings.CACHES | {
        "counts": {"BACKEND": "catalogue.redis_caches.CountingCache", "LOCATION": redis_url}
    }
    yield caches["counts"]
    caches["counts"].clear()


@pytest.mark.usefixtures("shared_cache")
def test_shared_cache_counts_where_there_is_one():
    count()
    count()

    with pytest.raises(rate_limits.LimitReached) as refusal:
        count(now=NOON + timedelta(minutes=45))

    assert (refusal.value.retry_after, LimitBucket.objects.exists()) == (timedelta(minutes=15), False)


@pytest.mark.usefixtures("cache_that_is_away")
def test_database_counts_while_the_shared_cache_is_unavailable():
    count()
    count()

    with pytest.raises(rate_limits.LimitReached):
        count()

    assert LimitBucket.objects.get().count == 3


@pytest.mark.parametrize("place", ["database", "shared_cache", "cache_that_is_away", "redis"])
def test_refund_takes_one_request_back_where_it_was_counted(request, place):
    if place != "database":
        request.getfixturevalue(place)
    count()
    count()

    rate_limits.refund("form", "192.0.2.1", window=HOUR, now=NOON)

    count()
    with pytest.raises(rate_limits.LimitReached):
        count()


def test_redis_counts_all_requests_at_the_same_instant_and_forgets_them_after_the_window(redis):
    def attempt(_number):
        try:
            count(limit=30)
        except rate_limits.LimitReached:
            return "refused"
        return "allowed"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(attempt, range(40)))

    server = redis._cache.get_client()
    [key] = server.keys()
    seconds = server.ttl(key)
    assert (outcomes.count("allowed"), 3_600 <= seconds <= 3_600 + rate_limits.GRACE) == (30, True)
