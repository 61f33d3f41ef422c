-- Who did it and whose records it was about, as columns: an agent's text is for reading, never for finding.

-- Each filled only where it was proven: by a token, a session or a secret. What somebody only says of himself is in none.
ALTER TABLE audit_event ADD COLUMN client text COLLATE "C";    -- program
ALTER TABLE audit_event ADD COLUMN account text COLLATE "C";   -- person of the clinic
ALTER TABLE audit_event ADD COLUMN patient text COLLATE "C";   -- Patient of that person, or of the token
ALTER TABLE audit_event ADD COLUMN behalf text;                -- for whom: Patient/p1, the operator who asked for a job
-- Patients whose records were looked at or written: one here, several in about_more and in audit_about.
ALTER TABLE audit_event ADD COLUMN about text COLLATE "C";
ALTER TABLE audit_event ADD COLUMN about_more text[];

CREATE TABLE audit_about (
    tenant_id int NOT NULL,
    patient text COLLATE "C" NOT NULL,
    event bigint NOT NULL,             -- audit_event.id
    PRIMARY KEY (tenant_id, patient, event)
);
ALTER TABLE audit_about ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_about FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_about USING (tenant_id = nullif(current_setting('app.tenant', true), '')::int);
GRANT SELECT, INSERT, DELETE ON audit_about TO {app_tenant};
GRANT SELECT ON audit_about TO {backup};

-- Whose a record is, written with it: ids with a blank between, empty for nobody's, NULL where it was written before.
ALTER TABLE resource ADD COLUMN patient text COLLATE "C";

-- What a seal covers, named one by one: a transaction that commits late is in a later seal. NULL in format 1, where a seal
-- covers every event of a range of ids and hashes the columns of that time.
ALTER TABLE audit_seal ADD COLUMN seal_format smallint NOT NULL DEFAULT 1;
ALTER TABLE audit_seal ADD COLUMN members bigint[];

-- Old events of patients' apps are named "CLIENT for Patient/ID". Those that came with a token, and tokens that were
-- given out, were proven; of refused tries nobody knows. Seals of format 1 do not cover the new columns.
ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY;
UPDATE audit_event SET client = split_part(agent, ' for Patient/', 1), patient = nullif(split_part(agent, ' for Patient/', 2), '')
    WHERE agent_kind = 'patient-app' AND (outcome = 0 OR interaction NOT LIKE 'token%');
UPDATE audit_event SET account = agent
    WHERE agent_kind = 'patient' AND agent <> 'unknown' AND (outcome = 0 OR interaction NOT IN ('sign-in', 'code-refused'));
UPDATE audit_event SET client = agent WHERE agent_kind = 'system' AND agent <> 'unknown' AND (outcome = 0 OR interaction NOT LIKE 'token%');
ALTER TABLE audit_event FORCE ROW LEVEL SECURITY;

-- A patient's page of activity: deeds of her own and of her apps, then what others did with her account, with what she
-- allowed (type 0) and with her Patient (type 286294188). And whom a look was at, but for her own apps' looks at herself.
DROP INDEX audit_event_patient, audit_event_about_patient;
CREATE INDEX audit_event_patient ON audit_event (tenant_id, patient, id) WHERE patient IS NOT NULL;
CREATE INDEX audit_event_account ON audit_event (tenant_id, account, id) WHERE account IS NOT NULL AND patient IS NULL;
CREATE INDEX audit_event_of_others ON audit_event (tenant_id, type, resource_id, id)
    WHERE patient IS NULL AND account IS NULL AND type IN (0, 286294188) AND resource_id IS NOT NULL;
CREATE INDEX audit_event_about ON audit_event (tenant_id, about, id) WHERE about IS NOT NULL AND about IS DISTINCT FROM patient;

-- Ids up to this one were looked at for good when the seal was made; NULL in format 1.
ALTER TABLE audit_seal ADD COLUMN settled bigint;
CREATE INDEX audit_seal_through ON audit_seal (tenant_id, through);
