-- The whole store of a terminal. `user_version` is the version of this file.
CREATE TABLE steps (
    seq       INTEGER PRIMARY KEY,            -- gapless, from 1
    at        TEXT NOT NULL,                  -- wall clock, RFC 3339; order comes from seq
    kind      TEXT NOT NULL,                  -- StepKind
    subject   TEXT NOT NULL,                  -- payment, application or session number
    facts     TEXT NOT NULL,                  -- JSON object, keys sorted
    prev_hash BLOB NOT NULL,
    hash      BLOB NOT NULL                   -- SHA-256 over prev_hash and the other columns
) STRICT;

CREATE INDEX steps_by_subject ON steps (subject, seq);

CREATE TABLE outbox (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    key       TEXT NOT NULL UNIQUE,           -- idempotency key, made once at intent
    lane      INTEGER NOT NULL,               -- 0 money, 1 acknowledgement, 2 telemetry
    kind      TEXT NOT NULL,
    body      TEXT NOT NULL,                  -- exactly what is sent
    state     TEXT NOT NULL,                  -- waiting, delivered, parked
    attempts  INTEGER NOT NULL DEFAULT 0,
    reason    TEXT NOT NULL DEFAULT ''        -- why it is parked
) STRICT;

CREATE INDEX outbox_waiting ON outbox (state, lane, seq);
