"""Responses that serve uploaded files."""

from django.http import FileResponse, Http404

SANDBOX = {"default-src": ["'none'"], "sandbox": True}
"""CSP for an uploaded file: if a browser renders it despite the headers, it may run and load nothing."""


def file_response(attachment):
    """Return an attachment as a download that no browser renders. Raises Http404."""
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=attachment.name, content_type=attachment.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = f'"{attachment.sha256}"'
    return response
