"""Answer for a practice that is no longer public."""

from django.shortcuts import redirect
from django.template.response import TemplateResponse


def gone(request, practice):
    """Answer for a practice that was withdrawn (410), or merged into another one (a redirect).

    An address has the title in it, so none leads to a practice that was merged and then withdrawn.
    """
    remaining = practice.remaining
    if remaining.is_public:
        return redirect(remaining, permanent=True)
    return TemplateResponse(request, "410.html", {"reason": remaining.public_reason}, status=410)
