"""A question of planning, asked in two ways: of all followers of what was not fully planned yet, or of some again.

The truth is the question itself: what is wanted at `at`? That a subject is fully planned only spares asking. It is
noted by the statement that plans it, so of one snapshot; whatever changes about a follower after that snapshot puts the
follower into `alerts_askagain` (by triggers, in the same transaction), and whatever changes about the subject changes
its signature.
"""

from __future__ import annotations

from dataclasses import dataclass

_SIGNATURE = "to_jsonb(c) - 'today'"

_IS_FULLY_PLANNED = f"""EXISTS (
    SELECT FROM alerts_fullyplanned m
    WHERE m.kind = %(kind)s AND m.about_id = c.id AND m.signature = {_SIGNATURE}
      AND m.since <= %(at)s AND (m.until IS NULL OR m.until > %(at)s)
)"""

# Another planner may know of an earlier turn, of somebody whom this snapshot did not see: the earlier one is kept.
_NOTE = f"""
    INSERT INTO alerts_fullyplanned AS m (kind, about_id, signature, since, until)
    SELECT %(kind)s, c.id, {_SIGNATURE}, %(at)s, later.instant
    FROM asked c LEFT JOIN later ON later.id = c.id
    WHERE c.id NOT IN ({{in_flight}})
    ON CONFLICT (kind, about_id) DO UPDATE SET signature = EXCLUDED.signature, since = EXCLUDED.since,
        until = CASE WHEN m.until > EXCLUDED.since THEN LEAST(m.until, EXCLUDED.until) ELSE EXCLUDED.until END
"""

# A subject that is not as it was noted, and comes back to just that, must not find its note: those who are asked again
# meanwhile were asked about another one.
_FORGET = f"""
    DELETE FROM alerts_fullyplanned m
    WHERE %(noting)s AND m.kind = %(kind)s
      AND NOT EXISTS (SELECT FROM asked c WHERE c.id = m.about_id AND {_SIGNATURE} = m.signature)
"""
_HASTEN = f"""
    UPDATE alerts_fullyplanned m SET until = later.instant
    FROM later JOIN asked c ON c.id = later.id
    WHERE %(noting)s AND m.kind = %(kind)s AND m.about_id = c.id AND m.signature = {_SIGNATURE}
      AND m.since < later.instant AND (m.until IS NULL OR m.until > later.instant)
"""

NOBODY_LATER = "SELECT NULL::bigint AS id, NULL::timestamptz AS instant WHERE FALSE"
NOTHING_IN_FLIGHT = "SELECT NULL::bigint WHERE FALSE"


@dataclass(frozen=True)
class Question:
    """Who wants mail of one kind, about what; the parts are SQL that builds on the parts before.

    `subjects`: CTEs that end with `candidate`, whose columns but `today` are the signature. `wishes`: further CTEs,
    from `asked` (some of the candidates); `{only}` stands where `alerts_subscription w` can be bounded. `later`: for
    each id the next instant after `at` at which a follower's turn comes. `in_flight`: the ids of subjects of which a
    mail that is now on its way may change the answer. `rows`: the INSERT.
    """

    subjects: str
    wishes: str
    rows: str
    later: str = NOBODY_LATER
    in_flight: str = NOTHING_IN_FLIGHT

    @property
    def is_open(self) -> str:
        """Ask whether there is a subject that is not fully planned; of followers nothing is read."""
        return f"WITH {self.subjects} SELECT EXISTS (SELECT FROM candidate c WHERE NOT {_IS_FULLY_PLANNED})"

    @property
    def of_all(self) -> str:
        """Plan for all followers of each subject that is not fully planned (`everybody`: of every one), and note it."""
        return f"""
WITH {self.subjects}, asked AS MATERIALIZED (
    SELECT c.* FROM candidate c WHERE %(everybody)s OR NOT {_IS_FULLY_PLANNED}
), {self.wishes.format(only="")}, later AS ({self.later}), noted AS ({_NOTE.format(in_flight=self.in_flight)})
{self.rows}"""

    @property
    def of_some(self) -> str:
        """Plan for the subscribers `again`, of every subject; whose turn comes later hastens its next full plan.

        Not `noting` leaves the notes alone: a rehearsal that is undone in the end must not keep planners waiting.
        """
        only = "AND w.subscriber_id = ANY(%(again)s::bigint[])"
        return f"""
WITH {self.subjects}, asked AS MATERIALIZED (SELECT c.* FROM candidate c),
{self.wishes.format(only=only)}, later AS ({self.later}), forgotten AS ({_FORGET}), hastened AS ({_HASTEN})
{self.rows}"""
