"""Pages that say that a form was sent. Their addresses are signed, so opening one by hand claims nothing."""

from functools import wraps

from django.core import signing
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

SALT = "practices.http.sent_pages"
MARK = "sent"
"""Parameter with the signature."""


def sent_address(name: str, query: str = "") -> str:
    """Return the address of the page `name`, which `only_after_sending` lets through."""
    parameters = QueryDict(query, mutable=True)
    parameters[MARK] = _signature(name, parameters)
    return f"{reverse(name)}?{parameters.urlencode()}"


def only_after_sending(form: str):
    """Redirect whoever opens the page of a view without its signature to the page of the `form`."""

    def mark(view):
        @wraps(view)
        def answer(request):
            parameters = request.GET.copy()
            claimed = "".join(parameters.pop(MARK, []))
            if constant_time_compare(claimed, _signature(request.resolver_match.view_name, parameters)):
                return view(request)
            return redirect(form)

        return answer

    return mark


def _signature(name: str, parameters: QueryDict) -> str:
    return signing.Signer(salt=SALT).signature(f"{name}?{parameters.urlencode()}")
