-- Who runs the server: people, their machines' clients, and what both were given. Every secret is a hash.

CREATE TABLE operator_account (
    id text COLLATE "C" PRIMARY KEY,
    username text NOT NULL,
    username_key text COLLATE "C" NOT NULL UNIQUE,  -- NFKC, case-folded
    password text NOT NULL,                         -- Argon2id, encoded with its parameters
    disabled boolean NOT NULL,
    created timestamptz NOT NULL
);

CREATE TABLE operator_client (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    secret bytea NOT NULL,                          -- SHA-256
    disabled boolean NOT NULL,
    created timestamptz NOT NULL
);

-- One row a sign-in; codes and tokens point to it, so that ending it ends them all.
CREATE TABLE operator_grant (
    id text COLLATE "C" PRIMARY KEY,
    operator text COLLATE "C" REFERENCES operator_account ON DELETE CASCADE,
    client text COLLATE "C" NOT NULL,               -- the console's name, or an operator_client
    created timestamptz NOT NULL,
    expires timestamptz NOT NULL,
    revoked boolean NOT NULL
);
CREATE INDEX operator_grant_expires ON operator_grant (expires);

CREATE TABLE operator_token (
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('ticket', 'code', 'access', 'refresh')),
    hash bytea NOT NULL,                            -- SHA-256
    grant_id text COLLATE "C" NOT NULL REFERENCES operator_grant ON DELETE CASCADE,
    expires timestamptz NOT NULL,
    used boolean NOT NULL,                          -- tickets, codes and refresh tokens work once
    redirect_uri text,                              -- codes
    code_challenge text,                            -- codes: S256
    PRIMARY KEY (kind, hash)
);
CREATE INDEX operator_token_grant ON operator_token (grant_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON operator_account, operator_client, operator_grant, operator_token TO {app_system};
GRANT SELECT ON operator_account, operator_client, operator_grant, operator_token TO {backup};
