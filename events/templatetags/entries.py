"""Entries of timelines, and results of a search, in templates."""

from django import template

from events.entry_html import entries_html
from events.search.results_html import results_html
from events.year_html import room_class, years_html

register = template.Library()
register.simple_tag(entries_html, name="entries")
register.simple_tag(years_html, name="years_of")
register.simple_tag(results_html, name="results")
register.filter(room_class)
