import datetime

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, number_format

MOMENT = datetime.datetime(2026, 11, 30, 9, 5, tzinfo=datetime.UTC)
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize("form", ["DATETIME_FORMAT", "SHORT_DATETIME_FORMAT"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_time_names_its_zone_in_every_language(language, form):
    with translation.override(language):
        assert date_format(MOMENT, form).endswith("09:05 UTC")


def test_a_date_in_arabic_has_no_comma():
    with translation.override("ar"):
        assert date_format(MOMENT, "DATE_FORMAT") == "30 نوفمبر 2026"


def test_a_large_number_in_arabic_is_in_groups_that_stay_in_order():
    with translation.override("ar"):
        assert number_format(1234567, force_grouping=True) == "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"


def test_a_day_of_a_month_in_russian_has_the_month_in_the_genitive():
    with translation.override("ru"):
        assert date_format(MOMENT, "MONTH_DAY_FORMAT") == "30 ноября"
