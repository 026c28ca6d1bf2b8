-- The first schema. Commented in docs/schema.sql.

CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE applications (
    id           BLOB PRIMARY KEY,
    name         TEXT NOT NULL,
    presentation TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    application_id BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    id             BLOB NOT NULL,
    name           TEXT NOT NULL,
    hash           BLOB NOT NULL UNIQUE,
    hint           TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER,
    PRIMARY KEY (application_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE callback_uris (
    number         INTEGER PRIMARY KEY,
    application_id BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    id             BLOB NOT NULL,
    url            TEXT NOT NULL,
    platform       TEXT NOT NULL,
    settings       TEXT NOT NULL,
    UNIQUE (application_id, url),
    UNIQUE (application_id, id)
) STRICT;

CREATE TABLE connectors (
    application_id       BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    provider             TEXT NOT NULL,
    id                   BLOB NOT NULL UNIQUE,
    name                 TEXT,
    settings             TEXT NOT NULL,
    secret_key_id        TEXT,
    secret               BLOB,
    scopes               TEXT NOT NULL,
    active_credential_id BLOB,
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL,
    PRIMARY KEY (application_id, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE connector_credentials (
    connector_id    BLOB NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
    id              BLOB NOT NULL,
    name            TEXT NOT NULL,
    credential_type TEXT NOT NULL,
    data_key_id     TEXT NOT NULL,
    data            BLOB NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    PRIMARY KEY (connector_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
    id               BLOB PRIMARY KEY,
    mailbox          INTEGER NOT NULL UNIQUE,
    application_id   BLOB NOT NULL REFERENCES applications (id),
    provider         TEXT NOT NULL,
    email            TEXT NOT NULL,
    email_lookup     TEXT NOT NULL,
    name             TEXT,
    provider_user_id TEXT,
    status           TEXT NOT NULL CHECK (status IN ('valid', 'invalid')),
    scopes           TEXT NOT NULL,
    state            TEXT,
    ip               TEXT,
    user_agent       TEXT,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    UNIQUE (application_id, email_lookup)
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_email ON grants (email_lookup);

CREATE TABLE credentials (
    grant_id          BLOB PRIMARY KEY REFERENCES grants (id) ON DELETE CASCADE,
    refresh_key_id    TEXT NOT NULL,
    refresh           BLOB NOT NULL,
    access_key_id     TEXT,
    access            BLOB,
    access_expires_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE purges (
    mailbox INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE auth_requests (
    state_hash       BLOB PRIMARY KEY,
    browser_hash     BLOB NOT NULL,
    application_id   BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    provider         TEXT NOT NULL,
    redirect_uri     TEXT NOT NULL,
    state            TEXT,
    scopes           TEXT NOT NULL,
    login_hint       TEXT,
    regrant          BLOB,
    offline          INTEGER NOT NULL,
    challenge        TEXT,
    challenge_method TEXT,
    provider_verifier TEXT NOT NULL,
    expires_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX auth_requests_by_expiry ON auth_requests (expires_at);

CREATE TABLE auth_codes (
    code_hash        BLOB PRIMARY KEY,
    application_id   BLOB NOT NULL,
    grant_id         BLOB NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    redirect_uri     TEXT NOT NULL,
    challenge        TEXT,
    challenge_method TEXT,
    offline          INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX auth_codes_by_grant ON auth_codes (grant_id);
CREATE INDEX auth_codes_by_expiry ON auth_codes (expires_at);

CREATE TABLE tokens (
    hash           BLOB PRIMARY KEY,
    kind           TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
    grant_id       BLOB NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    application_id BLOB NOT NULL,
    family         BLOB NOT NULL,
    expires_at     INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_grant ON tokens (grant_id);
CREATE INDEX tokens_by_family ON tokens (family);
CREATE INDEX tokens_by_expiry ON tokens (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE sync_states (
    grant_id         BLOB PRIMARY KEY REFERENCES grants (id) ON DELETE CASCADE,
    active           INTEGER NOT NULL,
    phase            TEXT NOT NULL,
    cursor           TEXT,
    backfill_token   TEXT,
    fresh_at         INTEGER,
    next_at          INTEGER NOT NULL,
    leased_until     INTEGER,
    woken_at         INTEGER,
    watch_expires_at INTEGER,
    failures         INTEGER NOT NULL,
    mirrored         INTEGER NOT NULL,
    expected         INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sync_states_due ON sync_states (next_at) WHERE active = 1;

CREATE TABLE unmirrored (
    number  INTEGER PRIMARY KEY,
    mailbox INTEGER NOT NULL,
    id      TEXT NOT NULL,
    reason  TEXT NOT NULL,
    UNIQUE (mailbox, id)
) STRICT;

CREATE TABLE folders (
    mailbox          INTEGER NOT NULL,
    id               TEXT NOT NULL,
    name             TEXT NOT NULL,
    parent_id        TEXT,
    system           INTEGER NOT NULL,
    role             TEXT,
    text_color       TEXT,
    background_color TEXT,
    PRIMARY KEY (mailbox, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE folder_counts (
    mailbox   INTEGER NOT NULL,
    folder_id TEXT NOT NULL,
    total     INTEGER NOT NULL,
    unread    INTEGER NOT NULL,
    PRIMARY KEY (mailbox, folder_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    position       INTEGER PRIMARY KEY,
    mailbox        INTEGER NOT NULL,
    unread         INTEGER NOT NULL,
    starred        INTEGER NOT NULL,
    draft          INTEGER NOT NULL,
    hidden         INTEGER NOT NULL,
    has_attachment INTEGER NOT NULL,
    date           INTEGER NOT NULL,
    id             TEXT NOT NULL,
    thread_id      TEXT NOT NULL,
    draft_id       TEXT,
    subject        TEXT NOT NULL,
    people         TEXT NOT NULL,
    snippet        TEXT NOT NULL,
    folders        TEXT NOT NULL,
    attachments    TEXT,
    rfc_message_id TEXT,
    in_reply_to    TEXT,
    size           INTEGER NOT NULL,
    metadata       TEXT
) STRICT;
CREATE UNIQUE INDEX messages_by_id ON messages (mailbox, id);
CREATE INDEX messages_by_thread ON messages (mailbox, thread_id);
CREATE INDEX messages_by_draft ON messages (mailbox, draft_id) WHERE draft_id IS NOT NULL;
CREATE INDEX messages_unread ON messages (unread) WHERE unread = 1;
CREATE INDEX messages_starred ON messages (starred) WHERE starred = 1;
CREATE INDEX messages_drafts ON messages (draft) WHERE draft = 1;
CREATE INDEX messages_attached ON messages (has_attachment) WHERE has_attachment = 1;

CREATE TABLE message_folders (
    mailbox   INTEGER NOT NULL,
    folder_id TEXT NOT NULL,
    position  INTEGER NOT NULL,
    unread    INTEGER NOT NULL,
    PRIMARY KEY (mailbox, folder_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_addresses (
    mailbox  INTEGER NOT NULL,
    email    TEXT NOT NULL,
    position INTEGER NOT NULL,
    fields   INTEGER NOT NULL,
    PRIMARY KEY (mailbox, email, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_metadata (
    mailbox  INTEGER NOT NULL,
    key      TEXT NOT NULL,
    value    TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (mailbox, key, value, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_bodies (
    position INTEGER PRIMARY KEY,
    html     INTEGER NOT NULL,
    data     BLOB NOT NULL
) STRICT;

CREATE TABLE message_raws (
    position INTEGER PRIMARY KEY,
    data     BLOB NOT NULL
) STRICT;

CREATE VIRTUAL TABLE message_search USING fts5 (
    subject, people, attachments, body, marks,
    content = '', contentless_delete = 1, tokenize = 'ascii'
);

CREATE TABLE threads (
    position        INTEGER PRIMARY KEY,
    mailbox         INTEGER NOT NULL,
    visible         INTEGER NOT NULL,
    unread          INTEGER NOT NULL,
    starred         INTEGER NOT NULL,
    has_attachments INTEGER NOT NULL,
    latest_date     INTEGER NOT NULL,
    earliest_date   INTEGER NOT NULL,
    received_date   INTEGER,
    sent_date       INTEGER,
    id              TEXT NOT NULL,
    latest_id       TEXT NOT NULL,
    subject         TEXT NOT NULL,
    snippet         TEXT NOT NULL,
    participants    TEXT NOT NULL,
    message_ids     TEXT NOT NULL,
    draft_ids       TEXT NOT NULL,
    folders         TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX threads_by_id ON threads (mailbox, id);
CREATE INDEX threads_unread ON threads (unread) WHERE unread = 1;
CREATE INDEX threads_starred ON threads (starred) WHERE starred = 1;

CREATE TABLE thread_folders (
    mailbox   INTEGER NOT NULL,
    folder_id TEXT NOT NULL,
    position  INTEGER NOT NULL,
    PRIMARY KEY (mailbox, folder_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhooks (
    id                  BLOB PRIMARY KEY,
    application_id      BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    description         TEXT,
    trigger_types       TEXT NOT NULL,
    url                 TEXT NOT NULL,
    secret_key_id       TEXT NOT NULL,
    secret              BLOB NOT NULL,
    status              TEXT NOT NULL CHECK (status IN ('active', 'pause', 'failing', 'failed')),
    notification_emails TEXT NOT NULL,
    compressed          INTEGER NOT NULL,
    status_updated_at   INTEGER NOT NULL,
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_by_application ON webhooks (application_id, created_at);

CREATE TABLE events (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id BLOB NOT NULL,
    grant_id       BLOB NOT NULL,
    id             BLOB NOT NULL UNIQUE,
    kind           TEXT NOT NULL,
    object_id      TEXT NOT NULL,
    detail         TEXT NOT NULL,
    occurred_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (occurred_at);

CREATE TABLE deliveries (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id  BLOB NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    grant_id    BLOB NOT NULL,
    event       INTEGER NOT NULL,
    id          BLOB NOT NULL UNIQUE,
    state       TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
    head        INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    next_at     INTEGER NOT NULL,
    last_status INTEGER,
    last_error  TEXT,
    ended_at    INTEGER
) STRICT;
CREATE INDEX deliveries_by_state ON deliveries (webhook_id, state);
CREATE INDEX deliveries_due ON deliveries (webhook_id, next_at) WHERE head = 1;
CREATE INDEX deliveries_in_line ON deliveries (webhook_id, grant_id, event) WHERE state = 'pending';
CREATE INDEX deliveries_by_event ON deliveries (event);
CREATE INDEX deliveries_ended ON deliveries (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE delivery_tallies (
    webhook_id BLOB NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    second     INTEGER NOT NULL,
    ended      INTEGER NOT NULL,
    refused    INTEGER NOT NULL,
    PRIMARY KEY (webhook_id, second)
) STRICT, WITHOUT ROWID;

INSERT INTO counters (name, value) VALUES ('mailbox', 0);

-- Segments of the full-text index are merged by eights, not by fours: half the writing, a little more reading.
INSERT INTO message_search (message_search, rank) VALUES ('automerge', 8);
