-- Subscriptions to changes, with what renews and proves them. Commented in docs/schema.sql. Those of before are made anew.

CREATE TABLE watches (
    grant_id    BLOB PRIMARY KEY REFERENCES grants (id) ON DELETE CASCADE,
    handle      TEXT,
    callback    TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    ends_at     INTEGER NOT NULL,
    renew_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX watches_by_handle ON watches (handle) WHERE handle IS NOT NULL;

ALTER TABLE sync_states DROP COLUMN watch_expires_at;
