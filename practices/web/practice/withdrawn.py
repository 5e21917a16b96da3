"""Answer for a practice that is no longer public."""

from django.shortcuts import redirect
from django.template.response import TemplateResponse


def gone(request, practice):
    """Answer for a practice that was withdrawn (410), or merged into another one (a redirect)."""
    if practice.merged_into:
        return redirect(practice.merged_into, permanent=True)
    return TemplateResponse(request, "410.html", {"reason": practice.withdrawal_reason}, status=410)
