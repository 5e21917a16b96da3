"""Tag for the header and footer that all pages of a language share."""

from django import template
from django.urls import get_script_prefix
from django.utils.translation import get_language

register = template.Library()


class Frame(template.Node):
    """Rendered once a language and process; reloaded templates begin anew."""

    child_nodelists = ()  # there are no blocks inside, so nobody need look for them on every page

    def __init__(self, nodelist):
        self.nodelist = nodelist
        self.kept = {}

    def render(self, context):
        key = (get_language(), get_script_prefix())
        if key not in self.kept:
            self.kept[key] = self.nodelist.render(context)
        return self.kept[key]


@register.tag
def frame(parser, token):
    """A part that is the same on all pages of a language: it uses nothing of the page's context."""
    nodelist = parser.parse(("endframe",))
    parser.delete_first_token()
    return Frame(nodelist)
