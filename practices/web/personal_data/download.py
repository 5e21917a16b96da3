"""The download of personal data."""

from django.http import JsonResponse

from practices import personal_data


def export_response(held: personal_data.Held, *, filename: str = "personal-data.json") -> JsonResponse:
    """Return the copy of personal data as a file."""
    response = JsonResponse(
        personal_data.export(held), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
