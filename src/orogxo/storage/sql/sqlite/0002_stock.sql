-- Stock. Amounts are text of the exact rational in its one form ("12", "11/12"), so equal amounts are equal
-- text; instants are text that sorts; '' stands for no lot, no expiry, no site. Nothing here is ever a float.

-- Every save of a fulfilment has a number, so that a reader can go on where it stopped.
ALTER TABLE fulfilments ADD COLUMN save_number INTEGER NOT NULL DEFAULT 0;
UPDATE fulfilments SET save_number = rowid;
CREATE UNIQUE INDEX fulfilments_by_save ON fulfilments (save_number);

-- Three tables of one shape and one order: comparing them is walking two of them side by side.
CREATE TABLE stock_figures (
    sku    TEXT NOT NULL,
    status TEXT NOT NULL,
    site   TEXT NOT NULL,
    lot    TEXT NOT NULL,
    expiry TEXT NOT NULL,
    unit   TEXT NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (sku, status, site, lot, expiry, unit)
) WITHOUT ROWID, STRICT;
CREATE TABLE stock_figures_staged (
    sku    TEXT NOT NULL,
    status TEXT NOT NULL,
    site   TEXT NOT NULL,
    lot    TEXT NOT NULL,
    expiry TEXT NOT NULL,
    unit   TEXT NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (sku, status, site, lot, expiry, unit)
) WITHOUT ROWID, STRICT;
-- Staged rows that came in no order of their SKUs: put in one by one they would touch a page of the file each.
CREATE TABLE stock_figures_unsorted (
    sku    TEXT NOT NULL,
    status TEXT NOT NULL,
    site   TEXT NOT NULL,
    lot    TEXT NOT NULL,
    expiry TEXT NOT NULL,
    unit   TEXT NOT NULL,
    amount TEXT NOT NULL
) STRICT;
-- Only of the SKUs in `stock_changed`: those that the newest snapshot changed.
CREATE TABLE stock_figures_before (
    sku    TEXT NOT NULL,
    status TEXT NOT NULL,
    site   TEXT NOT NULL,
    lot    TEXT NOT NULL,
    expiry TEXT NOT NULL,
    unit   TEXT NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (sku, status, site, lot, expiry, unit)
) WITHOUT ROWID, STRICT;
CREATE TABLE stock_changed (
    sku TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID, STRICT;

-- The snapshot that is being read: at most one row; `rows` were staged, in `stock_stage_pages`.
CREATE TABLE stock_stage (
    snapshot_id TEXT NOT NULL PRIMARY KEY,
    rows        INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE TABLE stock_stage_pages (
    page TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID, STRICT;

CREATE TABLE stock_snapshots (
    place TEXT NOT NULL PRIMARY KEY CHECK (place IN ('newest', 'before')),
    id    TEXT NOT NULL,
    as_of TEXT NOT NULL,
    rows  INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- An id is unique for its site. `earliest`: where only the day is known, its beginning, else `occurred_at`.
CREATE TABLE stock_movements (
    site        TEXT NOT NULL,
    id          TEXT NOT NULL,
    sku         TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    earliest    TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (site, id)
) WITHOUT ROWID, STRICT;
CREATE INDEX stock_movements_of_sku ON stock_movements (sku, occurred_at);
CREATE INDEX stock_movements_by_time ON stock_movements (occurred_at);
CREATE INDEX stock_movements_by_earliest ON stock_movements (earliest, sku);

CREATE TABLE stock_doubts (
    sku     TEXT NOT NULL,
    code    TEXT NOT NULL,
    message TEXT NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (sku, code)
) WITHOUT ROWID, STRICT;
CREATE INDEX stock_doubts_by_time ON stock_doubts (at);

CREATE TABLE stock_claims (
    order_id    TEXT NOT NULL,
    place       INTEGER NOT NULL,
    sku         TEXT NOT NULL,
    ref         TEXT NOT NULL,
    known_since TEXT,
    body        TEXT NOT NULL,
    PRIMARY KEY (order_id, place)
) WITHOUT ROWID, STRICT;
CREATE INDEX stock_claims_on_sku ON stock_claims (sku);
CREATE INDEX stock_claims_by_ref ON stock_claims (ref, sku);
CREATE INDEX stock_claims_known ON stock_claims (known_since) WHERE known_since IS NOT NULL;

CREATE TABLE stock_news (
    id    TEXT NOT NULL PRIMARY KEY,
    ref   TEXT NOT NULL,
    state TEXT NOT NULL,
    at    TEXT NOT NULL,
    seq   INTEGER
) WITHOUT ROWID, STRICT;
CREATE INDEX stock_news_of_order ON stock_news (ref, at, id);
CREATE INDEX stock_news_by_time ON stock_news (at);

CREATE TABLE stock_levels (
    id       TEXT NOT NULL PRIMARY KEY,
    sku      TEXT NOT NULL,
    unit     TEXT NOT NULL,
    quantity TEXT NOT NULL,
    read_at  TEXT NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX stock_levels_of_sku ON stock_levels (sku);

CREATE TABLE stock_due (
    sku   TEXT NOT NULL PRIMARY KEY,
    since TEXT NOT NULL,
    why   TEXT NOT NULL,
    seq   INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX stock_due_by_age ON stock_due (since);
-- The last `seq` that was given out: one that is settled must not come again.
CREATE TABLE stock_due_count (
    seq INTEGER NOT NULL
) STRICT;
INSERT INTO stock_due_count (seq) VALUES (0);

CREATE TABLE stock_demand (
    sku    TEXT NOT NULL,
    since  TEXT NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (sku, since)
) WITHOUT ROWID, STRICT;
CREATE TABLE stock_demand_censored (
    sku   TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (sku, since)
) WITHOUT ROWID, STRICT;
