"""Names that the script of the form offers for lists of countries and topics. The form works without them."""

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.documents import FIELDS
from practices.documents.country_fields import names_to_type
from practices.documents.lookup import offered_tags


@public
@require_safe
def submit_names(request):
    """Return the names by the name of the field, in the order of the alphabet."""
    return JsonResponse(
        {
            "countries": list(names_to_type().values()),
            "tags": offered_tags(FIELDS["tags"].max_length),
        }
    )
