"""Entries of timelines in templates."""

from django import template

from events.entry_html import entries_html
from events.year_html import years_html

register = template.Library()
register.simple_tag(entries_html, name="entries")
register.simple_tag(years_html, name="years_of")
