"""Removing the public credit of one practice, the same for every link."""

from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse

from practices import personal_data


def credit_page(request, held, pk, *, back, back_label):
    """Ask whether to remove the credit that a practice shows; POST removes it and leads back. Raises Http404."""
    practice = next((one for one in held.credited_practices if one.pk == pk), None)
    if request.method == "POST":
        if practice is not None:  # else the same form was sent before
            personal_data.remove_credit(held, practice)
        return HttpResponseRedirect(f"{back}?removed")
    if practice is None:
        raise Http404
    context = {
        "practice": practice,
        "credits": held.credits_of(practice),
        "is_original": practice.pk in held.credited_originals,
        "is_told": practice.pk not in held.credited_originals
        and any(row.practice_id == practice.pk for row in held.credited_adaptations),
        "back": back,
        "back_label": back_label,
    }
    return TemplateResponse(request, "web/personal_data/credit.html", context)
