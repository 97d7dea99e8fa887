"""The questions about clocks. Put together only from the constants in this file; every value is a parameter."""

from alerts.services.planning_fragments import ALREADY_PLANNED, INSERT, MORNING, NOT_YET, VALUES, WORTH
from alerts.services.planning_new_statements import NEW_STATEMENTS
from alerts.services.planning_questions import NOBODY_LATER, Question

# Clocks that an editor's change moved, whose mail is held back or was released a while ago; by the change's own list
# too, because another change, or the day itself, may have brought the present version.
_HOLD = """hold AS MATERIALIZED (
    SELECT slug, bool_or(mail_held) AS is_held, MAX(mail_released_at) AS released_at, MIN(at) AS moved_at
    FROM (
        SELECT moved ->> 'slug' AS slug, h.mail_held, h.mail_released_at, h.at
        FROM events_change h, jsonb_array_elements(h.moves) AS moved
        WHERE h.mail_held OR h.mail_released_at > %(at)s - make_interval(days => %(correction)s)
        UNION ALL
        SELECT d.slug, h.mail_held, h.mail_released_at, h.at
        FROM events_change h JOIN events_deadline d ON d.change_id = h.id
        WHERE h.mail_held OR h.mail_released_at > %(at)s - make_interval(days => %(correction)s)
    ) one
    GROUP BY slug
)"""

# The clocks in question, with all that the answer depends on but their followers and what those were told; {clocks}
# bounds them. The times of a clock whose mail was held count from its release.
_CLOCKS = (
    _HOLD
    + """, candidate AS MATERIALIZED (
    SELECT d.id, d.version, d.state, d.zone, d.party_id, p.treaty_id, d.opened_at, d.change_id,
           COALESCE(d.override_due, d.due_earliest) AS due,
           (%(at)s AT TIME ZONE d.zone)::date AS today,
           GREATEST(d.changed_at, hold.released_at) AS changed_at,
           GREATEST(d.changed_at + make_interval(secs => %(settle)s), hold.released_at) AS settled_at,
           %(hour)s AS morning_hour, ARRAY[p.treaty_id] AS treaties,
           array_remove(ARRAY[d.party_id], NULL) AS parties
    FROM events_deadline d
    JOIN treaties_provision p ON p.id = d.provision_id
    JOIN treaties_treaty t ON t.id = p.treaty_id AND t.publication = 'published'
    LEFT JOIN hold ON hold.slug = d.slug
    LEFT JOIN events_change change ON change.id = d.change_id
    WHERE hold.is_held IS NOT TRUE AND {clocks}
)"""
)

# Who follows which of the clocks in {clocks}, with their wishes.
_FOLLOWERS_OF = """{named}_wish AS (
    SELECT c.*, w.subscriber_id, w.lead_days, w.kinds, w.confirmed_at
    FROM {clocks} c JOIN alerts_subscription w ON w.treaty_id = c.treaty_id AND w.state = 'active' AND {{treaty}}
    UNION ALL
    SELECT c.*, w.subscriber_id, w.lead_days, w.kinds, w.confirmed_at
    FROM {clocks} c JOIN alerts_subscription w ON w.party_id = c.party_id AND w.state = 'active' AND {{party}}
    UNION ALL
    SELECT c.*, w.subscriber_id, w.lead_days, w.kinds, w.confirmed_at
    FROM {clocks} c JOIN alerts_subscription w ON w.deadline_id = c.id AND w.state = 'active' AND {{deadline}}
    UNION ALL
    SELECT c.*, w.subscriber_id, w.lead_days, w.kinds, w.confirmed_at
    FROM {clocks} c JOIN alerts_subscription w ON w.everything AND w.state = 'active' AND {{everything}}
), {named} AS (
    SELECT wish.*, s.time_zone, s.rhythm,
           -- One whose hour has passed, because nobody planned for a while, goes now, and looks ahead from now.
           (GREATEST(s.next_digest_at, %(at)s) AT TIME ZONE wish.zone)::date AS digest_day,
           CASE s.rhythm WHEN 'daily' THEN 1 WHEN 'weekly' THEN 7 END AS digest_days
    FROM {named}_wish wish JOIN alerts_subscriber s ON s.id = wish.subscriber_id AND s.state = 'active'
    WHERE %(kind)s = ANY(wish.kinds)
      AND NOT EXISTS (SELECT FROM leaver WHERE leaver.subscriber_id = wish.subscriber_id AND leaver.id = wish.id)
)"""
# Who has left which clock is found first: few do, and a million followers are compared with them, not with all mutes.
_FOLLOWERS = """leaver AS MATERIALIZED (
    SELECT m.subscriber_id, c.id
    FROM asked c JOIN alerts_mute m ON m.treaty_id = c.treaty_id AND m.lifted_at IS NULL AND {mute}
    UNION ALL
    SELECT m.subscriber_id, c.id
    FROM asked c JOIN alerts_mute m ON m.deadline_id = c.id AND m.lifted_at IS NULL AND {mute}
), """ + _FOLLOWERS_OF.format(clocks="asked", named="follower")

