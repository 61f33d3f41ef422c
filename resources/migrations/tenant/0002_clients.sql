-- Apps and systems that a clinic lets in, and the access tokens of its backend services. Every secret is a hash.

CREATE TABLE client (
    tenant_id int NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('patient-app', 'provider-app', 'backend-service')),
    type text NOT NULL CHECK (type IN ('public', 'confidential-symmetric', 'confidential-asymmetric')),
    redirect_uris text[] NOT NULL,
    launch_uri text,
    scopes text NOT NULL,
    jwks text,
    jwks_uri text,
    secret bytea,                      -- SHA-256; confidential-symmetric only
    disabled boolean NOT NULL,
    version bigint NOT NULL,
    created timestamptz NOT NULL,
    updated timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE access_token (
    tenant_id int NOT NULL,
    realm text COLLATE "C" NOT NULL CHECK (realm IN ('patient', 'provider', 'system')),
    hash bytea NOT NULL,               -- SHA-256
    id text COLLATE "C" NOT NULL,      -- names the token in the audit trail
    client text COLLATE "C" NOT NULL,
    audience text NOT NULL,            -- the API that takes it: fhir-api, bulk-api
    scopes text NOT NULL,              -- JSON: [{level, type, verbs, query}]
    issued timestamptz NOT NULL,
    expires timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, realm, hash),
    FOREIGN KEY (tenant_id, client) REFERENCES client (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX access_token_client ON access_token (tenant_id, client, expires);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['client', 'access_token']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::int)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO {app_tenant}', name);
        EXECUTE format('GRANT SELECT ON %I TO {backup}', name);
    END LOOP;
END $$;
