-- A grant is what a person allows an app. Each authorization, of a phone or of a browser, has its own family of tokens
-- under it: while its row is there, its code and tokens live.

CREATE TABLE token_family (
    tenant_id int NOT NULL,
    realm text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    app_grant text COLLATE "C" NOT NULL,
    words text NOT NULL,               -- openid fhirUser offline_access ..., as this authorization was given them
    created timestamptz NOT NULL,
    ends timestamptz NOT NULL,         -- when the last of its code and tokens is over
    PRIMARY KEY (tenant_id, realm, id),
    FOREIGN KEY (tenant_id, realm, app_grant) REFERENCES app_grant (tenant_id, realm, id) ON DELETE CASCADE
);
CREATE INDEX token_family_grant ON token_family (tenant_id, realm, app_grant);
CREATE INDEX token_family_ends ON token_family (tenant_id, ends);

ALTER TABLE auth_request ADD COLUMN family text COLLATE "C";
ALTER TABLE access_token ADD COLUMN family text COLLATE "C";
ALTER TABLE refresh_token ADD COLUMN family text COLLATE "C";
-- What the person was asked when the grant was last decided, JSON as in scopes; NULL: not known.
ALTER TABLE app_grant ADD COLUMN offered text;

-- Until now a grant had one family. Rows are seen here only where row security is not forced on their owner.
ALTER TABLE app_grant NO FORCE ROW LEVEL SECURITY;
ALTER TABLE auth_request NO FORCE ROW LEVEL SECURITY;
ALTER TABLE access_token NO FORCE ROW LEVEL SECURITY;
ALTER TABLE refresh_token NO FORCE ROW LEVEL SECURITY;
INSERT INTO token_family (tenant_id, realm, id, app_grant, words, created, ends)
    SELECT tenant_id, realm, id, id, words, created, ends FROM app_grant WHERE ended IS NULL;
UPDATE auth_request SET family = app_grant WHERE app_grant IS NOT NULL;
DELETE FROM access_token t WHERE app_grant IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM token_family f WHERE (f.tenant_id, f.realm, f.id) = (t.tenant_id, t.realm, t.app_grant));
DELETE FROM refresh_token t
    WHERE NOT EXISTS (SELECT 1 FROM token_family f WHERE (f.tenant_id, f.realm, f.id) = (t.tenant_id, t.realm, t.app_grant));
UPDATE access_token SET family = app_grant WHERE app_grant IS NOT NULL;
UPDATE refresh_token SET family = app_grant;
ALTER TABLE app_grant FORCE ROW LEVEL SECURITY;
ALTER TABLE auth_request FORCE ROW LEVEL SECURITY;
ALTER TABLE access_token FORCE ROW LEVEL SECURITY;
ALTER TABLE refresh_token FORCE ROW LEVEL SECURITY;

ALTER TABLE access_token ADD CONSTRAINT access_token_family
    FOREIGN KEY (tenant_id, realm, family) REFERENCES token_family (tenant_id, realm, id) ON DELETE CASCADE;
ALTER TABLE refresh_token ADD CONSTRAINT refresh_token_family
    FOREIGN KEY (tenant_id, realm, family) REFERENCES token_family (tenant_id, realm, id) ON DELETE CASCADE;
CREATE INDEX access_token_family ON access_token (tenant_id, realm, family) WHERE family IS NOT NULL;
CREATE INDEX refresh_token_family ON refresh_token (tenant_id, realm, family);

ALTER TABLE token_family ENABLE ROW LEVEL SECURITY;
ALTER TABLE token_family FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON token_family USING (tenant_id = nullif(current_setting('app.tenant', true), '')::int);
GRANT SELECT, INSERT, UPDATE, DELETE ON token_family TO {app_tenant};
GRANT SELECT ON token_family TO {backup};

-- Whether a system of the clinic may ask about tokens of other clients (RFC 7662 section 2.1).
ALTER TABLE client ADD COLUMN introspect boolean NOT NULL DEFAULT false;