# A mail of an older version that a worker holds may still become told, without counting as told yet. Of no other row
# of an older version is that so: no fence that begins after the change lets one pass.
_IN_FLIGHT = """
    SELECT a.deadline_id FROM alerts_alert a JOIN events_deadline d ON d.id = a.deadline_id AND d.version <> a.version
    WHERE a.state = 'claimed'
    UNION ALL
    SELECT a.deadline_id FROM alerts_alert digest
    JOIN alerts_alert a ON a.carrier_id = digest.id AND a.state = 'gathered'
    JOIN events_deadline d ON d.id = a.deadline_id AND d.version <> a.version
    WHERE digest.state = 'claimed'
"""

# Found by its index, whatever PostgreSQL believes to know about the number of mails.
_IS_MAILED = """(
    SELECT a.id FROM alerts_alert a WHERE a.deadline_id = c.id AND a.kind <> 'test'
    ORDER BY a.deadline_id, a.subscriber_id LIMIT 1
) IS NOT NULL"""

# The last date that a subscriber was told, or may have been told by a try that was cut off.
_LAST_TOLD = """
    SELECT a.told_due, a.previous_due, a.kind, COALESCE(a.sent_at, a.smtp_started_at, a.planned_at) AS told_at
    FROM alerts_alert a
    WHERE a.subscriber_id = f.subscriber_id AND a.deadline_id = f.id AND (a.state = 'sent' OR a.ambiguous)
      AND a.kind <> 'test'
    ORDER BY told_at DESC LIMIT 1
"""
_TOLD = f"LEFT JOIN LATERAL ({_LAST_TOLD}) told ON TRUE"

_INSERT = INSERT.format(about="deadline_id")
_NOT_YET = NOT_YET.format(about="deadline_id", lead="-1")
_REMINDER_NOT_YET = NOT_YET.format(about="deadline_id", lead="wanted.days")

# What concerns a day before the next digest would come too late in it, and is mailed at once.
_IN_DIGEST = "(f.rhythm <> 'immediate' AND ({day} IS NULL OR {day} < f.today OR {day} >= f.digest_day))"


def _question(*, clocks: str, rows: str, more: str = "", later: str = NOBODY_LATER, turns: str = "") -> Question:
    subjects = _CLOCKS.format(clocks=clocks)
    return Question(subjects, _FOLLOWERS + more, _INSERT + rows, later, turns, _IN_FLIGHT, _IS_MAILED)


# The first mail about a clock, in most cases: then nobody's earlier mails are looked up. Otherwise each is, by the
# unique key: without OFFSET, PostgreSQL might rather gather all mails of this kind in memory, if it takes them for few.
_STARTED_ALREADY = f"EXISTS ({ALREADY_PLANNED.format(about='deadline_id', lead='-1')} OFFSET 0)"
_STARTED = _question(
    # Nobody starts a date that comes again, nor one that a party has owed since it joined: reminders are enough.
    clocks="d.state = 'running' AND d.occurrence IS NULL AND d.act_id IS NULL AND "
    "(d.opened_at > %(at)s - make_interval(days => %(news)s) OR d.opened_at >= hold.moved_at)",
    rows=f"""
SELECT subscriber_id, %(kind)s, id, -1, version, due, NULL::date, {VALUES}
FROM (
    SELECT DISTINCT ON (f.subscriber_id, f.id) f.subscriber_id, f.id, f.version, f.due, f.settled_at AS due_at,
           LEAST(f.settled_at + {WORTH}, (f.due + 1)::timestamp AT TIME ZONE f.zone) AS not_after,
           {_IN_DIGEST.format(day="f.due")} AS in_digest, f.is_mailed
    FROM follower f
    WHERE f.opened_at >= f.confirmed_at AND f.due >= f.today
      AND NOT (f.is_mailed AND (SELECT told_due FROM ({_LAST_TOLD}) told) IS NOT NULL)
) wanted
WHERE not_after > due_at AND NOT (is_mailed AND {_STARTED_ALREADY})
""",
)

# Whoever is told that the date has come hears by that mail which date they were told before.
_HEARS_ON_THE_DAY = """
f.state = 'took_effect' AND f.change_id IS NULL AND EXISTS (
    SELECT FROM alerts_subscription w
    WHERE w.subscriber_id = f.subscriber_id AND w.state = 'active' AND 'took_effect' = ANY(w.kinds)
      AND (w.everything OR w.treaty_id = f.treaty_id OR w.party_id = f.party_id OR w.deadline_id = f.id)
)
"""

