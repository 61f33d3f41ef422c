-- Whether the tenant is served, where its rows are: every transaction that writes looks here and keeps the state as it is
-- until it ends. No row: the tenant is not there, or not any more.

CREATE TABLE tenant_state (
    tenant_id int NOT NULL PRIMARY KEY,
    closed smallint NOT NULL CHECK (closed BETWEEN 0 AND 3)  -- 0 active, 1 suspended, 2 in the trash, 3 being made or removed
);
ALTER TABLE tenant_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_state FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tenant_state USING (tenant_id = nullif(current_setting('app.tenant', true), '')::int);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_state TO {app_tenant};
GRANT SELECT ON tenant_state TO {backup};

-- Begins a writing transaction of a tenant that is closed no further than `most`. The lock comes first: what is read
-- after it is what whoever closes the tenant has to wait for, or has written already. One call does it all, so that a
-- write is one round trip still.
CREATE FUNCTION enter_tenant(tenant int, most smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Conditions are evaluated without a plan being run, in this order.
    IF set_config('app.tenant', tenant::text, true) IS NULL OR pg_advisory_xact_lock_shared((4242::bigint << 32) + tenant) IS NULL THEN
        NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM tenant_state WHERE tenant_id = tenant AND closed <= most) THEN
        RAISE EXCEPTION USING ERRCODE = 'PT001', MESSAGE = 'the tenant is closed';
    END IF;
END $$;
