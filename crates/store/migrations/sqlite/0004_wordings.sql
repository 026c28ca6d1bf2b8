-- Signatures and templates. Commented in docs/schema.sql.

CREATE TABLE wordings (
    application_id BLOB NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    id             BLOB NOT NULL,
    grant_id       BLOB REFERENCES grants (id) ON DELETE CASCADE,
    kind           TEXT NOT NULL CHECK (kind IN ('signature', 'template')),
    name           TEXT NOT NULL,
    subject        TEXT NOT NULL,
    body           TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    PRIMARY KEY (application_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX wordings_by_owner ON wordings (application_id, grant_id, kind, created_at);
CREATE INDEX wordings_by_grant ON wordings (grant_id) WHERE grant_id IS NOT NULL;
