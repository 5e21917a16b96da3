"""Faults as problem details (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.utils.translation import gettext
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from practices.core.http.problems import CONTENT_TYPE, details


class InvalidParameters(exceptions.APIException):
    """Parameters of a query string that cannot be understood: {name: [what is wrong with it, and what would do]}."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, faults: dict[str, list[str]]):
        super().__init__(gettext("Some parameters cannot be understood."))
        self.faults = faults


def problem_details(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to an exception of a view; None for one that is a fault of ours, which Django answers."""
    if isinstance(exception, Http404):
        exception = exceptions.NotFound(gettext("Nothing public is at this address."))
    response = exception_handler(exception, context)
    if response is None or not isinstance(exception, exceptions.APIException):
        return response
    response.data = details(response.status_code, str(exception.detail))
    if isinstance(exception, InvalidParameters):
        response.data["errors"] = [
            {"parameter": name, "detail": detail}
            for name, each in exception.faults.items()
            for detail in each
        ]
    response.content_type = CONTENT_TYPE
    return response
