from datetime import timedelta

import pytest
from django.utils import timezone, translation

from practices.templatetags.ages import age


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=61), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1, seconds=1), "1 hour"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1, hours=1), "1 day"),
        (timedelta(days=9, hours=1), "9 days"),
        (timedelta(seconds=-5), "less than a minute"),
    ],
)
def test_age_is_in_one_unit_rounded_down(passed, words):
    assert age(timezone.now() - passed) == words


def test_age_in_russian_is_in_the_case_that_ago_asks_for():
    with translation.override("ru"):
        assert age(timezone.now() - timedelta(minutes=21, seconds=1)) == "21 минуту"
