"""A wish knows the zone of its reader's mornings: a copy that the database keeps, so that an index may hold it.

The race: a reader makes a wish while another session changes their zone. Each takes the reader's row first, and only
then looks:
- the wish first: the change waits for its commit; the update of copies that follows, a statement of READ COMMITTED and
  so with a snapshot of its own, finds the wish;
- the change first: the wish waits for its commit, and reads the new zone.
The lock is the one that a change of the zone takes itself: planners, who only want readers to stay, wait for neither.
"""

INSTALL = """
CREATE FUNCTION alerts_copy_zone_of_reader() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT time_zone INTO NEW.time_zone FROM alerts_subscriber WHERE id = NEW.subscriber_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = format('There is no subscriber %s to follow', NEW.subscriber_id);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION alerts_tell_wishes_the_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE alerts_subscription SET time_zone = NEW.time_zone WHERE subscriber_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER zone_of_reader BEFORE INSERT OR UPDATE OF subscriber_id, time_zone ON alerts_subscription
FOR EACH ROW EXECUTE FUNCTION alerts_copy_zone_of_reader();
CREATE TRIGGER zone_moves AFTER UPDATE OF time_zone ON alerts_subscriber
FOR EACH ROW WHEN (NEW.time_zone <> OLD.time_zone) EXECUTE FUNCTION alerts_tell_wishes_the_zone();
-- Always, also in sessions that switch ordinary triggers off for a bulk load.
ALTER TABLE alerts_subscription ENABLE ALWAYS TRIGGER zone_of_reader;
ALTER TABLE alerts_subscriber ENABLE ALWAYS TRIGGER zone_moves;
"""
REMOVE = "DROP FUNCTION alerts_copy_zone_of_reader() CASCADE; DROP FUNCTION alerts_tell_wishes_the_zone() CASCADE;"

# Nobody is asked again, and no mail under way is stopped, for a copy. The lock keeps wishes from being changed for as
# long as a few thousand of them take, not from being read.
FILL = """
ALTER TABLE alerts_subscription DISABLE TRIGGER ask_again_updated, DISABLE TRIGGER wishes_move_on_update;
UPDATE alerts_subscription w SET time_zone = s.time_zone
FROM alerts_subscriber s
WHERE s.id = w.subscriber_id AND s.time_zone <> w.time_zone AND w.id > %(after)s AND w.id <= %(after)s + %(size)s;
ALTER TABLE alerts_subscription ENABLE ALWAYS TRIGGER ask_again_updated, ENABLE TRIGGER wishes_move_on_update;
"""
