"""`{% fragment %}`: a part of a page that is kept while the published catalogue stays as it is."""

import re

from django import template
from django.conf import settings
from django.utils.safestring import mark_safe

from practices.core import cache

register = template.Library()

_GAP = re.compile(r"(?<=>)\s{2,}|\s{2,}(?=<)")
"""White space next to a tag. That within a text may be shown as it is, such as the lines of a summary."""


class FragmentNode(template.Node):
    child_nodelists = ()
    """None: a fragment holds no `{% block %}`, so Django need not look for any on every page."""

    def __init__(self, nodelist, name, keys, *, across_publications):
        self.nodelist, self.name, self.keys = nodelist, name, keys
        self.across_publications = across_publications

    def render(self, context):
        keys = tuple(key.resolve(context, ignore_failures=True) for key in self.keys)
        if settings.DEBUG or None in keys:
            return self.nodelist.render(context)
        # Fragments of one template with the same keys are one entry, so that a page costs one look-up.
        arguments = (self.origin.template_name, keys, self.across_publications)
        entries = context.render_context.setdefault("fragments", {})
        if arguments not in entries:
            entry = cache.entry_key(*arguments, across_publications=self.across_publications)
            entries[arguments] = entry, cache.get_many([entry]).get(entry, {})
        entry, fragments = entries[arguments]
        if self.name not in fragments:
            fragments[self.name] = _without_gaps(self.nodelist.render(context))
            last = context.get("fragments_last")
            cache.set_many({entry: fragments}, brief=last is not None and not last())
        return fragments[self.name]


def _without_gaps(html):
    """Shorten white space next to tags to one line break, so that each answer has less to compress."""
    return mark_safe(_GAP.sub("\n", html))  # noqa: S308 - as it was rendered


@register.tag
def fragment(parser, token):
    """Render the content once for each version of the catalogue, language and value of the keys.

        {% fragment "results" filter.query page.number %} … {% endfragment %}

    The name tells the fragments of a template apart. Keys are variables that `practices.core.cache.key_of` takes; they
    must say all that the content depends on. Where one of them is None or missing, nothing is kept. Pass the rest of
    the context as functions, lazy objects or QuerySets, which cost nothing while the fragment is kept.

    Where the context has a function `fragments_last`, they are kept for BRIEF_SECONDS only, unless it returns True. It is
    asked once the fragment is rendered, when a page knows whether there is what its address asks for.

    With `across_publications` as the last word, the fragment is kept until a name of the reference data changes.
    """
    _tag, name, *words = token.split_contents()
    across_publications = words[-1:] == ["across_publications"]
    keys = [parser.compile_filter(word) for word in (words[:-1] if across_publications else words)]
    nodelist = parser.parse(("endfragment",))
    parser.delete_first_token()
    return FragmentNode(nodelist, name.strip("\"'"), keys, across_publications=across_publications)