# A minor change corrects nobody while the clock runs. The day itself makes a version of its own, with no change: then
# whoever was never told otherwise is told, by the mail of the day or, if they want none, by this one.
# A clock that was paused, and told so, runs again with or without another date; one that came back onto the record
# is told as started.
_MOVED = _question(
    clocks="d.state IN ('running', 'took_effect') AND d.version > 1 "
    "AND change.weight IS DISTINCT FROM 'minor' "
    "AND GREATEST(d.changed_at, hold.released_at) > %(at)s - make_interval(days => %(correction)s)",
    rows=f"""
SELECT subscriber_id, %(kind)s, id, -1, version, due, previous, {VALUES}
FROM (
    SELECT DISTINCT ON (f.subscriber_id, f.id) f.subscriber_id, f.id, f.version, f.due,
           COALESCE(told.told_due, told.previous_due) AS previous,
           f.settled_at AS due_at, f.settled_at + {WORTH} AS not_after,
           {_IN_DIGEST.format(day="LEAST(f.due, told.told_due)")} AS in_digest
    FROM follower f {_TOLD}
    WHERE told.told_due <> f.due AND NOT ({_HEARS_ON_THE_DAY})
       OR told.kind = 'withdrawn' AND told.told_due IS NULL AND f.opened_at < told.told_at
) wanted
WHERE {_NOT_YET}
""",
)

# However its change was weighed: no reminder would ever tell that the date is gone, as one tells a date that moved.
_WITHDRAWN = _question(
    clocks="d.state IN ('revoked', 'paused', 'superseded', 'withdrawn', 'undetermined') "
    "AND GREATEST(d.changed_at, hold.released_at) > %(at)s - make_interval(days => %(correction)s)",
    rows=f"""
SELECT subscriber_id, %(kind)s, id, -1, version, NULL::date, previous, {VALUES}
FROM (
    SELECT DISTINCT ON (f.subscriber_id, f.id) f.subscriber_id, f.id, f.version, told.told_due AS previous,
           f.settled_at AS due_at, f.settled_at + {WORTH} AS not_after,
           {_IN_DIGEST.format(day="told.told_due")} AS in_digest
    FROM follower f {_TOLD}
    WHERE told.told_due IS NOT NULL
) wanted
WHERE {_NOT_YET}
""",
)

