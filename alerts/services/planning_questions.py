"""A question of planning, asked in two ways: of all followers of what was not fully planned yet, or of some again.

The truth is the question itself: what is wanted at `at`? That a subject is fully planned only spares asking. It is
noted by the statement that plans it, so of one snapshot; whatever changes about a follower after that snapshot puts the
follower into `alerts_askagain` (by triggers, in the same transaction), and whatever changes about the subject changes
its signature. While it has not changed, only those are asked whose turn comes (`planning_turns`).
"""

from __future__ import annotations

from dataclasses import dataclass

from alerts.services.planning_turns import CALL

_SIGNATURE = "to_jsonb(c) - 'today' - 'is_mailed'"

# That all were asked about the subject as it is, at `m.since`.
_IS_NOTED = f"m.kind = %(kind)s AND m.about_id = c.id AND m.signature = {_SIGNATURE} AND m.since <= %(at)s"
_IS_FULLY_PLANNED = f"""EXISTS (
    SELECT FROM alerts_fullyplanned m WHERE {_IS_NOTED} AND (m.until IS NULL OR m.until > %(at)s)
)"""

_NOTE = f"""
    INSERT INTO alerts_fullyplanned (kind, about_id, signature, since, until)
    SELECT %(kind)s, c.id, {_SIGNATURE}, %(at)s, later.instant
    FROM asked c LEFT JOIN later ON later.id = c.id
    WHERE c.id NOT IN ({{in_flight}})
    ON CONFLICT (kind, about_id) DO UPDATE
        SET signature = EXCLUDED.signature, since = EXCLUDED.since, until = EXCLUDED.until
"""

# A subject that is not as it was noted, and comes back to just that, must not find its note: those who are asked again
# meanwhile were asked about another one. Nor must a planner that comes late leave a later one's note: the turns between
# the two were asked for before those who changed.
_FORGET = f"""
    DELETE FROM alerts_fullyplanned m
    WHERE %(noting)s AND m.kind = %(kind)s
      AND (m.since > %(at)s OR NOT EXISTS (SELECT FROM asked c WHERE c.id = m.about_id AND {_SIGNATURE} = m.signature))
"""
_HASTEN = f"""
    UPDATE alerts_fullyplanned m SET until = later.instant
    FROM later JOIN asked c ON c.id = later.id
    WHERE %(noting)s AND m.kind = %(kind)s AND m.about_id = c.id AND m.signature = {_SIGNATURE}
      AND m.since < later.instant AND (m.until IS NULL OR m.until > later.instant)
"""

_OF_ALL = {
    "treaty": "w.treaty_id = ANY(%(treaties)s::bigint[])",
    "party": "w.party_id = ANY(%(parties)s::bigint[])",
    "deadline": "w.deadline_id = ANY(%(ids)s::bigint[])",
    "everything": "TRUE",
    "mute": "(m.treaty_id = ANY(%(treaties)s::bigint[]) OR m.deadline_id = ANY(%(ids)s::bigint[]))",
}
_OF_SOME = dict.fromkeys(_OF_ALL, "w.subscriber_id IN (SELECT id FROM again)") | {
    "mute": "m.subscriber_id IN (SELECT id FROM again)"
}

NOBODY_LATER = "SELECT NULL::bigint AS id, NULL::timestamptz AS instant WHERE FALSE"
NOTHING_IN_FLIGHT = "SELECT NULL::bigint WHERE FALSE"


@dataclass(frozen=True)
class Question:
    """Who wants mail of one kind, about what; the parts are SQL that builds on the parts before.

    `subjects`: CTEs that end with `candidate` (id, treaties, parties, …), whose columns but `today` are the signature.
    `wishes`: further CTEs, from `asked` (some of the candidates); `{treaty}` and the like stand where the wishes `w`
    that follow one are bounded, `{mute}` where the mutes `m` are. `later`: for each id the next instant after `at` at
    which a follower's turn comes. `turns`: for how many days before the due day a wish, `c`, wants mail, as an array;
    empty where time alone brings no turn. `in_flight`: the ids of subjects of which a mail that is now on its way may
    change the answer. `is_mailed`, a column of `asked`: whether there may already be mail about the subject `c`; if
    there is none, no follower's need be looked up. `rows`: the INSERT.
    """

    subjects: str
    wishes: str
    rows: str
    later: str = NOBODY_LATER
    turns: str = ""
    in_flight: str = NOTHING_IN_FLIGHT
    is_mailed: str = "TRUE"

    @property
    def open_subjects(self) -> str:
        """Ask which subjects are not fully planned (`everybody`: all), as id, treaties and parties; of no follower.

        The last column says whether all were asked before, so that only turns that have come since are left to ask.
        """
        return f"""
WITH {self.subjects}
SELECT c.id, c.treaties, c.parties, NOT %(everybody)s AND EXISTS (SELECT FROM alerts_fullyplanned m WHERE {_IS_NOTED})
FROM candidate c WHERE %(everybody)s OR NOT {_IS_FULLY_PLANNED}"""

    @property
    def call(self) -> str:
        """Let those be asked again whose turn has come with one of the subjects `ids`; note so, and return the ids.

        None is returned, and nobody called, if they are more than `most`.
        """
        return f"""
WITH RECURSIVE {self.subjects}, asked AS MATERIALIZED (
    SELECT c.*, m.since FROM candidate c JOIN alerts_fullyplanned m ON {_IS_NOTED} WHERE c.id = ANY(%(ids)s::bigint[])
), {CALL.format(days=self.turns)}"""

    @property
    def of_all(self) -> str:
        """Plan for all followers of the subjects `ids`, about `treaties` and `parties`, and note it.

        These are named, so that PostgreSQL knows how many follow them. One that has meanwhile come to be about others
        is left to the next sweep.
        """
        return f"""
WITH {self.subjects}, asked AS MATERIALIZED (
    SELECT c.*, {self.is_mailed} AS is_mailed FROM candidate c
    WHERE c.id = ANY(%(ids)s::bigint[]) AND c.treaties <@ %(treaties)s::bigint[] AND c.parties <@ %(parties)s::bigint[]
), {self.wishes.format(**_OF_ALL)}, later AS ({self.later}), noted AS ({_NOTE.format(in_flight=self.in_flight)})
{self.rows}"""

    @property
    def of_some(self) -> str:
        """Plan for the subscribers `again`, of every subject; whose turn comes later hastens its next full plan.

        Not `noting` leaves the notes alone: a rehearsal that is undone in the end must not keep planners waiting.
        """
        return f"""
WITH {self.subjects}, asked AS MATERIALIZED (SELECT c.*, TRUE AS is_mailed FROM candidate c),
again AS MATERIALIZED (SELECT unnest(%(again)s::bigint[]) AS id),
{self.wishes.format(**_OF_SOME)}, later AS ({self.later}), forgotten AS ({_FORGET}), hastened AS ({_HASTEN})
{self.rows}"""
