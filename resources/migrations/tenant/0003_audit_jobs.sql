-- Who did what with which record, and what jobs carry.

CREATE TABLE audit_event (
    tenant_id int NOT NULL,
    id bigint NOT NULL,                -- time-ordered, drawn by the server
    at timestamptz NOT NULL,
    request text NOT NULL,             -- X-Request-Id
    agent_kind text NOT NULL,          -- operator, operator-client, system, patient, patient-app, server
    agent text COLLATE "C" NOT NULL,   -- client id, account or operator's name
    address text,                      -- that the request came from; NULL: from the server itself
    action text NOT NULL,              -- C R U D E, as AuditEvent.action
    interaction text NOT NULL,         -- read, search-type, transaction, token, ...
    type int NOT NULL,                 -- typeCode, 0: none
    resource_id text COLLATE "C",
    outcome smallint NOT NULL,         -- 0 4 8 12, as AuditEvent.outcome
    count int NOT NULL,                -- resources that were given or written
    PRIMARY KEY (tenant_id, id)
);

-- Each seal closes a run of events: hash = SHA-256(previous hash, rows in order).
CREATE TABLE audit_seal (
    tenant_id int NOT NULL,
    sequence bigint NOT NULL,
    through bigint NOT NULL,           -- last event id that it covers
    events int NOT NULL,
    hash bytea NOT NULL,
    sealed timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
);

CREATE TABLE job (
    tenant_id int NOT NULL,
    id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    status text NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    wish text NOT NULL,                -- JSON: what was asked for
    body bytea,                        -- what was sent along, zstd; gone once the job has ended
    state text NOT NULL,               -- JSON: progress, result, errors
    requested_by text NOT NULL,
    created timestamptz NOT NULL,
    updated timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['audit_event', 'audit_seal', 'job']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::int)', name);
        EXECUTE format('GRANT SELECT ON %I TO {backup}', name);
    END LOOP;
END $$;

-- Events are added and read; only a tenant's removal takes them away.
GRANT SELECT, INSERT, DELETE ON audit_event, audit_seal TO {app_tenant};
GRANT SELECT, INSERT, UPDATE, DELETE ON job TO {app_tenant};
