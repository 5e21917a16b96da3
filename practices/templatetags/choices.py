"""Parts of widgets of which a page has hundreds: put together here, ten times as quickly as by a template each."""

from django import template
from django.forms.utils import flatatt
from django.utils.formats import number_format
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

register = template.Library()


@register.simple_tag
def attributes(attrs):
    """Attributes of an element, each with the space before it."""
    return flatatt(attrs)


@register.simple_tag
def select_options(optgroups):
    """The `<option>`s of a `<select>`, in their groups. `optgroups`: as Django's widgets have them in their context."""
    return mark_safe("".join(_optgroup(name, options) for name, options, _index in optgroups))  # noqa: S308 - escaped below


def _optgroup(name, options):
    inside = "".join(map(_option, options))
    return f'<optgroup label="{conditional_escape(name)}">{inside}</optgroup>' if name else inside


def _option(option):
    attributes = flatatt(option["attrs"]) if option["attrs"] else ""
    value = conditional_escape(str(option["value"]))
    return f'<option value="{value}"{attributes}>{conditional_escape(option["label"])}</option>'


@register.simple_tag
def checks(options):
    """Each option of a group as a checkbox, or radio button, inside its label."""
    return mark_safe("".join(map(_check, options)))  # noqa: S308 - escaped below


def _check(option):
    checked = " checked" if option["selected"] else ""
    return (
        f'<label class="check"><input type="{option["type"]}" name="{conditional_escape(option["name"])}"'
        f' value="{conditional_escape(str(option["value"]))}"{checked}>'
        f"<span>{conditional_escape(option['label'])}</span></label>"
    )


@register.simple_tag
def facet_options(name, options):
    """Each option of a facet as a checkbox inside its label, with its number of practices."""
    return mark_safe("\n".join(_facet_option(name, option) for option in options))  # noqa: S308 - escaped below


def _facet_option(name, option):
    under = " check-under" if option.depth else ""
    checked = " checked" if option.chosen else ""
    count = number_format(option.count, force_grouping=True) if option.count >= 1_000 else str(option.count)
    more = "+" if option.is_lower_bound and option.count else ""
    return (
        f'<label class="check{under}"><input type="checkbox" name="{name}"'
        f' value="{conditional_escape(option.value)}"{checked}>'
        f"<span>{conditional_escape(option.label)} <small>{count}{more}</small></span></label>"
    )
