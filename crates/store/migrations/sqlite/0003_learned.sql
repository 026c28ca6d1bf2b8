-- What was learned about providers' quotas. Commented in docs/schema.sql.

CREATE TABLE learned (
    subject    TEXT PRIMARY KEY,
    content    TEXT NOT NULL,
    learned_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE provider_minutes (
    grant_id BLOB NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    minute   INTEGER NOT NULL,
    calls    INTEGER NOT NULL,
    units    INTEGER NOT NULL,
    refusals INTEGER NOT NULL,
    waits    INTEGER NOT NULL,
    waited   INTEGER NOT NULL,
    PRIMARY KEY (grant_id, minute)
) STRICT, WITHOUT ROWID;
CREATE INDEX provider_minutes_by_age ON provider_minutes (minute);
