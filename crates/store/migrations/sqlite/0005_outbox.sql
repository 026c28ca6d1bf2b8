-- The outbox: submissions, what they send, and idempotency keys. Commented in docs/schema.sql.

CREATE TABLE submissions (
    number           INTEGER PRIMARY KEY,
    application_id   BLOB NOT NULL,
    grant_id         BLOB NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    id               BLOB NOT NULL UNIQUE,
    lane             TEXT NOT NULL,
    state            TEXT NOT NULL,
    why              TEXT,
    next_at          INTEGER,
    send_at          INTEGER,
    use_draft        INTEGER NOT NULL,
    own_draft        INTEGER NOT NULL,
    draft_id         TEXT,
    draft_message_id TEXT,
    thread_id        TEXT,
    attempts         INTEGER NOT NULL,
    looks            INTEGER NOT NULL,
    attempted_at     INTEGER,
    recipients       INTEGER NOT NULL,
    announced        INTEGER NOT NULL,
    litter           INTEGER NOT NULL,
    message_id       TEXT,
    fault            TEXT,
    echo             TEXT NOT NULL,
    answer           TEXT,
    metadata         TEXT,
    created_at       INTEGER NOT NULL,
    closed_at        INTEGER
) STRICT;
CREATE INDEX submissions_by_grant ON submissions (grant_id, number);
CREATE INDEX submissions_due ON submissions (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX submissions_in_lane ON submissions (grant_id, lane, number) WHERE state IN ('held', 'sending', 'uncertain');
CREATE INDEX submissions_in_turn ON submissions (grant_id, number) WHERE state = 'held';
CREATE INDEX submissions_in_flight ON submissions (grant_id) WHERE state = 'sending';
CREATE INDEX submissions_sent ON submissions (grant_id, attempted_at, recipients)
    WHERE state IN ('sending', 'uncertain', 'done');
CREATE INDEX submissions_closed ON submissions (closed_at) WHERE closed_at IS NOT NULL;

CREATE TABLE submission_raws (
    number INTEGER PRIMARY KEY REFERENCES submissions (number) ON DELETE CASCADE,
    data   BLOB NOT NULL
) STRICT;

CREATE TABLE idempotency_keys (
    grant_id      BLOB NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    key           TEXT NOT NULL,
    request_hash  BLOB NOT NULL,
    submission_id BLOB,
    answer        TEXT,
    lease_until   INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    PRIMARY KEY (grant_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_submission ON idempotency_keys (submission_id) WHERE submission_id IS NOT NULL;
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
