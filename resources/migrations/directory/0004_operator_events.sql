-- What operators did to tenants themselves: kept here, since a purged tenant has no log of its own.

CREATE TABLE operator_event (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    request text NOT NULL,
    operator text NOT NULL,
    action text NOT NULL,
    tenant text NOT NULL,              -- empty: of none
    address text NOT NULL DEFAULT ''   -- that the request came from
);

GRANT SELECT, INSERT ON operator_event TO {app_system};
GRANT SELECT ON operator_event TO {backup};
GRANT SELECT ON SEQUENCE operator_event_number_seq TO {backup};
