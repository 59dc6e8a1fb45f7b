-- no-transaction
-- None of its own, that is: it is part of the one that brings the database up to date. With its own,
-- each page as it was before would be kept in memory, a gigabyte for a million calls.

-- The events of a call stand side by side: a call is written with all its events, one call behind the
-- other. By id they stood among those of other calls, and a page was written again for each.
CREATE TABLE event_by_call (
    id   BLOB NOT NULL,
    call INTEGER NOT NULL,
    at   INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (call, id)
) WITHOUT ROWID;
-- Before there are rows: made afterwards, all of it would be sorted in memory.
CREATE UNIQUE INDEX event_id ON event_by_call (id);
INSERT INTO event_by_call SELECT id, call, at, body FROM event INDEXED BY event_call ORDER BY call, id;
-- Emptied first, for the same reason.
DELETE FROM event;
DROP TABLE event;
ALTER TABLE event_by_call RENAME TO event;
