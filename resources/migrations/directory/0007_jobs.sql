-- A row for every job, also for one that has ended, so that nobody asks tenant after tenant. What a job carries, its
-- progress and its result stay with the tenant's rows.

ALTER TABLE job_queue
    ADD COLUMN status text NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    ADD COLUMN requested_by text NOT NULL DEFAULT '',
    ADD COLUMN attempts int NOT NULL DEFAULT 0,  -- claims, counted before the work begins
    ADD COLUMN updated timestamptz;
UPDATE job_queue SET updated = created, status = CASE WHEN leased_until IS NULL THEN 'queued' ELSE 'running' END;
ALTER TABLE job_queue ALTER COLUMN updated SET NOT NULL;

DROP INDEX job_queue_order;
CREATE INDEX job_queue_order ON job_queue (created) WHERE status IN ('queued', 'running');
CREATE INDEX job_queue_newest ON job_queue (created, id);
CREATE INDEX job_queue_tenant ON job_queue (tenant, created, id);

-- Jobs of before stand in the tenants' rows alone; the server lists them once for each tenant.
ALTER TABLE tenant ADD COLUMN jobs_listed boolean NOT NULL DEFAULT false;
ALTER TABLE tenant ALTER COLUMN jobs_listed SET DEFAULT true;

-- The state that the tenant's own database was told, where every writing transaction looks at it. NULL: none yet.
ALTER TABLE tenant ADD COLUMN told text;
CREATE INDEX tenant_to_tell ON tenant (number) WHERE state <> 'purged' AND told IS DISTINCT FROM state;
