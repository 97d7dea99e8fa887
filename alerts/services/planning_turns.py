"""The SQL that finds whose turn has come since a clock was fully planned, and puts them among those to be asked again.

While the clock is as it was, time alone makes a mail wanted by those only for whom a morning has come that one of their
leads names. Each zone and choice of days that followers have made is looked up once, by one step of an index from each
to the next; those whose turn has come are found by the same index. However many follow the clock, nobody else is read.

Those found are only asked: that a wish has meanwhile ended, or waits for a digest, is what the question itself sees.
"""

from alerts.services.planning_fragments import MORNING

# What may be followed: where `asked` says which, and how a wish `w` follows it. Each has an index of its own.
_FOLLOWED = {
    "treaty": ("c.treaty_id", "w.treaty_id = {by}.about"),
    "party": ("c.party_id", "w.party_id = {by}.about"),
    "deadline": ("c.id", "w.deadline_id = {by}.about"),
    "everything": ("0::bigint", "w.everything"),
}

_CHOICES = """{name}_choice (about, time_zone, lead_days) AS (
    SELECT one.about, w.* FROM (SELECT DISTINCT {about} AS about FROM asked c WHERE {about} IS NOT NULL) one, LATERAL (
        SELECT w.time_zone, w.lead_days FROM alerts_subscription w WHERE {follows} AND w.state = 'active'
        ORDER BY w.time_zone, w.lead_days LIMIT 1
    ) w
    UNION ALL
    SELECT one.about, w.* FROM {name}_choice one, LATERAL (
        SELECT w.time_zone, w.lead_days FROM alerts_subscription w
        WHERE {follows} AND w.state = 'active' AND (w.time_zone, w.lead_days) > (one.time_zone, one.lead_days)
        ORDER BY w.time_zone, w.lead_days LIMIT 1
    ) w
)"""

_CHOSEN = """
    SELECT c.id, c.zone, c.due, c.settled_at, c.since, '{name}' AS followed, one.*
    FROM asked c JOIN {name}_choice one ON one.about = {about}"""

# Not flattened into a join of all: each choice is looked up by the index.
_CALLED = """
    SELECT w.subscriber_id FROM come, LATERAL (
        SELECT w.subscriber_id FROM alerts_subscription w
        WHERE {follows} AND w.state = 'active' AND w.time_zone = come.time_zone AND w.lead_days = come.lead_days
        OFFSET 0
    ) w
    WHERE come.followed = '{name}'"""


def _of_each(template: str, between: str, *, by: str = "one") -> str:
    return between.join(
        template.format(name=name, about=about, follows=follows.format(by=by))
        for name, (about, follows) in _FOLLOWED.items()
    )


# `{days}`: for how many days before the due day `c.due` a choice wants mail. More than `most` are not called.
CALL = f"""{_of_each(_CHOICES, ", ")}, choice AS MATERIALIZED ({_of_each(_CHOSEN, " UNION ALL")}
), turn AS MATERIALIZED (
    SELECT f.id, f.time_zone, f.days, GREATEST(m.morning, f.settled_at) AS instant
    FROM (
        SELECT DISTINCT c.id, c.zone, c.due, c.settled_at, c.time_zone, each.days
        FROM choice c, unnest({{days}}) AS each (days)
    ) f {MORNING.format(day="f.due - f.days")}
), come AS MATERIALIZED (
    SELECT DISTINCT c.followed, c.about, c.time_zone, c.lead_days
    FROM choice c JOIN turn USING (id, time_zone)
    WHERE turn.days = ANY({{days}}) AND turn.instant > c.since AND turn.instant <= %(at)s
), called AS MATERIALIZED ({_of_each(_CALLED, " UNION ALL", by="come")}
    LIMIT %(most)s + 1
), named AS (
    INSERT INTO alerts_askagain (subscriber_id)
    SELECT DISTINCT subscriber_id FROM called WHERE (SELECT count(*) FROM called) <= %(most)s
)
UPDATE alerts_fullyplanned m
SET since = %(at)s, until = (SELECT MIN(instant) FROM turn WHERE turn.id = c.id AND turn.instant > %(at)s)
FROM asked c
WHERE m.kind = %(kind)s AND m.about_id = c.id AND (SELECT count(*) FROM called) <= %(most)s
RETURNING m.about_id"""
