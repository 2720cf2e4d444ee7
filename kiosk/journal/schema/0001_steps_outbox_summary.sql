-- The whole store of a terminal. `user_version` says how many of these files a journal has been through; a change is a
-- new file, never an edit of one that a terminal may have run.
CREATE TABLE steps (
    seq       INTEGER PRIMARY KEY,            -- gapless
    at        TEXT NOT NULL,                  -- wall clock, RFC 3339; order comes from seq
    kind      TEXT NOT NULL,                  -- StepKind
    subject   TEXT NOT NULL,                  -- payment, application or session number
    facts     TEXT NOT NULL,                  -- JSON object, keys sorted
    prev_hash BLOB NOT NULL,
    hash      BLOB NOT NULL                   -- SHA-256 over prev_hash and the other columns
) STRICT;

CREATE TABLE outbox (
    seq       INTEGER PRIMARY KEY,
    key       TEXT NOT NULL UNIQUE,           -- idempotency key, made once at intent
    lane      INTEGER NOT NULL,               -- 0 money, 1 acknowledgement, 2 telemetry
    kind      TEXT NOT NULL,
    body      TEXT NOT NULL,                  -- exactly what is sent
    state     TEXT NOT NULL,                  -- waiting, delivered, parked, handed_over
    attempts  INTEGER NOT NULL DEFAULT 0,     -- counted before each attempt
    reason    TEXT NOT NULL DEFAULT '',       -- why it is parked
    done_at   TEXT NOT NULL DEFAULT ''        -- when it was delivered or parked
) STRICT;

CREATE INDEX outbox_waiting ON outbox (lane, seq) WHERE state = 'waiting';

-- One row: what must be true of the tables above, and what nobody may forget.
CREATE TABLE summary (
    one                   INTEGER PRIMARY KEY CHECK (one = 1),
    base_seq              INTEGER NOT NULL,   -- the last step that was pruned; 0 when none was
    base_hash             BLOB NOT NULL,
    head_seq              INTEGER NOT NULL,   -- the newest step: a chain that ends earlier was cut
    head_hash             BLOB NOT NULL,
    settled_seq           INTEGER NOT NULL,   -- nothing is unfinished up to here
    telemetry_dropped     INTEGER NOT NULL,
    set_aside             TEXT NOT NULL       -- name of the damaged journal that staff have not acknowledged yet
) STRICT;
