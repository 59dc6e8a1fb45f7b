-- Recorded requests of the PBX endpoints: best effort, in a file of their own. Times are
-- milliseconds since 1970 UTC, JSON is text.

CREATE TABLE request (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    source_id  INTEGER,
    address    TEXT NOT NULL,
    method     TEXT NOT NULL,
    path       TEXT NOT NULL,
    sent       TEXT NOT NULL,
    understood TEXT,
    status     INTEGER NOT NULL,
    answered   TEXT NOT NULL,
    call_id    TEXT
);
CREATE INDEX request_at ON request (at);
-- With the status, so that what a source sent of late is counted in the index alone.
CREATE INDEX request_source ON request (source_id, at, status);
CREATE INDEX request_status ON request (status, at);
CREATE INDEX request_call ON request (call_id, at) WHERE call_id IS NOT NULL;
