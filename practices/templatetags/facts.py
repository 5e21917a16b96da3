"""Tags for the facts of a practice. A page has a dozen, and a template for each took twice as long."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from practices.templatetags.beads import evidence_dots

register = template.Library()


@register.simple_tag
def facts(found, level):
    """Each fact as a part of a `<dl>`. `level` is the level of evidence of the practice."""
    return format_html_join("\n", "{}", ((_fact(fact, level),) for fact in found))


def _fact(fact, level):
    return format_html(
        '<div class="facts-wide"><dt>{}</dt><dd>{}{}</dd></div>'
        if fact.is_wide
        else "<div><dt>{}</dt><dd>{}{}</dd></div>",
        fact.label,
        fact_items(fact, level),
        format_html(" <small>{}</small>", fact.note) if fact.note else "",
    )


@register.simple_tag
def fact_items(fact, level):
    """The values of a fact."""
    match fact.layout:
        case "list":
            items = format_html_join("", "<li>{}</li>", ((_item(fact, item),) for item in fact.items))
            return format_html('<ul class="facts-list">{}</ul>', items)
        case "level":
            dots = evidence_dots(level)
            return format_html_join(" ", "{} {}", ((dots, item.text) for item in fact.items))
        case "address":
            return format_html_join(" ", "{}", ((_page(item),) for item in fact.items))
        case _:
            return format_html_join(gettext(", "), "{}", ((_item(fact, item),) for item in fact.items))


def _item(fact, item):
    if item.url:
        return format_html('<a href="{}">{}</a>', item.url, item.text)
    return format_html("<bdi>{}</bdi>", item.text) if fact.is_free_text else item.text


def _page(item):
    link = format_html('<a href="{}" rel="nofollow noopener">{}</a>', item.url, item.text)
    return link if item.host == item.text else format_html("{} <small>{}</small>", link, item.host)
