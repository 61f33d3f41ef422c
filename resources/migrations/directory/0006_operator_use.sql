-- When each was here last, kept longer than the sign-ins and tokens themselves.

ALTER TABLE operator_account ADD COLUMN last_sign_in timestamptz;
ALTER TABLE operator_client ADD COLUMN last_token timestamptz;

UPDATE operator_account a SET last_sign_in = (SELECT max(created) FROM operator_grant g WHERE g.operator = a.id);
UPDATE operator_client c SET last_token = (SELECT max(created) FROM operator_grant g WHERE g.operator IS NULL AND g.client = c.id);
