"""Who may change what readers see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from treaties.models import EditorAssignment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.editorial.impact import Impact

PUBLISH = "events.publish_record"


def may_publish(user: Any, treaties: Iterable[int]) -> bool:
    """Say whether the user may change what readers see of a row that concerns these treaties.

    An editor who is assigned to treaties publishes on those only, and on nothing that concerns no treaty.
    """
    if not user.is_active or not user.has_perm(PUBLISH):
        return False
    assigned = set(EditorAssignment.objects.filter(editor=user).values_list("treaty", flat=True))
    concerned = set(treaties)
    return not assigned or (bool(concerned) and concerned <= assigned)


def may_commit(user: Any, impact: Impact) -> bool:
    """Say whether the user may commit an edit with this impact: all of it, for every row that readers see."""
    return all(may_publish(user, row.treaties) for row in impact.public_rows)
