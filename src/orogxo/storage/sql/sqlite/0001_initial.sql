-- The first schema: one row a record. `body` is the record as JSON; the other columns are what is searched,
-- sorted or made unique, and are written together with it.

CREATE TABLE fulfilments (
    order_id   TEXT NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL CHECK (version > 0),
    state      TEXT NOT NULL,
    identifier TEXT NOT NULL,
    po_number  TEXT NOT NULL,
    body       TEXT NOT NULL
) STRICT;
CREATE INDEX fulfilments_by_state ON fulfilments (state, order_id);
CREATE INDEX fulfilments_by_identifier ON fulfilments (identifier);
CREATE INDEX fulfilments_by_po_number ON fulfilments (po_number);

CREATE TABLE tracking_numbers (
    order_id TEXT NOT NULL REFERENCES fulfilments (order_id),
    number   TEXT NOT NULL,
    PRIMARY KEY (order_id, number)
) STRICT;
CREATE INDEX tracking_numbers_by_number ON tracking_numbers (number);

-- `due_at`: not to be claimed before, for whichever reason (postponed, leased); '' for at once.
CREATE TABLE commands (
    key        TEXT NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL,
    order_id   TEXT NOT NULL,
    created_at TEXT NOT NULL,
    state      TEXT NOT NULL,
    due_at     TEXT NOT NULL,
    body       TEXT NOT NULL
) STRICT;
CREATE INDEX commands_waiting ON commands (kind, created_at, key, due_at) WHERE state = 'pending';
CREATE INDEX commands_of_order ON commands (order_id, created_at, key) WHERE state = 'pending';

CREATE TABLE journal (
    subject TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (subject, seq)
) STRICT;
CREATE TRIGGER journal_is_never_updated BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_is_never_deleted BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
-- INSERT OR REPLACE deletes without asking the trigger above, so only the next number may be inserted.
CREATE TRIGGER journal_only_grows BEFORE INSERT ON journal
WHEN NEW.seq <> 1 + (SELECT COALESCE(MAX(seq), 0) FROM journal WHERE subject = NEW.subject)
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

CREATE TABLE exceptions (
    id        TEXT NOT NULL PRIMARY KEY,
    subject   TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    is_open   INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    body      TEXT NOT NULL
) STRICT;
CREATE INDEX exceptions_open ON exceptions (opened_at, id) WHERE is_open;
CREATE INDEX exceptions_of_subject ON exceptions (subject, opened_at, id);

CREATE TABLE cursors (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE inbox (
    key     TEXT NOT NULL PRIMARY KEY,
    seen_at TEXT NOT NULL
) STRICT;

CREATE TABLE pauses (
    backend TEXT NOT NULL PRIMARY KEY,
    body    TEXT NOT NULL
) STRICT;
