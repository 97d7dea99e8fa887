"""Entries of timelines in templates."""

from django import template

from events.entry_html import entries_html

register = template.Library()
register.simple_tag(entries_html, name="entries")
