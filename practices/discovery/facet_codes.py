"""Facet codes: one character for each facet key, so that all keys of a practice fit into one short text.

Why
    Readers combine any facets, and the sidebar counts every value under the filters in force. With a row per practice
    and key this takes joins and GROUP BY over millions of rows, and was some ten times slower when measured. Arrays
    or bitmaps would do on PostgreSQL, but SQLite has neither. A text is the same on both databases.

Assignment
    A facet key is a facet's name and a value, such as "country:ph". `FacetKey` numbers the keys in the order in which
    publication first meets them, and the code of key number n is the n-th character after "`", leaving out the
    surrogates U+D800 to U+DFFF, which are no characters. So the first key gets "a", and no code is a special character
    inside the brackets of a regular expression or a GLOB pattern. Codes are never reused. `IndexedPractice.facet_codes`
    holds the codes of a practice in no particular order: a practice with ten keys has a text of ten characters. The
    row has little else, so that 50,000 practices take some 5 MB.

Filtering
    Several values of one facet are "or", several facets are "and". `encode` turns the keys of one facet into their
    codes, and the lookup `contains_any`, defined here, tests whether the text has at least one of them:

        IndexedPractice.objects.filter(facet_codes__contains_any=encode(["country:ph", "country:ge"]))

    A few codes are searched for one by one (strpos, instr), more with one bracket pattern (~, GLOB). No index helps
    here: it is a scan of narrow rows. `results.py` therefore walks the `FacetEntry` rows of the rarest key, which are
    in list order, tests the codes of those practices only, and stops when the page is full.

Counting
    `results.py` lets the database concatenate the texts of all selected practices (string_agg, group_concat), and
    Python counts the characters (collections.Counter): one pass counts all facets at once. `keys_by_code` translates
    the codes back. What is counted often, the facets within the whole catalogue and within one objective, region,
    country or type, is not computed this way but maintained by publication in `FacetCount`.

Limits
    - There are some 1.1 million codes. `assign` raises ValueError beyond.
    - Two keys have no code: `ALL_PRACTICES`, which every practice has, and those of submitters, of whom there may be
      more than characters and by whom no list is filtered. `IndexedPractice.submitter` holds the latter.
    - The texts mean nothing without the table of keys. `manage.py rebuild_search` writes both anew.
    - A page counts up to `results.MAX_COUNTED` practices, so that the concatenated text stays small.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Lookup, Q

from practices.core.cache import cached_per_version
from practices.core.prepared import Slot
from practices.models import ALL_PRACTICES, FacetKey, IndexedPractice

SUBMITTER_PREFIX = "submitter:"

_FIRST_CODE = ord("`")
_FIRST_SURROGATE, _SURROGATES = 0xD800, 0x800
_MAX_SINGLE_LOOKUPS = 4
"""Up to this many codes are faster to search for one by one than with a pattern."""


def has_code(key: str) -> bool:
    return key != ALL_PRACTICES and not key.startswith(SUBMITTER_PREFIX)


def assign(keys: Iterable[str], *, existing: str = "") -> dict[str, str]:
    """Return key → code of `keys` that have a code and of the codes in `existing`; new keys get the next codes.

    Must run in the transaction that publishes, after `catalogue_version.bump`, which serialises publications.
    Raises ValueError when no code is left.
    """
    wanted = [key for key in keys if has_code(key)]
    rows = list(
        FacetKey.objects.filter(Q(key__in=wanted) | Q(pk__in=[_number_of(code) for code in existing]))
    )
    known = {row.key for row in rows}
    if new := [FacetKey(key=key) for key in wanted if key not in known]:
        rows += FacetKey.objects.bulk_create(new)
    return {row.key: _code_of(row.pk) for row in rows}


@cached_per_version(in_process=True)
def keys_by_code() -> dict[str, str]:
    """Return code → key of all codes ever assigned."""
    return {_code_of(number): key for number, key in FacetKey.objects.values_list("pk", "key")}


def encode(keys: Sequence[str]) -> str:
    """Return the codes of `keys`. Keys without a code are left out, as no practice has ever had them."""
    wanted = set(keys)
    return "".join(code for code, key in keys_by_code().items() if key in wanted)


def _code_of(number: int) -> str:
    """Return the character of a key's number. Raises ValueError beyond the last character."""
    code_point = _FIRST_CODE + number
    return chr(code_point if code_point < _FIRST_SURROGATE else code_point + _SURROGATES)


def _number_of(code: str) -> int:
    code_point = ord(code)
    return (code_point if code_point < _FIRST_SURROGATE else code_point - _SURROGATES) - _FIRST_CODE


class ContainsAny(Lookup):
    """Lookup for a text that contains at least one character of another; never true for an empty one."""

    lookup_name = "contains_any"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        if not self.rhs:
            return "1 = 0", []
        text, parameters = self.process_lhs(compiler, connection)
        position, pattern = {
            "postgresql": (f"strpos({text}, %s) > 0", f"{text} ~ %s"),
            "sqlite": (f"instr({text}, %s) > 0", f"{text} GLOB %s"),
        }[connection.vendor]
        if isinstance(self.rhs, Slot):  # of one code
            return position, [*parameters, *self.rhs.as_sql(compiler, connection)[1]]
        if len(self.rhs) <= _MAX_SINGLE_LOOKUPS:
            conditions = " OR ".join([position] * len(self.rhs))
            return f"({conditions})", [value for code in self.rhs for value in (*parameters, code)]
        wildcard = "*" if connection.vendor == "sqlite" else ""
        return pattern, [*parameters, f"{wildcard}[{self.rhs}]{wildcard}"]


IndexedPractice._meta.get_field("facet_codes").register_lookup(ContainsAny)
