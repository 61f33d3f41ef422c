-- What all server processes on this database share.

CREATE TABLE installation (
    name text PRIMARY KEY,
    value bytea NOT NULL
);

GRANT SELECT, INSERT ON installation TO {app_system};
GRANT SELECT ON installation TO {backup};
