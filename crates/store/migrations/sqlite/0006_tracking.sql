-- Tracked messages, their links, and who visited their marks. Commented in docs/schema.sql.

CREATE TABLE tracked (
    number         INTEGER PRIMARY KEY,
    grant_id       BLOB NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    token          BLOB NOT NULL UNIQUE,
    submission_id  BLOB,
    draft_id       TEXT,
    message_id     TEXT,
    opens          INTEGER NOT NULL,
    links          INTEGER NOT NULL,
    replies        INTEGER NOT NULL,
    label          TEXT,
    opened         INTEGER NOT NULL,
    followed       INTEGER NOT NULL,
    answered       INTEGER NOT NULL,
    last_opened_at INTEGER,
    created_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX tracked_by_message ON tracked (grant_id, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX tracked_by_draft ON tracked (grant_id, draft_id) WHERE draft_id IS NOT NULL;
CREATE INDEX tracked_by_submission ON tracked (submission_id) WHERE submission_id IS NOT NULL;
CREATE INDEX tracked_nowhere ON tracked (created_at) WHERE message_id IS NULL AND draft_id IS NULL;

CREATE TABLE tracked_links (
    tracked  INTEGER NOT NULL REFERENCES tracked (number) ON DELETE CASCADE,
    link     INTEGER NOT NULL,
    url      TEXT NOT NULL,
    followed INTEGER NOT NULL,
    PRIMARY KEY (tracked, link)
) STRICT, WITHOUT ROWID;

CREATE TABLE visits (
    tracked    INTEGER NOT NULL REFERENCES tracked (number) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('open', 'link')),
    id         INTEGER NOT NULL,
    link       INTEGER,
    ip         TEXT,
    user_agent TEXT,
    visited_at INTEGER NOT NULL,
    PRIMARY KEY (tracked, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX visits_by_age ON visits (visited_at);
