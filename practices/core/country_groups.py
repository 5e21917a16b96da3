"""Country groups of the United Nations, which the listing filters by and the gap map shows as columns.

Sources: the list of LDCs of the Committee for Development Policy, and the lists of LLDCs and SIDS of UN-OHRLLS. The
General Assembly decides who enters or leaves, and on which day. Whoever updates a list checks the other two, changes
AS_OF, and asks operators in the changelog to run `manage.py rebuild_search`.
"""

import dataclasses
import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclasses.dataclass(frozen=True)
class CountryGroup:
    """A group of countries that the UN lists."""

    slug: str
    name: Any
    countries: frozenset[str]
    """ISO 3166-1 alpha-2 codes."""

    def __str__(self):
        return str(self.name)


AS_OF = datetime.date(2024, 12, 31)
"""Day on which the lists below were in force."""


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


COUNTRY_GROUPS = (
    CountryGroup(
        "ldc",
        _("Least Developed Countries (LDCs)"),
        _codes(
            "AF AO BD BF BI BJ CD CF DJ ER ET GM GN GW HT KH KI KM LA LR LS MG ML MM MR MW MZ NE NP RW SB SD SL SN SO "
            "SS TD TG TL TV TZ UG YE ZM"
        ),
    ),
    CountryGroup(
        "lldc",
        _("Landlocked Developing Countries (LLDCs)"),
        _codes(
            "AF AM AZ BF BI BO BT BW CF ET KG KZ LA LS MD MK ML MN MW NE NP PY RW SS SZ TD TJ TM UG UZ ZM ZW"
        ),
    ),
    CountryGroup(
        "sids",
        _("Small Island Developing States (SIDS)"),
        _codes(
            "AG BB BS BZ CK CU CV DM DO FJ FM GD GW GY HT JM KI KM KN LC MH MU MV NR NU PG PW SB SC SG SR ST TL TO TT "
            "TV VC VU WS"
        ),
    ),
)


def groups_of(codes: Iterable[str]) -> list[CountryGroup]:
    """Return the groups that any of these countries belongs to, in the order of COUNTRY_GROUPS."""
    wanted = set(codes)
    return [group for group in COUNTRY_GROUPS if group.countries & wanted]
