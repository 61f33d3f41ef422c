-- Sign-ins of operators that failed, so that a restart forgets none. HMACs in place of names and addresses.

CREATE TABLE operator_try (
    key text COLLATE "C" PRIMARY KEY,
    failures bigint NOT NULL,
    last timestamptz NOT NULL,
    memory bigint NOT NULL CHECK (memory > 0)    -- seconds in which all of it is forgotten, evenly
);

GRANT SELECT, INSERT, UPDATE, DELETE ON operator_try TO {app_system};
GRANT SELECT ON operator_try TO {backup};
