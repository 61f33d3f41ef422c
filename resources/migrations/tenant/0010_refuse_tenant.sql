-- What a statement calls that asks itself whether its tenant is open, as enter_tenant does before others, and finds it closed.
CREATE FUNCTION refuse_tenant() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'PT001', MESSAGE = 'the tenant is closed';
END $$;
