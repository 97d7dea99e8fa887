"""References of the outbox that are checked for all rows of a statement at once, where a foreign key checks each row by itself.

They promise what a deferred foreign key without action promises, by the same locks, and refuse with the same error.

The race: a planner writes mails to a reader whom another session deletes. Each takes the reader's row first, the
planner FOR KEY SHARE for as long as its transaction lasts, the deleter FOR UPDATE, and only then looks:
- planner first: the deleter waits for its commit; its own check, a statement of READ COMMITTED and so with a snapshot
  of its own, then sees the mails, and the deletion is refused;
- deleter first: the planner's check waits for its commit, no longer finds the reader, and the mails are refused;
- a key is changed: UPDATE of a key takes the same lock as DELETE; where no key changes, nobody waits for anybody.
A deleter of REPEATABLE READ would not see the mails that it waited for; it is refused at once.

The lock and the question whether the row is there are one statement: a row that comes into sight between two would be
taken for one that is locked. The questions are EXECUTEd, because a plan that is kept from a statement of one row would
be followed for a million.

A table referred to can be emptied only together with the outbox: TRUNCATE … CASCADE does not reach it.
"""

_FUNCTIONS = """
CREATE FUNCTION alerts_find_referenced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lost bigint;
BEGIN
    IF TG_LEVEL = 'STATEMENT' THEN
        EXECUTE format(
            'WITH named AS MATERIALIZED (SELECT %3$s %1$I AS id FROM added WHERE %1$I IS NOT NULL)'
            ' SELECT (SELECT count(*) FROM named)'
            ' - (SELECT count(*) FROM (SELECT FROM named JOIN %2$I r USING (id) FOR KEY SHARE OF r) found)',
            TG_ARGV[1], TG_ARGV[2], TG_ARGV[3]
        ) INTO lost;
    ELSE
        EXECUTE format('SELECT FROM %I r WHERE r.id = $1 FOR KEY SHARE', TG_ARGV[2])
        USING (to_jsonb(NEW) ->> TG_ARGV[1])::bigint;
        GET DIAGNOSTICS lost = ROW_COUNT;
        lost := 1 - lost;
    END IF;
    IF lost <> 0 THEN
        RAISE foreign_key_violation USING CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME,
            MESSAGE = format('%s: %s rows that are named are not in %s', TG_ARGV[0], lost, TG_ARGV[2]);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION alerts_keep_referenced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bereft bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE feature_not_supported USING
            MESSAGE = format('%s: rows of %s go in READ COMMITTED only', TG_ARGV[0], TG_TABLE_NAME);
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        EXECUTE format('SELECT FROM alerts_alert WHERE %I IS NOT NULL LIMIT 1', TG_ARGV[1]);
    ELSE
        -- A mail that is just being deleted is waited for; a row that came in place of the old one will do.
        EXECUTE format(
            'SELECT FROM alerts_alert a WHERE a.%1$I = $1 AND NOT EXISTS (SELECT FROM %2$I r WHERE r.id = $1)'
            ' LIMIT 1 FOR KEY SHARE OF a',
            TG_ARGV[1], TG_TABLE_NAME
        ) USING OLD.id;
    END IF;
    GET DIAGNOSTICS bereft = ROW_COUNT;
    IF bereft <> 0 THEN
        RAISE foreign_key_violation USING CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME,
            MESSAGE = format('%s: mails still name what would go from %s', TG_ARGV[0], TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
"""
# A planner's mails are about few subjects: each is looked up and locked once, however many mails name it.
_REFERENCES = [
    ("alert_names_a_subscriber", "subscriber_id", "alerts_subscriber", "ALL"),
    ("alert_names_a_deadline", "deadline_id", "events_deadline", "DISTINCT"),
    ("alert_names_an_event", "event_id", "events_event", "DISTINCT"),
]


def _refer(name: str, column: str, table: str, each: str) -> str:
    find = f"EXECUTE FUNCTION alerts_find_referenced('{name}', '{column}', '{table}', '{each}')"
    keep = f"EXECUTE FUNCTION alerts_keep_referenced('{name}', '{column}')"
    deferred = f"ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    return f"""
CREATE TRIGGER {name}_inserted AFTER INSERT ON alerts_alert REFERENCING NEW TABLE AS added FOR EACH STATEMENT {find};
CREATE TRIGGER {name}_updated AFTER UPDATE ON alerts_alert FOR EACH ROW
WHEN (NEW.{column} <> OLD.{column} OR OLD.{column} IS NULL AND NEW.{column} IS NOT NULL) {find};
CREATE CONSTRAINT TRIGGER {name}_deleted AFTER DELETE {deferred} {keep};
CREATE CONSTRAINT TRIGGER {name}_renamed AFTER UPDATE {deferred} WHEN (NEW.id <> OLD.id) {keep};
CREATE TRIGGER {name}_emptied AFTER TRUNCATE ON {table} FOR EACH STATEMENT {keep};"""


INSTALL = _FUNCTIONS + "".join(_refer(*one) for one in _REFERENCES)
REMOVE = "DROP FUNCTION alerts_find_referenced() CASCADE; DROP FUNCTION alerts_keep_referenced() CASCADE;"
