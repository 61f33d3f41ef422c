-- Pointers to jobs that wait or run; what a job carries is the tenant's and lives with its rows.

CREATE TABLE job_queue (
    id text COLLATE "C" PRIMARY KEY,
    tenant int NOT NULL REFERENCES tenant (number),
    kind text NOT NULL,
    created timestamptz NOT NULL,
    leased_until timestamptz,          -- NULL: waits; past: its worker died
    cancel_wanted boolean NOT NULL DEFAULT false
);
CREATE INDEX job_queue_order ON job_queue (created);

GRANT SELECT, INSERT, UPDATE, DELETE ON job_queue TO {app_system};
GRANT SELECT ON job_queue TO {backup};
