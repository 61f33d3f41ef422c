-- What a writing transaction calls when it finds its tenant closed; enter_tenant stays for servers of the release before.
-- Its conditions are plain statements now, which PostgreSQL plans once.
CREATE FUNCTION refuse_tenant() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'PT001', MESSAGE = 'the tenant is closed';
END $$;
