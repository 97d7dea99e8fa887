"""What the search looks through: one row for each thing that a reader may find, kept by the database itself."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchDocument(models.Model):
    """The words of one published row, and where it is read.

    Triggers write it, so that imports and bulk updates are found too, and a draft or withdrawn row never is; nothing
    else may. Beside its words, `vector` holds marks of what it belongs to and of its day (see
    events/search/finding.py).
    """

    class Kind(models.TextChoices):
        TREATY = "treaty", _("Treaty")
        PROVISION = "provision", _("Clause")
        PARTY = "party", _("Party")
        OFFICIAL = "official", _("Official")
        EVENT = "event", _("Event")
        STATEMENT = "statement", _("Statement")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    row_id = models.BigIntegerField(help_text="The primary key of the row in its own table.")
    day = models.DateField(help_text="The first day of the row's date; one after the year 9000 for what has none.")
    last_day = models.DateField()
    title = models.TextField()
    body = models.TextField()
    address = models.CharField(max_length=240, help_text="The page on which it is read, without a language.")
    names = ArrayField(models.TextField(), default=list, help_text="Whole names, in small letters without accents.")
    vector = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "row_id"], name="search_document_one_for_a_row")]
        indexes = [
            # Without the list of pending entries, which every search would have to read through.
            GinIndex(fields=["vector"], name="search_by_word", fastupdate=False),
            GinIndex(fields=["names"], name="search_by_name", fastupdate=False),
            # Tells the newest day there is, from which stretches of days are counted back.
            models.Index(fields=["day"], name="search_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"
