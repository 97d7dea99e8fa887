"""Fields that complete what is typed; one that comes back with what can be no row shows none, instead of failing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

from treaties.keys import is_key

if TYPE_CHECKING:
    from collections.abc import Sequence


class OneChoice(AutocompleteSelect):
    """One row; Django's own asks the database for whatever was sent."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        """Return the options for what can be a key."""
        return super().optgroups(name, _keys(value), attrs)


class SeveralChoices(AutocompleteSelectMultiple):
    """Several rows, likewise."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        """Return the options for what can be a key."""
        return super().optgroups(name, _keys(value), attrs)


def _keys(value: Sequence[str]) -> list[str]:
    return [one for one in value if is_key(str(one))]
