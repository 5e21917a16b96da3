"""Responses that take and serve uploaded files."""

from django.http import FileResponse, Http404
from django.template.response import TemplateResponse

from practices.core import stored_files
from practices.core.http import ranges

SANDBOX = {"default-src": ["'none'"], "sandbox": True}
"""CSP for an uploaded file: if a browser renders it despite the headers, it may run and load nothing."""

RETRY_SECONDS = 30
FAILURES = {"busy": 503, "away": 503, "full": 507}
"""Status for the codes of errors that are not the sender's: no turn, no storage, no space (RFC 4918 §11.5)."""


def upload_page(request, template, context, *, form):
    """Return the page of a form with a file: 422 if it has faults, 503 or 507 if it only has to be sent again."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    failed = next((status for code, status in FAILURES.items() if code in codes), None)
    status = failed or (422 if form.errors else 200)
    response = TemplateResponse(request, template, context, status=status)
    if failed:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def file_response(request, attachment):
    """Return an attachment as a download that no browser renders, or the range of it that the request asks for.

    Raises Http404 and StorageFailed.
    """
    try:
        content = stored_files.opened(attachment.file)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=attachment.name, content_type=attachment.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = f'"{attachment.sha256}"'
    return ranges.part_of(request, response)
