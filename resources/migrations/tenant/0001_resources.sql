-- A tenant's records, their history and their search index.
-- Every key begins with tenant_id. Columns that searches narrow by have leakproof operators only, since under
-- forced row security PostgreSQL uses an index for no others.

CREATE TABLE resource (
    tenant_id int NOT NULL,
    type int NOT NULL,                 -- typeCode: a stable hash of the type's name
    id text COLLATE "C" NOT NULL,
    rid bigint NOT NULL,               -- row number, drawn by the server, time-ordered, never shown
    id_hash bigint NOT NULL,           -- indexHash(id): what reference rows of others hold
    version bigint NOT NULL,
    updated timestamptz NOT NULL,
    present bigint NOT NULL DEFAULT 0, -- a bit for each search parameter that it has values of
    pack smallint NOT NULL,            -- definitions that its index rows were made with
    deleted boolean NOT NULL,
    content bytea,                     -- zstd frame; NULL once deleted
    PRIMARY KEY (tenant_id, type, id)
);
ALTER TABLE resource ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX resource_rid ON resource (tenant_id, rid);
CREATE INDEX resource_updated ON resource (tenant_id, type, updated, rid) WHERE NOT deleted;
-- Few different values a type: what lacks a parameter is found by those that lack its bit.
CREATE INDEX resource_present ON resource (tenant_id, type, present, rid) WHERE NOT deleted;

-- Versions that a newer one replaced; the newest is in resource.
CREATE TABLE resource_history (
    tenant_id int NOT NULL,
    type int NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    rid bigint NOT NULL,
    updated timestamptz NOT NULL,
    pack smallint NOT NULL,
    deleted boolean NOT NULL,
    content bytea,
    PRIMARY KEY (tenant_id, type, id, version)
);
ALTER TABLE resource_history ALTER COLUMN content SET STORAGE EXTERNAL;

-- Search index. A primary key holds what a search narrows by, then rid, so that one value's rows come in the order of
-- rid; index_..._rid answer whether a resource that was found otherwise fits a range, and sort by it.
CREATE TABLE index_token (
    tenant_id int NOT NULL, param int NOT NULL, code bigint NOT NULL, system bigint NOT NULL, rid bigint NOT NULL,
    PRIMARY KEY (tenant_id, param, code, rid, system)
);
CREATE TABLE index_string (
    tenant_id int NOT NULL, param int NOT NULL, value text COLLATE "C" NOT NULL, exact bigint NOT NULL, rid bigint NOT NULL,
    PRIMARY KEY (tenant_id, param, value, rid, exact)
);
CREATE INDEX index_string_rid ON index_string (tenant_id, param, rid);
CREATE TABLE index_date (
    tenant_id int NOT NULL, param int NOT NULL, low timestamptz NOT NULL, high timestamptz NOT NULL, rid bigint NOT NULL,
    PRIMARY KEY (tenant_id, param, low, rid, high)
);
CREATE INDEX index_date_rid ON index_date (tenant_id, param, rid, low, high);
CREATE TABLE index_reference (
    tenant_id int NOT NULL, param int NOT NULL, target bigint NOT NULL, type int NOT NULL, version bigint NOT NULL,
    rid bigint NOT NULL,
    PRIMARY KEY (tenant_id, param, target, rid, type, version)
);
CREATE TABLE index_number (
    tenant_id int NOT NULL, param int NOT NULL, low float8 NOT NULL, high float8 NOT NULL, rid bigint NOT NULL,
    PRIMARY KEY (tenant_id, param, low, rid, high)
);
CREATE INDEX index_number_rid ON index_number (tenant_id, param, rid);
CREATE TABLE index_quantity (
    tenant_id int NOT NULL, param int NOT NULL, code bigint NOT NULL, system bigint NOT NULL,
    low float8 NOT NULL, high float8 NOT NULL, rid bigint NOT NULL,
    PRIMARY KEY (tenant_id, param, low, rid, high, code, system)
);
CREATE INDEX index_quantity_rid ON index_quantity (tenant_id, param, rid);
CREATE TABLE index_uri (
    tenant_id int NOT NULL, param int NOT NULL, value text COLLATE "C" NOT NULL, rid bigint NOT NULL,
    PRIMARY KEY (tenant_id, param, value, rid)
);
CREATE TABLE index_composite (
    tenant_id int NOT NULL, param int NOT NULL, code1 bigint NOT NULL, system1 bigint NOT NULL,
    low1 float8 NOT NULL, high1 float8 NOT NULL, code2 bigint NOT NULL, system2 bigint NOT NULL,
    low2 float8 NOT NULL, high2 float8 NOT NULL, rid bigint NOT NULL,
    PRIMARY KEY (tenant_id, param, code1, code2, low2, rid, system1, system2, low1, high1, high2)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['resource', 'resource_history', 'index_token', 'index_string', 'index_date',
                                'index_reference', 'index_number', 'index_quantity', 'index_uri', 'index_composite']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::int)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO {app_tenant}', name);
        EXECUTE format('GRANT SELECT ON %I TO {backup}', name);
    END LOOP;
END $$;
