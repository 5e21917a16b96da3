import re
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.text import smart_split, unescape_string_literal

from practices.core.addresses import canonical
from practices.core.text_patterns import pattern

MAX_WORDS = 10


class TextSearch:
    """Mixin of an admin: find texts and e-mail addresses in whatever spelling they are typed.

    A row matches if each word is in one of `search_fields`, which are names of columns of the row or of one it refers to.
    """

    def get_search_results(self, request, queryset, search_term):
        patterns = [_pattern(word) for word in list(smart_split(search_term))[:MAX_WORDS]]
        fields = self.get_search_fields(request)
        for each in filter(None, patterns):
            queryset = queryset.filter(reduce(or_, (Q((f"{field}__regex", each)) for field in fields)))
        found_none = search_term.strip() and not any(patterns)
        return (queryset.none() if found_none else queryset), False


def _pattern(word):
    """Return the regular expression of a word, of a phrase in quotation marks or of an address."""
    if word[0] in "\"'" and word[0] == word[-1] and len(word) > 1:
        word = unescape_string_literal(word)
    address = canonical(word)
    return re.escape(address) if "@" in address else pattern(word)
