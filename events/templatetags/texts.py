"""Filters for texts of editors."""

from django import template

from events.markdown import rendered

register = template.Library()
register.filter("markdown", rendered)
