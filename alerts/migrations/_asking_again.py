"""The triggers by which planning learns whom to ask again: each writes in the writer's own transaction.

What concerns a subject (a clock, a statement) needs no trigger: it is in the signature that planning compares.
"""

_FUNCTIONS = """
CREATE FUNCTION alerts_ask_the_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alerts_askagain (subscriber_id) SELECT DISTINCT subscriber_id FROM changed;
    RETURN NULL;
END $$;

CREATE FUNCTION alerts_ask_both() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alerts_askagain (subscriber_id)
    SELECT subscriber_id FROM before UNION SELECT subscriber_id FROM changed;
    RETURN NULL;
END $$;

CREATE FUNCTION alerts_ask_the_addressed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alerts_askagain (subscriber_id)
    SELECT c.id FROM changed c JOIN before b ON b.id = c.id
    WHERE (c.state, c.time_zone, c.rhythm, c.next_digest_at)
       IS DISTINCT FROM (b.state, b.time_zone, b.rhythm, b.next_digest_at);
    RETURN NULL;
END $$;

CREATE FUNCTION alerts_ask_whose_mail_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO alerts_askagain (subscriber_id) VALUES (OLD.subscriber_id);
    ELSIF TG_OP = 'UPDATE' AND NEW.state = 'cancelled' AND NEW.event_id IS NULL AND NEW.kind <> 'took_effect'
        AND NEW.subscriber_id = OLD.subscriber_id
        AND NOT EXISTS (SELECT FROM events_deadline WHERE id = NEW.deadline_id AND version = NEW.version)
    THEN
        -- A mail of an older version stood in nobody's way; the new version is asked for as a whole.
        RETURN NULL;
    ELSE
        INSERT INTO alerts_askagain (subscriber_id) VALUES (NEW.subscriber_id);
        IF TG_OP = 'UPDATE' AND NEW.subscriber_id <> OLD.subscriber_id THEN
            INSERT INTO alerts_askagain (subscriber_id) VALUES (OLD.subscriber_id);
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION alerts_ask_everybody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM alerts_fullyplanned;
    RETURN NULL;
END $$;
"""
_DROP_FUNCTIONS = "".join(
    f"DROP FUNCTION {name}() CASCADE;"
    for name in (
        "alerts_ask_the_changed",
        "alerts_ask_both",
        "alerts_ask_the_addressed",
        "alerts_ask_whose_mail_changed",
        "alerts_ask_everybody",
    )
)

_BOTH = "REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT"
# Not that a mail becomes told: of the version on record this makes nothing wanted that was not, and a clock of which a
# mail of another version is under way is not noted as fully planned.
_MAIL_CHANGED = """
    NEW.state = 'cancelled' AND OLD.state <> 'cancelled'
    OR NEW.state = 'failed' AND OLD.state <> 'failed' AND NEW.kind IN ('took_effect', 'moved')
    OR (OLD.state = 'sent' OR OLD.ambiguous) AND NOT (NEW.state = 'sent' OR NEW.ambiguous)
    OR NEW.due_at < OLD.due_at
    OR (NEW.subscriber_id, NEW.deadline_id, NEW.event_id, NEW.kind, NEW.lead_days, NEW.version, NEW.told_due)
        IS DISTINCT FROM
       (OLD.subscriber_id, OLD.deadline_id, OLD.event_id, OLD.kind, OLD.lead_days, OLD.version, OLD.told_due)
"""
_FOLLOWING = [
    ("inserted", "INSERT", "REFERENCING NEW TABLE AS changed FOR EACH STATEMENT", "alerts_ask_the_changed"),
    ("deleted", "DELETE", "REFERENCING OLD TABLE AS changed FOR EACH STATEMENT", "alerts_ask_the_changed"),
    ("updated", "UPDATE", _BOTH, "alerts_ask_both"),
]
_EMPTIED = ("emptied", "TRUNCATE", "FOR EACH STATEMENT", "alerts_ask_everybody")
_TRIGGERS = {
    "alerts_subscription": [*_FOLLOWING, _EMPTIED],
    "alerts_mute": [*_FOLLOWING, _EMPTIED],
    "alerts_subscriber": [("updated", "UPDATE", _BOTH, "alerts_ask_the_addressed"), _EMPTIED],
    "alerts_alert": [
        (
            "inserted",
            "INSERT",
            "FOR EACH ROW WHEN (NEW.state = 'sent' OR NEW.ambiguous)",
            "alerts_ask_whose_mail_changed",
        ),
        ("updated", "UPDATE", f"FOR EACH ROW WHEN ({_MAIL_CHANGED})", "alerts_ask_whose_mail_changed"),
        ("deleted", "DELETE", "FOR EACH ROW", "alerts_ask_whose_mail_changed"),
        _EMPTIED,
    ],
}


def _trigger(table: str, name: str, happens: str, which: str, function: str) -> str:
    # Always, also in sessions that switch ordinary triggers off for a bulk load.
    return f"""
CREATE TRIGGER ask_again_{name} AFTER {happens} ON {table} {which} EXECUTE FUNCTION {function}();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER ask_again_{name};"""


INSTALL = _FUNCTIONS + "".join(_trigger(table, *one) for table, all_ in _TRIGGERS.items() for one in all_)
REMOVE = _DROP_FUNCTIONS
