from practices.core.addresses import canonical


class AddressSearch:
    """Mixin of an admin: find an e-mail address in whatever spelling it is typed."""

    def get_search_results(self, request, queryset, search_term):
        words = (canonical(word) if "@" in canonical(word) else word for word in search_term.split(" "))
        return super().get_search_results(request, queryset, " ".join(words))
