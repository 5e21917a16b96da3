import re
from datetime import UTC, datetime, timedelta

import pytest

from practices import limits
from practices.models import LimitBucket

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def count(who="192.0.2.1", *, scope="form", limit=2, window=HOUR, now=NOON):
    limits.count(scope, who, limit=limit, window=window, now=now)


def test_limit_allows_as_many_as_it_says():
    count()
    count()

    assert list(LimitBucket.objects.values_list("count", "expires_at")) == [(2, NOON + HOUR)]


def test_limit_refuses_one_more_and_says_when_to_come_back():
    count()
    count()

    with pytest.raises(limits.LimitReached) as refusal:
        count(now=NOON + timedelta(minutes=45))

    assert refusal.value.retry_after == timedelta(minutes=15)


def test_limit_begins_anew_with_the_next_window():
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
    with pytest.raises(limits.LimitReached):
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

    refused = [outcome for outcome in outcomes if isinstance(outcome, limits.LimitReached)]
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
    assert limits.address_and_network(address) == counted
