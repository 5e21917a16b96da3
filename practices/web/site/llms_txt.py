"""llms.txt (https://llmstxt.org/), which tells language models where the data is and how to cite it."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.documents import citations


@public
@require_safe
def llms(request):
    context = {"site": site_address(""), "publisher": citations.publisher()}
    return render(request, "web/site/llms.txt", context, content_type="text/markdown; charset=utf-8")
