"""Form fields for countries: a typed list of names, and keys from a file or from checkboxes, which may be names too."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_noop, ngettext

from practices.core import places
from practices.core.cache import cached_per_version
from practices.core.collation import sorted_by_name
from practices.core.places import Area, Meaning, OneCountry, SeveralCountries, Unknown
from practices.core.plain_text import plain
from practices.core.punctuation import listed, listed_apart
from practices.core.quotes import quoted
from practices.documents.form_fields import KeysField, PlainTextField
from practices.documents.widgets import GroupedCheckboxes, NamesArea
from practices.models import Country

LONGEST_SHOWN = 60
"""Characters of a name that a message repeats."""
MOST_TOLD = 20
"""Names of a list that messages are about."""


@cached_per_version(across_publications=True, in_process=True)
def names_to_type() -> dict[str, str]:
    """Return the name of each country by its code, in the active language and its order. None means another as well."""
    names = {}
    for country in Country.objects.all():
        code, name = country.code, country.local.name
        means_one = places.resolve(name) == OneCountry(code)
        names[code] = name if means_one else gettext(places.name_to_type(code))
    return dict(sorted_by_name(names.items(), lambda pair: pair[1]))


gettext_noop("Republic of the Congo")  # “Congo” means either of two countries


def country_codes(meanings: Mapping[str, Meaning]) -> list[str]:
    """Return the code of each country once. Raises ValidationError with a message for whatever else was named."""
    if faults := list(_faults(meanings)):
        raise ValidationError(faults)
    return list(dict.fromkeys(found.code for found in meanings.values() if isinstance(found, OneCountry)))


def _faults(meanings: Mapping[str, Meaning]) -> Iterable[str]:
    others = {part: found for part, found in meanings.items() if not isinstance(found, OneCountry)}
    unknown = []
    for part, found in list(others.items())[:MOST_TOLD]:
        if message := _fault(part, found):
            yield message
        else:
            unknown.append(_quoted(part))
    if unknown:
        yield ngettext(
            "We do not know a country called %(names)s. "
            "Please check the spelling, or enter a city or region under “Area”.",
            "We do not know countries called %(names)s. "
            "Please check the spelling, or enter cities and regions under “Area”.",
            len(unknown),
        ) % {"names": listed(unknown)}
    if (more := len(others) - MOST_TOLD) > 0:
        yield ngettext(
            "%(count)s more name is not in our list of countries.",
            "%(count)s more names are not in our list of countries.",
            more,
        ) % {"count": more}


def _fault(part: str, found: Meaning) -> str:
    """Return the message about one name; empty for an unknown one that is like no other."""
    match found:
        case SeveralCountries(codes):
            return gettext(
                "%(part)s may mean more than one country. Please enter one of these: %(names)s."
            ) % {
                "part": _quoted(part),
                "names": listed_apart(_named(codes)),
            }
        case Area(name) if name.casefold() != part.casefold():
            return gettext(
                "%(part)s is not in our list of countries. Please enter “%(name)s” under “Area”."
            ) % {
                "part": _quoted(part),
                "name": name,
            }
        case Area():
            return gettext("%(part)s is not in our list of countries. Please enter it under “Area”.") % {
                "part": _quoted(part)
            }
        case Unknown() if near := places.near(part):
            return gettext("We do not know a country called %(part)s. Did you mean %(name)s?") % {
                "part": _quoted(part),
                "name": gettext(" or ").join(_named(near)),
            }
    return ""


def _quoted(part: str) -> str:
    return quoted(part[:LONGEST_SHOWN])


def _named(codes: Sequence[str]) -> list[str]:
    names = names_to_type()
    return [names[code] for code in codes if code in names]


class CountriesField(PlainTextField):
    """Countries by name or ISO 3166 code, in a list. Cleaned, a list of two-letter codes in that order."""

    joint = ", "
    longest = 10_000  # characters; all names together have about 3,500

    def __init__(self, **kwargs):
        super().__init__(max_length=self.longest, widget=NamesArea("countries"), **kwargs)

    @property
    def known(self):
        """Names by code."""
        return names_to_type()

    def prepare_value(self, value):
        """Replace codes by names, and leave typed text as it is.

        Line breaks become commas: browsers leave them out, and names would run together.
        """
        lines = str(value or "").splitlines()
        parts = value if isinstance(value, list) else [part for line in lines for part in line.split(", ")]
        return ", ".join(self.known.get(part, part) for part in parts)

    def clean(self, value):
        return country_codes(places.read_list(super().clean(value)))


class CountryKeysField(KeysField):
    """Countries by code or name, each an item of a list. Cleaned, a list of codes."""

    def __init__(self, **kwargs):
        super().__init__(Country, widget=GroupedCheckboxes, **kwargs)

    def clean(self, value):
        if isinstance(value, list | tuple):
            value = country_codes(places.read_items(map(str, value)))
        return super().clean(value)

    def from_cell(self, text):
        """Return the names in the cell of a table, as people list them."""
        return list(places.read_list(plain(text)))
