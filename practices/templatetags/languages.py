"""Tags for the same page in other languages."""

from django import template
from django.conf import settings
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from practices.core.http.guards import site_address
from practices.core.http.languages import path_in

register = template.Library()


@register.simple_tag(takes_context=True)
def other_languages(context) -> list[dict[str, str]]:
    """Return code, name and address of this page in each other language. Filters and what was searched for stay.

    A page that is not there is in no language: the home page takes its place, also because the address of a withdrawn
    practice says its title.
    """
    request = context.get("request")
    is_there = request is not None and request.resolver_match and not context.get("to_home")
    path = request.path_info if is_there else "/"
    query = request.META.get("QUERY_STRING", "") if is_there else ""
    return [
        {"code": code, "name": name, "address": path_in(code, path) + (f"?{query}" if query else "")}
        for code, name in settings.LANGUAGES
        if code != get_language()
    ]


@register.simple_tag
def home_address() -> str:
    """Return the address of the home page in the language of the page, also where nothing but templates works."""
    return path_in(get_language() or settings.LANGUAGE_CODE, "/")


@register.simple_tag
def language_name() -> str:
    """Return the name of the language of the page, in itself."""
    return dict(settings.LANGUAGES).get(get_language(), "")


@register.simple_tag(takes_context=True)
def alternate_links(context) -> SafeString:
    """The links to a public page in each language, for search engines. Empty where a page has parameters."""
    request = context.get("request")
    match = request and request.resolver_match
    is_public = match and getattr(match.func, "is_public", False)
    if not is_public or request.META.get("QUERY_STRING") or len(settings.LANGUAGES) == 1:
        return SafeString()
    languages = [*((code, code) for code, _name in settings.LANGUAGES), ("x-default", settings.LANGUAGE_CODE)]
    return format_html_join(
        "\n",
        '<link rel="alternate" hreflang="{}" href="{}">',
        ((name, site_address(path_in(code, request.path_info))) for name, code in languages),
    )
