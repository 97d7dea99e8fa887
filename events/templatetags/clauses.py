"""What clauses say again and again, in templates."""

from django import template

from events.clause_words import phrase_words

register = template.Library()
register.filter("phrase", phrase_words)
