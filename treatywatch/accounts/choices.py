"""What the desk's fields offer while one types."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView


class Choices(AutocompleteJsonView):
    """The matches of a search; where rows need more than their name to be told apart, their admin says it."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """Return key and words of one match."""
        shown: dict[str, str] = super().serialize_result(obj, to_field_name)  # type: ignore[misc]  # not in the stubs
        label_of = getattr(self.model_admin, "choice_label", None)
        return shown | {"text": label_of(obj)} if label_of else shown
