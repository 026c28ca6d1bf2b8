-- The database of Postroad, for readers. A test compares this file with what the migrations make
-- (crates/store/migrations/sqlite), so it is never out of date.
--
-- Conventions
--   Instants are INTEGER nanoseconds since 1970-01-01T00:00:00Z; columns ending in `_at` or `_date`, and `date`.
--   Identifiers of ours are 16-byte BLOBs (UUIDs); identifiers of providers are TEXT, exactly as issued.
--   Truth values are INTEGER 0 or 1. Lists and objects are compact JSON text.
--   Secrets are sealed before they come here: `..._key_id` names the sealing key, the BLOB beside it is opaque.
--   `email` in a lookup column is trimmed and lower-cased.
--
-- Keys begin with the grant or the application. In the mirror the grant appears as `mailbox`, a small integer that
-- is given out once and never again: it is 1 to 3 bytes where a UUID would be 16 in every index entry, and it makes
-- removing a grant immediate (the grant's row goes, its mailbox is unreachable, and its rows are swept later).
--
-- A message's `position` is its place in every list and its row id in every table about it:
--
--     position = mailbox << 42 | milliseconds since 1970 of `date`
--
-- moved to the next free number when two messages of a mailbox share a millisecond. So a mailbox is one contiguous,
-- date-ordered stretch of `messages`; "newest first, from here on" is a walk down the primary key; and the
-- full-text index, whose row ids are positions too, can stop as soon as a page is full.

-- What has been applied to this database. `checksum` is that of the migration's text, so that an altered one is noticed.
CREATE TABLE migrations (
    number   INTEGER PRIMARY KEY,
    name     TEXT NOT NULL,
    checksum TEXT NOT NULL
) STRICT;

-- Numbers given out once: `mailbox`.
CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- ---- applications -------------------------------------------------------------------------------------------------

CREATE TABLE applications (
    id           BLOB PRIMARY KEY,
    name         TEXT NOT NULL,
    presentation TEXT NOT NULL,             -- JSON, kept as given
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    application_id BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    id             BLOB NOT NULL,
    name           TEXT NOT NULL,
    hash           BLOB NOT NULL UNIQUE,    -- SHA-256 of the key; the key itself is not kept
    hint           TEXT NOT NULL,           -- its first characters
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER,
    PRIMARY KEY (application_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE callback_uris (
    number         INTEGER PRIMARY KEY,     -- order of arrival
    application_id BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    id             BLOB NOT NULL,
    url            TEXT NOT NULL,
    platform       TEXT NOT NULL,
    settings       TEXT NOT NULL,           -- JSON, kept as given
    UNIQUE (application_id, url),
    UNIQUE (application_id, id)
) STRICT;

-- ---- connectors ---------------------------------------------------------------------------------------------------

CREATE TABLE connectors (
    application_id       BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    provider             TEXT NOT NULL,
    id                   BLOB NOT NULL UNIQUE,
    name                 TEXT,
    settings             TEXT NOT NULL,     -- JSON without the secret parts
    secret_key_id        TEXT,
    secret               BLOB,              -- sealed OAuth client secret
    scopes               TEXT NOT NULL,     -- JSON list
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
    data            BLOB NOT NULL,          -- sealed JSON object
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    PRIMARY KEY (connector_id, id)
) STRICT, WITHOUT ROWID;

-- ---- grants -------------------------------------------------------------------------------------------------------

CREATE TABLE grants (
    id               BLOB PRIMARY KEY,
    mailbox          INTEGER NOT NULL UNIQUE, -- from counters; a grant that moves to another provider gets a new one
    application_id   BLOB NOT NULL REFERENCES applications (id),
    provider         TEXT NOT NULL,
    email            TEXT NOT NULL,           -- as the provider states it
    email_lookup     TEXT NOT NULL,
    name             TEXT,
    provider_user_id TEXT,
    status           TEXT NOT NULL CHECK (status IN ('valid', 'invalid')),
    scopes           TEXT NOT NULL,           -- JSON list of the scopes really granted
    state            TEXT,
    ip               TEXT,
    user_agent       TEXT,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    UNIQUE (application_id, email_lookup)     -- one grant per address and application
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_email ON grants (email_lookup);

CREATE TABLE credentials (
    grant_id          BLOB PRIMARY KEY REFERENCES grants (id) ON DELETE CASCADE,
    refresh_key_id    TEXT NOT NULL,
    refresh           BLOB NOT NULL,          -- sealed
    access_key_id     TEXT,
    access            BLOB,                   -- sealed
    access_expires_at INTEGER
) STRICT, WITHOUT ROWID;

-- Mailboxes whose grant is gone; their rows are removed a little at a time while the writer is idle.
CREATE TABLE purges (
    mailbox INTEGER PRIMARY KEY
) STRICT;

-- ---- hosted authentication and our own tokens -----------------------------------------------------------------------

CREATE TABLE auth_requests (
    state_hash       BLOB PRIMARY KEY,
    browser_hash     BLOB NOT NULL,
    application_id   BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    provider         TEXT NOT NULL,
    redirect_uri     TEXT NOT NULL,
    state            TEXT,
    scopes           TEXT NOT NULL,           -- JSON list
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

-- ---- sync ---------------------------------------------------------------------------------------------------------

CREATE TABLE sync_states (
    grant_id         BLOB PRIMARY KEY REFERENCES grants (id) ON DELETE CASCADE,
    active           INTEGER NOT NULL,        -- the grant is valid; kept here so that the index below is short
    phase            TEXT NOT NULL,
    cursor           TEXT,
    backfill_token   TEXT,
    fresh_at         INTEGER,
    next_at          INTEGER NOT NULL,
    leased_until     INTEGER,                 -- claimed by a worker until then
    woken_at         INTEGER,                 -- woken during the lease: due at once when the lease ends
    failures         INTEGER NOT NULL,
    mirrored         INTEGER NOT NULL,
    expected         INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sync_states_due ON sync_states (next_at) WHERE active = 1;

-- Subscriptions to changes at providers.
CREATE TABLE watches (
    grant_id    BLOB PRIMARY KEY REFERENCES grants (id) ON DELETE CASCADE,
    handle      TEXT,                         -- the provider's name for it, where it has one
    callback    TEXT NOT NULL,                -- where it was told to post
    secret_hash BLOB NOT NULL,                -- SHA-256 of what its posts repeat
    ends_at     INTEGER NOT NULL,
    renew_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX watches_by_handle ON watches (handle) WHERE handle IS NOT NULL;

-- Messages given up on.
CREATE TABLE unmirrored (
    number  INTEGER PRIMARY KEY,              -- order of arrival
    mailbox INTEGER NOT NULL,
    id      TEXT NOT NULL,
    reason  TEXT NOT NULL,
    UNIQUE (mailbox, id)
) STRICT;

-- ---- the mirror: folders --------------------------------------------------------------------------------------------

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

-- What message_folders adds up to, kept with every change of it. A folder may count before it is listed.
CREATE TABLE folder_counts (
    mailbox   INTEGER NOT NULL,
    folder_id TEXT NOT NULL,
    total     INTEGER NOT NULL,
    unread    INTEGER NOT NULL,
    PRIMARY KEY (mailbox, folder_id)
) STRICT, WITHOUT ROWID;

-- ---- the mirror: messages -------------------------------------------------------------------------------------------

-- What lists show. The columns that filters look at come first, so that a row passed over is cheap.
CREATE TABLE messages (
    position       INTEGER PRIMARY KEY,
    mailbox        INTEGER NOT NULL,
    unread         INTEGER NOT NULL,
    starred        INTEGER NOT NULL,
    draft          INTEGER NOT NULL,
    hidden         INTEGER NOT NULL,          -- in trash or spam
    has_attachment INTEGER NOT NULL,          -- one that is not inline
    date           INTEGER NOT NULL,
    id             TEXT NOT NULL,
    thread_id      TEXT NOT NULL,
    draft_id       TEXT,
    subject        TEXT NOT NULL,
    people         TEXT NOT NULL,             -- JSON object: from, to, cc, bcc, reply_to
    snippet        TEXT NOT NULL,
    folders        TEXT NOT NULL,             -- JSON list, in the provider's order
    attachments    TEXT,                      -- JSON list; NULL when empty
    rfc_message_id TEXT,
    in_reply_to    TEXT,
    size           INTEGER NOT NULL,
    metadata       TEXT,                      -- JSON object
    categories     TEXT                       -- JSON list; NULL where the provider has none, and until it has told
) STRICT;
CREATE UNIQUE INDEX messages_by_id ON messages (mailbox, id);
CREATE INDEX messages_by_thread ON messages (mailbox, thread_id);
CREATE INDEX messages_by_draft ON messages (mailbox, draft_id) WHERE draft_id IS NOT NULL;
-- Walks of the few: the index key is a constant, what orders it is the row id behind it, the position.
CREATE INDEX messages_unread ON messages (unread) WHERE unread = 1;
CREATE INDEX messages_starred ON messages (starred) WHERE starred = 1;
CREATE INDEX messages_drafts ON messages (draft) WHERE draft = 1;
CREATE INDEX messages_attached ON messages (has_attachment) WHERE has_attachment = 1;

CREATE TABLE message_folders (
    mailbox   INTEGER NOT NULL,
    folder_id TEXT NOT NULL,
    position  INTEGER NOT NULL,
    unread    INTEGER NOT NULL,               -- the message's own, repeated for "unread in the inbox"
    PRIMARY KEY (mailbox, folder_id, position)
) STRICT, WITHOUT ROWID;

-- Each address of a message once; `fields` adds 1 for from, 2 for to, 4 for cc, 8 for bcc.
CREATE TABLE message_addresses (
    mailbox  INTEGER NOT NULL,
    email    TEXT NOT NULL,
    position INTEGER NOT NULL,
    fields   INTEGER NOT NULL,
    PRIMARY KEY (mailbox, email, position)
) STRICT, WITHOUT ROWID;

-- key1 to key5 of the metadata, for the filter.
CREATE TABLE message_metadata (
    mailbox  INTEGER NOT NULL,
    key      TEXT NOT NULL,
    value    TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (mailbox, key, value, position)
) STRICT, WITHOUT ROWID;

-- The body as the API gives it: one zstd frame of UTF-8.
CREATE TABLE message_bodies (
    position INTEGER PRIMARY KEY,
    html     INTEGER NOT NULL,
    data     BLOB NOT NULL
) STRICT;

-- The message as the provider gave it: one zstd frame.
CREATE TABLE message_raws (
    position INTEGER PRIMARY KEY,
    data     BLOB NOT NULL
) STRICT;

-- Full text; the row id is the message's position. It stores no text, only the index. Words are cut and folded by
-- crates/store/src/search before they come here, each with its mailbox in front ("17xhello"), so the `ascii`
-- tokenizer only has to split at spaces, and a search touches the postings of its own mailbox only. `marks` holds what
-- makes exclusions and one-letter prefixes cheap.
CREATE VIRTUAL TABLE message_search USING fts5 (
    subject, people, attachments, body, marks,
    content = '', contentless_delete = 1, tokenize = 'ascii'
);

-- ---- the mirror: threads --------------------------------------------------------------------------------------------

-- What a thread's messages add up to, recomputed whenever one of them changes. The position is the latest message's.
CREATE TABLE threads (
    position        INTEGER PRIMARY KEY,
    mailbox         INTEGER NOT NULL,
    visible         INTEGER NOT NULL,         -- some message is outside trash and spam
    unread          INTEGER NOT NULL,
    starred         INTEGER NOT NULL,
    has_attachments INTEGER NOT NULL,
    latest_date     INTEGER NOT NULL,
    earliest_date   INTEGER NOT NULL,
    received_date   INTEGER,                  -- latest message not sent by the owner; drafts do not count
    sent_date       INTEGER,                  -- latest message sent by the owner; drafts do not count
    id              TEXT NOT NULL,
    latest_id       TEXT NOT NULL,
    subject         TEXT NOT NULL,
    snippet         TEXT NOT NULL,
    participants    TEXT NOT NULL,            -- JSON list of addresses
    message_ids     TEXT NOT NULL,            -- JSON list
    draft_ids       TEXT NOT NULL,            -- JSON list
    folders         TEXT NOT NULL             -- JSON list
) STRICT;
CREATE UNIQUE INDEX threads_by_id ON threads (mailbox, id);
CREATE INDEX threads_unread ON threads (unread) WHERE unread = 1;
CREATE INDEX threads_starred ON threads (starred) WHERE starred = 1;

CREATE TABLE thread_folders (
    mailbox   INTEGER NOT NULL,
    folder_id TEXT NOT NULL,
    position  INTEGER NOT NULL,               -- the thread's
    PRIMARY KEY (mailbox, folder_id, position)
) STRICT, WITHOUT ROWID;

-- ---- events and webhooks --------------------------------------------------------------------------------------------

CREATE TABLE webhooks (
    id                  BLOB PRIMARY KEY,
    application_id      BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    description         TEXT,
    trigger_types       TEXT NOT NULL,        -- JSON list of wire names
    url                 TEXT NOT NULL,
    secret_key_id       TEXT NOT NULL,
    secret              BLOB NOT NULL,        -- sealed signature key
    status              TEXT NOT NULL CHECK (status IN ('active', 'pause', 'failing', 'failed')),
    notification_emails TEXT NOT NULL,        -- JSON list
    compressed          INTEGER NOT NULL,
    status_updated_at   INTEGER NOT NULL,
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_by_application ON webhooks (application_id, created_at);

-- What happened, written in the transaction that made it happen. `number` is the order of events.
CREATE TABLE events (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id BLOB NOT NULL,
    grant_id       BLOB NOT NULL,             -- may be gone by now
    id             BLOB NOT NULL UNIQUE,
    kind           TEXT NOT NULL,
    object_id      TEXT NOT NULL,
    detail         TEXT NOT NULL,             -- JSON
    occurred_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (occurred_at);

-- One event on its way to one webhook. `head` marks the oldest pending delivery of a grant to a webhook: only heads are
-- claimed (with what follows them), which keeps a grant's events in order.
CREATE TABLE deliveries (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id  BLOB NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    grant_id    BLOB NOT NULL,
    event       INTEGER NOT NULL,             -- events.number
    id          BLOB NOT NULL UNIQUE,
    state       TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
    head        INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    next_at     INTEGER NOT NULL,
    last_status INTEGER,
    last_error  TEXT,
    ended_at    INTEGER                       -- when it was delivered or given up
) STRICT;
CREATE INDEX deliveries_by_state ON deliveries (webhook_id, state);
CREATE INDEX deliveries_due ON deliveries (webhook_id, next_at) WHERE head = 1;
CREATE INDEX deliveries_in_line ON deliveries (webhook_id, grant_id, event) WHERE state = 'pending';
CREATE INDEX deliveries_by_event ON deliveries (event);
CREATE INDEX deliveries_ended ON deliveries (ended_at) WHERE ended_at IS NOT NULL;

-- Attempts that ended, per webhook and second.
CREATE TABLE delivery_tallies (
    webhook_id BLOB NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    second     INTEGER NOT NULL,              -- since 1970
    ended      INTEGER NOT NULL,
    refused    INTEGER NOT NULL,              -- of those, not answered with 200
    PRIMARY KEY (webhook_id, second)
) STRICT, WITHOUT ROWID;

-- ---- faults for operators -----------------------------------------------------------------------------------------

-- Errors of providers that no classifier recognised, counted: at most 200 per application, those seen last.
CREATE TABLE unknown_faults (
    application_id BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    fingerprint    TEXT NOT NULL,             -- 16 hexadecimal digits over the next five columns
    provider       TEXT NOT NULL,
    protocol       TEXT NOT NULL,
    operation      TEXT NOT NULL,             -- ids left out: `GET /messages/{id}`
    status         INTEGER,
    code           TEXT,
    first_seen_at  INTEGER NOT NULL,
    last_seen_at   INTEGER NOT NULL,
    count          INTEGER NOT NULL,
    sample         TEXT NOT NULL,             -- of the first answer, bounded; addresses, tokens and ids masked
    PRIMARY KEY (application_id, fingerprint)
) STRICT, WITHOUT ROWID;

-- What last went wrong with a connector and is the operator's or an administrator's to mend; no row while all is well.
CREATE TABLE connector_faults (
    application_id BLOB NOT NULL,
    provider       TEXT NOT NULL,
    kind           TEXT NOT NULL,
    scope          TEXT NOT NULL CHECK (scope IN ('app', 'tenant')),
    message        TEXT NOT NULL,
    provider_code  TEXT,
    grant_id       BLOB REFERENCES grants (id) ON DELETE SET NULL, -- whose success ends it; NULL: any grant's
    first_seen_at  INTEGER NOT NULL,
    last_seen_at   INTEGER NOT NULL,
    count          INTEGER NOT NULL,
    PRIMARY KEY (application_id, provider),
    FOREIGN KEY (application_id, provider) REFERENCES connectors (application_id, provider) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX connector_faults_by_grant ON connector_faults (grant_id) WHERE grant_id IS NOT NULL;

-- ---- quotas of providers --------------------------------------------------------------------------------------------

-- What was learned and a restart should not lose. `pacer`: ceilings, throttles, counts of days, price lists. `pacer.busy`: keys
-- with something going on, written every few seconds while there is, for commands that look from outside.
CREATE TABLE learned (
    subject    TEXT PRIMARY KEY,
    content    TEXT NOT NULL,                 -- JSON
    learned_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was asked of providers, for two days.
CREATE TABLE provider_minutes (
    grant_id BLOB NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    minute   INTEGER NOT NULL,                -- since 1970
    calls    INTEGER NOT NULL,                -- inner calls of batches by themselves
    units    INTEGER NOT NULL,                -- what the provider counts them as
    refusals INTEGER NOT NULL,                -- calls refused for a quota
    waits    INTEGER NOT NULL,                -- requests that had to wait for leave
    waited   INTEGER NOT NULL,                -- milliseconds, all together
    PRIMARY KEY (grant_id, minute)
) STRICT, WITHOUT ROWID;
CREATE INDEX provider_minutes_by_age ON provider_minutes (minute);

-- ---- composing ----------------------------------------------------------------------------------------------------

-- Signatures and templates.
CREATE TABLE wordings (
    application_id BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    id             BLOB NOT NULL,
    grant_id       BLOB REFERENCES grants (id) ON DELETE CASCADE, -- NULL: a template all grants share
    kind           TEXT NOT NULL CHECK (kind IN ('signature', 'template')),
    name           TEXT NOT NULL,
    subject        TEXT NOT NULL,             -- templates only, else empty
    body           TEXT NOT NULL,             -- HTML, at most 100 KiB
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    PRIMARY KEY (application_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX wordings_by_owner ON wordings (application_id, grant_id, kind, created_at);
CREATE INDEX wordings_by_grant ON wordings (grant_id) WHERE grant_id IS NOT NULL;

-- ---- the outbox ---------------------------------------------------------------------------------------------------

-- Everything to send, one row each, written before anything is acknowledged. Ended ones stay 72 hours.
CREATE TABLE submissions (
    number           INTEGER PRIMARY KEY,     -- order of acceptance
    application_id   BLOB NOT NULL,
    grant_id         BLOB NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    id               BLOB NOT NULL UNIQUE,    -- also the mark at the provider, and the caller's schedule_id
    lane             TEXT NOT NULL,           -- what leaves in order: the thread, or the submission's own id
    state            TEXT NOT NULL,           -- scheduled, held, sending, uncertain | done, failed, cancelled, discarded
    why              TEXT,                    -- what it waits for: send_at, turn, cap, throttle, backoff, reauth, look, operator
    next_at          INTEGER,                 -- when something is due (sending: the lease's end); NULL: nothing by itself
    send_at          INTEGER,                 -- when the caller wants it sent
    use_draft        INTEGER NOT NULL,        -- its draft is the person's to see
    own_draft        INTEGER NOT NULL,        -- it is a draft that was there before
    draft_id         TEXT,                    -- the draft at the provider, once known
    draft_message_id TEXT,
    thread_id        TEXT,
    attempts         INTEGER NOT NULL,
    looks            INTEGER NOT NULL,        -- since the last attempt
    attempted_at     INTEGER,                 -- when the last attempt began
    recipients       INTEGER NOT NULL,
    announced        INTEGER NOT NULL,        -- its end becomes an event
    litter           INTEGER NOT NULL,        -- a second draft may lie at the provider
    message_id       TEXT,                    -- the sent message
    fault            TEXT,                    -- JSON: what went wrong last
    echo             TEXT NOT NULL,           -- JSON: the request as answers and events repeat it
    answer           TEXT,                    -- JSON: the sent message as the caller is answered
    metadata         TEXT,                    -- JSON
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

-- What open submissions send: RFC 5322 bytes with the mark, one zstd frame each.
CREATE TABLE submission_raws (
    number INTEGER PRIMARY KEY REFERENCES submissions (number) ON DELETE CASCADE,
    data   BLOB NOT NULL
) STRICT;

-- Idempotency keys of the last hour: of a send (its submission answers), or of another request that makes something.
CREATE TABLE idempotency_keys (
    grant_id      BLOB NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    key           TEXT NOT NULL,
    request_hash  BLOB NOT NULL,              -- SHA-256 of the request it came with
    submission_id BLOB,
    answer        TEXT,                       -- JSON: the answer, once there is one; not for sends
    lease_until   INTEGER NOT NULL,           -- until then a request without an answer counts as under way
    expires_at    INTEGER NOT NULL,
    PRIMARY KEY (grant_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_submission ON idempotency_keys (submission_id) WHERE submission_id IS NOT NULL;
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

-- ---- tracking -----------------------------------------------------------------------------------------------------

-- Messages that tell when they are opened, when a link in them is followed, when they are answered. Visits count once it is
-- known which message was sent; a draft's marks are silent.
CREATE TABLE tracked (
    number         INTEGER PRIMARY KEY,
    grant_id       BLOB NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    token          BLOB NOT NULL UNIQUE,      -- 128 random bits: its name in the URLs of its marks
    submission_id  BLOB,                      -- what sends it, until it is sent
    draft_id       TEXT,                      -- the draft it is, until it is sent
    message_id     TEXT,                      -- once it is sent
    opens          INTEGER NOT NULL,          -- what is watched
    links          INTEGER NOT NULL,
    replies        INTEGER NOT NULL,
    label          TEXT,                      -- the caller's word for it
    opened         INTEGER NOT NULL,          -- how often by now
    followed       INTEGER NOT NULL,
    answered       INTEGER NOT NULL,
    last_opened_at INTEGER,                   -- the last time that counted
    created_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX tracked_by_message ON tracked (grant_id, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX tracked_by_draft ON tracked (grant_id, draft_id) WHERE draft_id IS NOT NULL;
CREATE INDEX tracked_by_submission ON tracked (submission_id) WHERE submission_id IS NOT NULL;
CREATE INDEX tracked_nowhere ON tracked (created_at) WHERE message_id IS NULL AND draft_id IS NULL;

-- Where the marked links of a message lead, by number: the only addresses that are ever redirected to.
CREATE TABLE tracked_links (
    tracked  INTEGER NOT NULL REFERENCES tracked (number) ON DELETE CASCADE,
    link     INTEGER NOT NULL,
    url      TEXT NOT NULL,
    followed INTEGER NOT NULL,                -- how often by now
    PRIMARY KEY (tracked, link)
) STRICT, WITHOUT ROWID;

-- The last 50 visits of each kind to a message, for as long as events are kept.
CREATE TABLE visits (
    tracked    INTEGER NOT NULL REFERENCES tracked (number) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('open', 'link')),
    id         INTEGER NOT NULL,              -- counts the visits of this kind, from 0
    link       INTEGER,                       -- the link's number
    ip         TEXT,
    user_agent TEXT,                          -- at most 256 characters
    visited_at INTEGER NOT NULL,
    PRIMARY KEY (tracked, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX visits_by_age ON visits (visited_at);