# Of the leads that a subscriber wants, only the nearest one that has come; it ends where the next one begins.
# A digest looks ahead to the day before the one after it, and its items are worth their place until the day itself.
# A clock that was opened or moved inside a lead is told with its days left by that mail, not by a second one.
# Leads and mornings are found once for each choice of days, zone and digest that somebody has made, not for each
# follower; only of clocks for which somebody's turn has come the followers are read again, to be told.
_SEEN = f"""
    SELECT subscriber_id, id, version, due, today, zone, time_zone, changed_at, settled_at, lead_days, confirmed_at,
           in_digest, CASE WHEN in_digest THEN digest_day + digest_days - 1 ELSE today END AS horizon
    FROM (SELECT f.*, {_IN_DIGEST.format(day="f.due")} AS in_digest FROM {{followers}} f) placed
"""
_LEADS = _question(
    clocks="d.state = 'running' AND COALESCE(d.override_due, d.due_earliest) >= (%(at)s AT TIME ZONE d.zone)::date",
    more=f""", choice AS MATERIALIZED (
    SELECT one.*, nearest.days, nearest.next_days
    FROM (
        SELECT DISTINCT id, zone, due, today, settled_at, time_zone, lead_days, in_digest, horizon
        FROM ({_SEEN.format(followers="follower")}) seen
    ) one,
         LATERAL (
             SELECT MIN(days) FILTER (WHERE days >= one.due - one.horizon) AS days,
                    MAX(days) FILTER (WHERE days < one.due - one.today) AS next_days
             FROM unnest(one.lead_days) AS days
         ) nearest
    WHERE cardinality(one.lead_days) > 0
), turn AS MATERIALIZED (
    SELECT f.id, f.time_zone, f.days, f.at_once, m.morning, GREATEST(m.morning, f.settled_at) AS instant
    FROM (
        SELECT id, zone, due, settled_at, time_zone, each.days, bool_or(NOT in_digest) AS at_once
        FROM choice, unnest(lead_days) AS each (days) GROUP BY id, zone, due, settled_at, time_zone, each.days
    ) f {MORNING.format(day="f.due - f.days")}
), come AS MATERIALIZED (
    SELECT DISTINCT id, time_zone FROM choice JOIN turn USING (id, time_zone, days)
    WHERE in_digest OR instant <= %(at)s
), called AS MATERIALIZED (
    SELECT asked.* FROM asked WHERE id IN (SELECT id FROM come)
), {_FOLLOWERS_OF.format(clocks="called", named="called_follower")}, lead AS (
    SELECT f.subscriber_id, f.id, f.version, f.due, f.zone, f.time_zone, f.changed_at, f.in_digest,
           MIN(f.confirmed_at) AS confirmed_at, MIN(c.days) AS days, MAX(c.next_days) AS next_days
    FROM ({_SEEN.format(followers="called_follower")}) f
    JOIN come USING (id, time_zone)
    JOIN choice c USING (id, time_zone, lead_days, in_digest, horizon)
    GROUP BY f.subscriber_id, f.id, f.version, f.due, f.zone, f.time_zone, f.changed_at, f.in_digest
)""",
    later="SELECT id, MIN(instant) AS instant FROM turn WHERE at_once AND instant > %(at)s GROUP BY id",
    turns="c.lead_days",
    rows=f"""
SELECT subscriber_id, %(kind)s, id, days, version, due, NULL::date, {VALUES}
FROM (
    SELECT f.subscriber_id, f.id, f.days, f.version, f.due, turn.instant AS due_at,
           CASE WHEN f.in_digest THEN (f.due + 1)::timestamp AT TIME ZONE f.zone
                ELSE (f.due - COALESCE(f.next_days, -1))::timestamp AT TIME ZONE f.zone END AS not_after,
           f.in_digest
    FROM lead f JOIN turn USING (id, time_zone, days)
    WHERE (f.in_digest OR turn.instant <= %(at)s) AND GREATEST(turn.morning, f.changed_at) >= f.confirmed_at
      AND NOT EXISTS (
          SELECT FROM alerts_alert a
          WHERE a.subscriber_id = f.subscriber_id AND a.deadline_id = f.id AND a.version = f.version
            AND a.state <> 'cancelled'
            AND (a.kind IN ('started', 'moved') AND f.due - f.days <= (a.due_at AT TIME ZONE f.zone)::date
                 OR a.kind = 'lead' AND a.lead_days < f.days)
      )
) wanted
WHERE not_after > due_at AND {_REMINDER_NOT_YET}
ORDER BY subscriber_id, id
""",
)

_TOOK_EFFECT = _question(
    clocks="d.state = 'took_effect' "
    "AND COALESCE(d.override_due, d.due_earliest) < (%(at)s AT TIME ZONE d.zone)::date "
    "AND COALESCE(d.override_due, d.due_earliest) >= "
    "(COALESCE(hold.moved_at, %(at)s) AT TIME ZONE d.zone)::date - %(news)s",
    more=f""", turn AS MATERIALIZED (
    SELECT f.id, f.time_zone, GREATEST(m.morning, f.settled_at) AS instant
    FROM (SELECT DISTINCT id, zone, due, settled_at, time_zone FROM follower) f {MORNING.format(day="f.due + 1")}
)""",
    later="SELECT id, MIN(instant) AS instant FROM turn WHERE instant > %(at)s GROUP BY id",
    # The day after the due day.
    turns="'{-1}'::integer[]",
    rows=f"""
SELECT subscriber_id, %(kind)s, id, -1, version, due, previous, {VALUES}
FROM (
    SELECT DISTINCT ON (f.subscriber_id, f.id) f.subscriber_id, f.id, f.version, f.due,
           CASE WHEN told.told_due <> f.due THEN told.told_due END AS previous,
           turn.instant AS due_at, turn.instant + {WORTH} AS not_after,
           f.rhythm <> 'immediate' AS in_digest
    FROM follower f JOIN turn USING (id, time_zone) {_TOLD}
    WHERE f.confirmed_at < (f.due + 1)::timestamp AT TIME ZONE f.zone
      AND turn.instant <= %(at)s
      AND NOT EXISTS (
          SELECT FROM alerts_alert a
          WHERE a.subscriber_id = f.subscriber_id AND a.deadline_id = f.id
            AND (a.kind = %(kind)s AND a.told_due = f.due OR a.kind = 'moved' AND a.version = f.version)
            AND a.state IN ('pending', 'gathered', 'claimed', 'sent', 'held')
      )
) wanted
WHERE {_NOT_YET}
""",
)

# In this order: a reminder asks whether a mail of its own moment is already on its way.
QUESTIONS = {
    "started": _STARTED,
    "moved": _MOVED,
    "withdrawn": _WITHDRAWN,
    "lead": _LEADS,
    "took_effect": _TOOK_EFFECT,
    "statement": NEW_STATEMENTS,
}
