-- What failed at sign-in, and which browsers a person has signed in with before.

-- Counts of tries, kept small: HMACs in place of names and addresses, a bounded number of rows, each forgotten in time.
CREATE TABLE failed_try (
    tenant_id int NOT NULL,
    realm text COLLATE "C" NOT NULL CHECK (realm IN ('patient', 'provider')),
    key text COLLATE "C" NOT NULL,      -- kind and HMACs: an account, a network, both, a device
    account text COLLATE "C" NOT NULL,  -- HMAC of the account that it is about; '': of none
    failures bigint NOT NULL,
    last timestamptz NOT NULL,
    memory bigint NOT NULL CHECK (memory > 0),   -- seconds in which all of it is forgotten, evenly
    PRIMARY KEY (tenant_id, realm, key)
);

-- A browser that signed in before has counters of its own, so that strangers cannot slow its owner down.
CREATE TABLE known_device (
    tenant_id int NOT NULL,
    realm text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    hash bytea NOT NULL,                -- SHA-256 of its cookie
    used timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, realm, account, hash),
    FOREIGN KEY (tenant_id, realm, account) REFERENCES account (tenant_id, realm, id) ON DELETE CASCADE
);
CREATE INDEX known_device_hash ON known_device (tenant_id, realm, hash);

-- The browser that a session lives in: who ends the session from elsewhere ends that too.
ALTER TABLE session ADD COLUMN known_device bytea;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['failed_try', 'known_device']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::int)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO {app_tenant}', name);
        EXECUTE format('GRANT SELECT ON %I TO {backup}', name);
    END LOOP;
END $$;
