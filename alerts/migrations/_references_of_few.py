"""What a mail is about, checked like its reader: the module `_references` tells how and why.

A planner's mails are about few subjects: each is looked up and locked once, however many mails name it.
"""

_FIND = """
CREATE FUNCTION alerts_find_few_referenced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lost bigint;
BEGIN
    EXECUTE format(
        'WITH named AS MATERIALIZED (SELECT DISTINCT %1$I AS id FROM added WHERE %1$I IS NOT NULL)'
        ' SELECT (SELECT count(*) FROM named)'
        ' - (SELECT count(*) FROM (SELECT FROM named JOIN %2$I r USING (id) FOR KEY SHARE OF r) found)',
        TG_ARGV[1], TG_ARGV[2]
    ) INTO lost;
    IF lost <> 0 THEN
        RAISE foreign_key_violation USING CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME,
            MESSAGE = format('%s: %s rows that are named are not in %s', TG_ARGV[0], lost, TG_ARGV[2]);
    END IF;
    RETURN NULL;
END $$;
"""


def _inserted(name: str, column: str, table: str, function: str) -> str:
    return f"""
CREATE TRIGGER {name}_inserted AFTER INSERT ON alerts_alert REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION {function}('{name}', '{column}', '{table}');"""


def _refer(name: str, column: str, table: str) -> str:
    keep = f"EXECUTE FUNCTION alerts_keep_referenced('{name}', '{column}')"
    deferred = f"ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    return f"""{_inserted(name, column, table, "alerts_find_few_referenced")}
CREATE TRIGGER {name}_updated AFTER UPDATE ON alerts_alert FOR EACH ROW
WHEN (NEW.{column} <> OLD.{column} OR OLD.{column} IS NULL AND NEW.{column} IS NOT NULL)
EXECUTE FUNCTION alerts_find_referenced('{name}', '{column}', '{table}');
CREATE CONSTRAINT TRIGGER {name}_deleted AFTER DELETE {deferred} {keep};
CREATE CONSTRAINT TRIGGER {name}_renamed AFTER UPDATE {deferred} WHEN (NEW.id <> OLD.id) {keep};
CREATE TRIGGER {name}_emptied AFTER TRUNCATE ON {table} FOR EACH STATEMENT {keep};"""


def _forget(name: str, table: str) -> str:
    of_mails = "".join(f"DROP TRIGGER {name}_{on} ON alerts_alert;" for on in ("inserted", "updated"))
    return of_mails + "".join(f"DROP TRIGGER {name}_{on} ON {table};" for on in ("deleted", "renamed", "emptied"))


_DEADLINE = ("alert_names_a_deadline", "deadline_id", "events_deadline")
_EVENT = ("alert_names_an_event", "event_id", "events_event")
_DROP_INSERTED = f"DROP TRIGGER {_DEADLINE[0]}_inserted ON alerts_alert;"

INSTALL = _FIND + _DROP_INSERTED + _inserted(*_DEADLINE, "alerts_find_few_referenced") + _refer(*_EVENT)
REMOVE = (
    _forget(_EVENT[0], _EVENT[2])
    + _DROP_INSERTED
    + _inserted(*_DEADLINE, "alerts_find_referenced")
    + "DROP FUNCTION alerts_find_few_referenced();"
)
