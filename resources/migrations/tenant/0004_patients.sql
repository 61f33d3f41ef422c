-- People who sign in, the apps that they let in, and what both were given. Every secret is a hash; private keys are
-- sealed with a key that the database never sees. `realm` leads every look-up: patient or provider.

CREATE TABLE signing_key (
    tenant_id int NOT NULL,
    realm text COLLATE "C" NOT NULL CHECK (realm IN ('patient', 'provider')),
    kid text COLLATE "C" NOT NULL,
    private_key bytea NOT NULL,        -- sealed JWK
    public_key text NOT NULL,          -- JWK, as jwks shows it
    created timestamptz NOT NULL,
    retired timestamptz,               -- signs no more; shown until the last token that it signed has expired
    PRIMARY KEY (tenant_id, realm, kid)
);
-- Of several processes that make the first key at once, one wins.
CREATE UNIQUE INDEX signing_key_current ON signing_key (tenant_id, realm) WHERE retired IS NULL;

CREATE TABLE account (
    tenant_id int NOT NULL,
    realm text COLLATE "C" NOT NULL CHECK (realm IN ('patient', 'provider')),
    id text COLLATE "C" NOT NULL,
    username text NOT NULL,
    username_key text COLLATE "C" NOT NULL,   -- NFKC, case-folded
    email text,
    fhir_user text COLLATE "C" NOT NULL,      -- Patient/p1
    birth_date text,                   -- the second fact, where the record has none
    language text,                     -- of pages and slips; NULL: the clinic's
    password text,                     -- Argon2id; NULL until activation
    disabled boolean NOT NULL,
    version bigint NOT NULL,
    created timestamptz NOT NULL,
    updated timestamptz NOT NULL,
    activated timestamptz,
    password_changed timestamptz,
    last_sign_in timestamptz,
    PRIMARY KEY (tenant_id, realm, id)
);
CREATE UNIQUE INDEX account_username ON account (tenant_id, realm, username_key);
CREATE UNIQUE INDEX account_fhir_user ON account (tenant_id, realm, fhir_user);

-- Codes that the clinic hands out: a selector to find the row and count tries on, and a short secret.
CREATE TABLE one_time_code (
    tenant_id int NOT NULL,
    realm text COLLATE "C" NOT NULL,
    selector text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    purpose text COLLATE "C" NOT NULL CHECK (purpose IN ('activation', 'reset', 'sign-in')),
    secret bytea NOT NULL,             -- HMAC-SHA-256 under a key outside the database
    tries int NOT NULL,
    created timestamptz NOT NULL,
    expires timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, realm, selector),
    UNIQUE (tenant_id, realm, account, purpose),
    FOREIGN KEY (tenant_id, realm, account) REFERENCES account (tenant_id, realm, id) ON DELETE CASCADE
);

CREATE TABLE session (
    tenant_id int NOT NULL,
    realm text COLLATE "C" NOT NULL,
    hash bytea NOT NULL,               -- SHA-256 of the cookie
    id text COLLATE "C" NOT NULL,      -- names it on pages; worth nothing to a thief
    account text COLLATE "C" NOT NULL,
    device text NOT NULL,              -- "Chrome on Android"
    address text NOT NULL,
    started timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    expires timestamptz NOT NULL,      -- absolute end
    PRIMARY KEY (tenant_id, realm, hash),
    UNIQUE (tenant_id, realm, id),
    FOREIGN KEY (tenant_id, realm, account) REFERENCES account (tenant_id, realm, id) ON DELETE CASCADE
);
CREATE INDEX session_account ON session (tenant_id, realm, account);

