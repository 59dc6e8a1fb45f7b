-- Times are milliseconds since 1970 UTC, truth values 0 and 1, JSON is text.
-- Numbers have an integer key to compare by (positive: E.164 digits; negative: other digits),
-- made with the country of the settings; see revision.keys_wanted.

-- "OFFH": how a file is known as a database of ours.
PRAGMA application_id = 1330005576;

CREATE TABLE revision (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    config   INTEGER NOT NULL,
    -- Keys of numbers: the version of the country that is set, and the one that all of them have.
    keys_wanted  INTEGER NOT NULL,
    keys_reached INTEGER NOT NULL
);
INSERT INTO revision VALUES (1, 1, 1, 1);

CREATE TABLE settings (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    revision INTEGER NOT NULL,
    body     TEXT NOT NULL
);

CREATE TABLE user (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    login         TEXT NOT NULL COLLATE NOCASE UNIQUE,
    name          TEXT NOT NULL,
    email         TEXT NOT NULL,
    phones        TEXT NOT NULL,
    role          TEXT NOT NULL,
    permissions   TEXT NOT NULL,
    active        INTEGER NOT NULL,
    password_hash TEXT,
    preferences   TEXT NOT NULL,
    created_at    INTEGER NOT NULL
);
-- The first user is 1000000, so that no id looks like an extension.
INSERT INTO sqlite_sequence (name, seq) VALUES ('user', 999999);

CREATE TABLE session (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    hash       BLOB NOT NULL UNIQUE,
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
);
CREATE INDEX session_user ON session (user_id);

CREATE TABLE token (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    hash       BLOB NOT NULL UNIQUE,
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    label      TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX token_user ON token (user_id);

-- A deleted source stays as a row, so that its calls keep its name.
CREATE TABLE source (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL COLLATE NOCASE,
    kind       TEXT NOT NULL,
    enabled    INTEGER NOT NULL,
    config     TEXT NOT NULL,
    secrets    BLOB,
    revision   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    deleted    INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX source_name ON source (name) WHERE deleted = 0;

CREATE TABLE source_token (
    hash       BLOB PRIMARY KEY,
    source_id  INTEGER NOT NULL REFERENCES source (id),
    expires_at INTEGER
) WITHOUT ROWID;

CREATE TABLE contact (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL,
    organization TEXT NOT NULL,
    phones       TEXT NOT NULL,
    emails       TEXT NOT NULL,
    note         TEXT NOT NULL,
    url          TEXT NOT NULL,
    revision     INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    -- What a search looks in, as contact_search wants it.
    words        TEXT NOT NULL,
    digits       TEXT NOT NULL
);

-- Finds contacts by any three letters in a row, or by how a word begins. Its own texts are those of
-- contact; secure-delete takes out what is deleted instead of marking it.
CREATE VIRTUAL TABLE contact_search USING fts5 (
    words, digits,
    content = 'contact', content_rowid = 'id', columnsize = 0,
    tokenize = 'trigram remove_diacritics 1'
);
INSERT INTO contact_search (contact_search, rank) VALUES ('secure-delete', 1);
-- Merging is done in small steps between other writes, of pages that are small.
INSERT INTO contact_search (contact_search, rank) VALUES ('automerge', 0), ('pgsz', 1000);

CREATE TABLE contact_number (
    key        INTEGER NOT NULL,
    contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    level      TEXT NOT NULL,
    PRIMARY KEY (key, contact_id, level)
) WITHOUT ROWID;
CREATE INDEX contact_number_contact ON contact_number (contact_id);

CREATE TABLE call (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    revision        INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    source_id       INTEGER NOT NULL,
    call_id         TEXT NOT NULL,
    direction       TEXT NOT NULL,
    state           TEXT NOT NULL,
    from_number     TEXT NOT NULL,
    from_key        INTEGER,
    from_name       TEXT,
    to_number       TEXT NOT NULL,
    to_key          INTEGER,
    to_name         TEXT,
    our_name        TEXT,
    queue           TEXT NOT NULL COLLATE NOCASE,
    -- The number on our side where it is not the queue, which agents are granted calls by too.
    our_number      TEXT COLLATE NOCASE,
    made_by         INTEGER,
    cause           TEXT,
    cause_text      TEXT,
    missed          INTEGER NOT NULL,
    done            INTEGER NOT NULL,
    events_done     INTEGER NOT NULL,
    hand_done       INTEGER,
    done_by         INTEGER,
    done_at         INTEGER,
    answered        INTEGER NOT NULL,
    answered_user   INTEGER,
    answered_name   TEXT,
    answered_number TEXT,
    -- Who was handed the call, one after the other; null for nobody.
    transferred_to  TEXT,
    started_at      INTEGER NOT NULL,
    answered_at     INTEGER,
    ended_at        INTEGER,
    decision        TEXT
);
CREATE INDEX call_started ON call (started_at);
CREATE INDEX call_source ON call (source_id, started_at);
CREATE INDEX call_queue ON call (queue, started_at);
CREATE INDEX call_our_number ON call (our_number, started_at) WHERE our_number IS NOT NULL;
CREATE INDEX call_from ON call (from_key, started_at) WHERE from_key IS NOT NULL;
CREATE INDEX call_to ON call (to_key, started_at) WHERE to_key IS NOT NULL;
CREATE INDEX call_made_by ON call (made_by, started_at) WHERE made_by IS NOT NULL;
CREATE INDEX call_answered_user ON call (answered_user, started_at) WHERE answered_user IS NOT NULL;
CREATE INDEX call_transferred ON call (started_at) WHERE transferred_to IS NOT NULL;
CREATE INDEX call_open ON call (source_id, started_at) WHERE ended_at IS NULL;
CREATE INDEX call_missed ON call (started_at) WHERE missed = 1;
CREATE INDEX call_not_done ON call (started_at) WHERE done = 0;

-- What a PBX's id may still mean: calls that are open or ended less than 24 hours ago. Kept apart,
-- so that the log has no index over random texts.
CREATE TABLE recent_call (
    id        INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL,
    call_id   TEXT NOT NULL,
    ended_at  INTEGER
);
CREATE INDEX recent_call_id ON recent_call (source_id, call_id);
CREATE INDEX recent_call_ended ON recent_call (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE event (
    id   BLOB PRIMARY KEY,
    call INTEGER NOT NULL,
    at   INTEGER NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX event_call ON event (call);

-- Calls whose rows lag behind their events, which are written first.
CREATE TABLE call_behind (
    call      INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL
);

-- Calls that another system is to be told of, from its beginning on until all is told: 0 nothing,
-- 1 that it began, 2 that it was answered.
CREATE TABLE forward (
    call      INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL,
    told      INTEGER NOT NULL,
    failures  INTEGER NOT NULL,
    given_up  INTEGER NOT NULL
);
CREATE INDEX forward_source ON forward (source_id, call);

-- Up to which call each source was looked at.
CREATE TABLE forward_cursor (
    source_id INTEGER PRIMARY KEY,
    call      INTEGER NOT NULL
);

CREATE TABLE note (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    call    INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    text    TEXT NOT NULL
);
CREATE INDEX note_call ON note (call);
