-- The hash chain over what operators did. A seal names the events that it covers, in the order in which they were committed.

CREATE TABLE operator_seal (
    sequence bigint PRIMARY KEY,
    through bigint NOT NULL,           -- highest number that it or an earlier one covers
    members bigint[] NOT NULL,
    hash bytea NOT NULL,               -- SHA-256(previous hash, events in order)
    sealed timestamptz NOT NULL
);
GRANT SELECT, INSERT ON operator_seal TO {app_system};
GRANT SELECT ON operator_seal TO {backup};
