-- What operators did: sign-ins, changes of the server, and deeds on tenants, since a purged tenant has no log of its own.

CREATE TABLE operator_event (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    request text NOT NULL,
    operator text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL DEFAULT '',  -- the tenant, operator or program that it was about
    address text NOT NULL DEFAULT ''   -- that the request came from
);

GRANT SELECT, INSERT ON operator_event TO {app_system};
GRANT SELECT ON operator_event TO {backup};
GRANT SELECT ON SEQUENCE operator_event_number_seq TO {backup};
