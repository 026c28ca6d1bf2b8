-- Faults for operators to see: what nobody recognised, and what ails a connector. Commented in docs/schema.sql.

CREATE TABLE unknown_faults (
    application_id BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    fingerprint    TEXT NOT NULL,
    provider       TEXT NOT NULL,
    protocol       TEXT NOT NULL,
    operation      TEXT NOT NULL,
    status         INTEGER,
    code           TEXT,
    first_seen_at  INTEGER NOT NULL,
    last_seen_at   INTEGER NOT NULL,
    count          INTEGER NOT NULL,
    sample         TEXT NOT NULL,
    PRIMARY KEY (application_id, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE connector_faults (
    application_id BLOB NOT NULL,
    provider       TEXT NOT NULL,
    kind           TEXT NOT NULL,
    scope          TEXT NOT NULL CHECK (scope IN ('app', 'tenant')),
    message        TEXT NOT NULL,
    provider_code  TEXT,
    grant_id       BLOB REFERENCES grants (id) ON DELETE SET NULL,
    first_seen_at  INTEGER NOT NULL,
    last_seen_at   INTEGER NOT NULL,
    count          INTEGER NOT NULL,
    PRIMARY KEY (application_id, provider),
    FOREIGN KEY (application_id, provider) REFERENCES connectors (application_id, provider) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX connector_faults_by_grant ON connector_faults (grant_id) WHERE grant_id IS NOT NULL;
