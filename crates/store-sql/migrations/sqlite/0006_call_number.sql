-- no-transaction
-- As in 0005: it is part of the one that brings the database up to date.

-- Who calls whom, as numbers, on either side. Kept apart from calls, and later than those: keys are in
-- no order, so an index over calls cost a page for each of them. Here many calls come at once, in
-- order of key. What stands here of a call is always right.
CREATE TABLE call_number (
    key        INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    call       INTEGER NOT NULL,
    PRIMARY KEY (key, started_at, call)
) WITHOUT ROWID;
INSERT OR IGNORE INTO call_number
    SELECT from_key, started_at, id FROM call INDEXED BY call_from
    WHERE from_key IS NOT NULL ORDER BY from_key, started_at, id;
INSERT OR IGNORE INTO call_number
    SELECT to_key, started_at, id FROM call INDEXED BY call_to
    WHERE to_key IS NOT NULL ORDER BY to_key, started_at, id;
DROP INDEX call_from;
DROP INDEX call_to;

-- Up to which call all numbers stand there.
CREATE TABLE numbers_listed (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    call     INTEGER NOT NULL
);
INSERT INTO numbers_listed SELECT 1, coalesce(max(id), 0) FROM call;

CREATE TRIGGER call_moved AFTER UPDATE OF from_key, to_key, started_at ON call
WHEN (OLD.from_key, OLD.to_key, OLD.started_at) IS NOT (NEW.from_key, NEW.to_key, NEW.started_at)
BEGIN
    DELETE FROM call_number
    WHERE key IN (OLD.from_key, OLD.to_key) AND started_at = OLD.started_at AND call = OLD.id;
    INSERT INTO call_number
        SELECT key, NEW.started_at, NEW.id
        FROM (SELECT NEW.from_key AS key UNION SELECT NEW.to_key) WHERE key IS NOT NULL;
END;

CREATE TRIGGER call_deleted AFTER DELETE ON call
BEGIN
    DELETE FROM call_number
    WHERE key IN (OLD.from_key, OLD.to_key) AND started_at = OLD.started_at AND call = OLD.id;
END;
