"""Filters for quotation marks."""

from django import template

from practices.core.quotes import inner_quotes, quoted

register = template.Library()
register.filter("quoted", quoted)
register.filter("inner_quotes", inner_quotes)
