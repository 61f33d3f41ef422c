-- The directory: which tenants there are and where each one's rows live. The runtime's tenant login sees none of it.

CREATE TABLE tenant (
    number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- internal; never used again, so rows are never removed
    id text COLLATE "C" NOT NULL,
    state text NOT NULL CHECK (state IN ('provisioning', 'active', 'suspended', 'trashed', 'purging', 'purged')),
    version bigint NOT NULL,
    updated timestamptz NOT NULL,
    created timestamptz NOT NULL,
    trashed timestamptz,
    isolation text NOT NULL CHECK (isolation IN ('shared', 'dedicated')),
    database text,                                        -- dedicated: its name on the cluster
    base text NOT NULL,                                   -- public address that its issuers were made with
    body text NOT NULL                                    -- the Tenant resource as JSON, without what is above
);
-- A purged tenant's id may be taken again, by a new number.
CREATE UNIQUE INDEX tenant_id_in_use ON tenant (id) WHERE state <> 'purged';

-- Numbers below this are reserved for data that tenants share.
ALTER TABLE tenant ALTER COLUMN number RESTART WITH 100;

GRANT SELECT, INSERT, UPDATE ON tenant TO {app_system};
GRANT SELECT ON tenant TO {backup};
GRANT SELECT ON SEQUENCE tenant_number_seq TO {backup};
