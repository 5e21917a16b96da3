"""The sentences by which a page is offered in another language, each in its own."""

from django.conf import settings
from django.http import JsonResponse
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from practices.core.http.caching import public


@public
@require_safe
def language_offers(request):
    """Return language → sentence. `menus.js` asks for it where the reader prefers another language than the page's."""
    return JsonResponse({code: _offer(code) for code, _name in settings.LANGUAGES})


def _offer(language):
    with override(language):
        # Translators: name your own language in place of English.
        return gettext("This page is available in English.")