-- What a person allowed an app. Codes and tokens hang on it and die with it.
CREATE TABLE app_grant (
    tenant_id int NOT NULL,
    realm text COLLATE "C" NOT NULL CHECK (realm IN ('patient', 'provider')),
    id text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    client text COLLATE "C" NOT NULL,
    patient text COLLATE "C" NOT NULL, -- id of the Patient in context
    scopes text NOT NULL,              -- JSON: [{level, type, verbs, query}]
    words text NOT NULL,               -- openid fhirUser launch/patient offline_access ...
    created timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    last_used timestamptz,
    ended timestamptz,
    ended_by text CHECK (ended_by IN ('patient', 'clinic', 'app', 'replaced', 'reuse', 'expired', 'account')),
    PRIMARY KEY (tenant_id, realm, id),
    FOREIGN KEY (tenant_id, realm, account) REFERENCES account (tenant_id, realm, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, client) REFERENCES client (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX app_grant_account ON app_grant (tenant_id, realm, account);
CREATE INDEX app_grant_client ON app_grant (tenant_id, client);

-- One run of the authorization code flow. started -> signed-in -> decided -> redeemed; refused and expired end it.
CREATE TABLE auth_request (
    tenant_id int NOT NULL,
    realm text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,      -- random, in the address of sign-in and consent
    state text NOT NULL CHECK (state IN ('started', 'decided', 'redeemed', 'refused')),
    client text COLLATE "C" NOT NULL,
    redirect_uri text NOT NULL,
    wish text NOT NULL,                -- JSON: scope, state, nonce, code_challenge, aud, prompt, max_age
    session text COLLATE "C",          -- id of the session that was asked
    auth_time timestamptz,             -- when that session's person gave the password
    code bytea,                        -- SHA-256
    code_expires timestamptz,
    app_grant text COLLATE "C",
    signed_in_since timestamptz NOT NULL,   -- an older sign-in will not do (prompt=login, max_age)
    created timestamptz NOT NULL,
    expires timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, realm, id),
    FOREIGN KEY (tenant_id, client) REFERENCES client (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, realm, app_grant) REFERENCES app_grant (tenant_id, realm, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX auth_request_code ON auth_request (tenant_id, realm, code) WHERE code IS NOT NULL;
CREATE INDEX auth_request_expires ON auth_request (tenant_id, expires);

CREATE TABLE refresh_token (
    tenant_id int NOT NULL,
    realm text COLLATE "C" NOT NULL,
    hash bytea NOT NULL,               -- SHA-256
    app_grant text COLLATE "C" NOT NULL,
    issued timestamptz NOT NULL,
    expires timestamptz NOT NULL,      -- moves on with every use, never past the end of the grant
    used timestamptz,                  -- when it was exchanged for its successor
    PRIMARY KEY (tenant_id, realm, hash),
    FOREIGN KEY (tenant_id, realm, app_grant) REFERENCES app_grant (tenant_id, realm, id) ON DELETE CASCADE
);
CREATE INDEX refresh_token_grant ON refresh_token (tenant_id, realm, app_grant);
CREATE INDEX refresh_token_expires ON refresh_token (tenant_id, expires);

-- A token that speaks for a person belongs to a grant; one of a backend service to none.
ALTER TABLE access_token ADD COLUMN app_grant text COLLATE "C";
ALTER TABLE access_token ADD COLUMN words text NOT NULL DEFAULT '';   -- openid fhirUser launch/patient ..., as granted
ALTER TABLE access_token ADD CONSTRAINT access_token_grant
    FOREIGN KEY (tenant_id, realm, app_grant) REFERENCES app_grant (tenant_id, realm, id) ON DELETE CASCADE;
CREATE INDEX access_token_grant ON access_token (tenant_id, realm, app_grant) WHERE app_grant IS NOT NULL;

-- What a clinic says of an app to its patients, and whether its portal offers it.
ALTER TABLE client ADD COLUMN publisher text;          -- who made it
ALTER TABLE client ADD COLUMN description text;
ALTER TABLE client ADD COLUMN policy_uri text;
ALTER TABLE client ADD COLUMN terms_uri text;
ALTER TABLE client ADD COLUMN facts text;              -- JSON: answers to the questions of the model privacy notice
ALTER TABLE client ADD COLUMN offered boolean NOT NULL DEFAULT false;   -- shown in the portal's list of apps
ALTER TABLE client ADD COLUMN access_seconds int;      -- life of its access tokens; NULL: the usual one

-- What a patient's page of activity reads: deeds of their own and of their apps, and what the clinic did with their
-- account, with what they allowed (type 0) and with their Patient (type 286294188). No other event pays for them.
CREATE INDEX audit_event_patient ON audit_event (tenant_id, agent, id) WHERE agent_kind IN ('patient', 'patient-app');
CREATE INDEX audit_event_about_patient ON audit_event (tenant_id, type, resource_id, id)
    WHERE agent_kind NOT IN ('patient', 'patient-app') AND type IN (0, 286294188) AND resource_id IS NOT NULL;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['signing_key', 'account', 'one_time_code', 'session', 'app_grant', 'auth_request',
                                'refresh_token']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::int)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO {app_tenant}', name);
        EXECUTE format('GRANT SELECT ON %I TO {backup}', name);
    END LOOP;
END $$;
