--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: access_token; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.access_token (
    tenant_id integer NOT NULL,
    realm text NOT NULL COLLATE pg_catalog."C",
    hash bytea NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    client text NOT NULL COLLATE pg_catalog."C",
    audience text NOT NULL,
    scopes text NOT NULL,
    issued timestamp with time zone NOT NULL,
    expires timestamp with time zone NOT NULL,
    app_grant text COLLATE pg_catalog."C",
    words text DEFAULT ''::text NOT NULL,
    CONSTRAINT access_token_realm_check CHECK ((realm = ANY (ARRAY['patient'::text, 'provider'::text, 'system'::text])))
);

ALTER TABLE ONLY public.access_token FORCE ROW LEVEL SECURITY;


ALTER TABLE public.access_token OWNER TO polyclinic_schema_owner;

--
-- Name: account; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.account (
    tenant_id integer NOT NULL,
    realm text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    username text NOT NULL,
    username_key text NOT NULL COLLATE pg_catalog."C",
    email text,
    fhir_user text NOT NULL COLLATE pg_catalog."C",
    birth_date text,
    language text,
    password text,
    disabled boolean NOT NULL,
    version bigint NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    activated timestamp with time zone,
    password_changed timestamp with time zone,
    last_sign_in timestamp with time zone,
    CONSTRAINT account_realm_check CHECK ((realm = ANY (ARRAY['patient'::text, 'provider'::text])))
);

ALTER TABLE ONLY public.account FORCE ROW LEVEL SECURITY;


ALTER TABLE public.account OWNER TO polyclinic_schema_owner;

--
-- Name: app_grant; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.app_grant (
    tenant_id integer NOT NULL,
    realm text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    account text NOT NULL COLLATE pg_catalog."C",
    client text NOT NULL COLLATE pg_catalog."C",
    patient text NOT NULL COLLATE pg_catalog."C",
    scopes text NOT NULL,
    words text NOT NULL,
    created timestamp with time zone NOT NULL,
    ends timestamp with time zone NOT NULL,
    last_used timestamp with time zone,
    ended timestamp with time zone,
    ended_by text,
    CONSTRAINT app_grant_ended_by_check CHECK ((ended_by = ANY (ARRAY['patient'::text, 'clinic'::text, 'app'::text, 'replaced'::text, 'reuse'::text, 'expired'::text, 'account'::text]))),
    CONSTRAINT app_grant_realm_check CHECK ((realm = ANY (ARRAY['patient'::text, 'provider'::text])))
);

ALTER TABLE ONLY public.app_grant FORCE ROW LEVEL SECURITY;


ALTER TABLE public.app_grant OWNER TO polyclinic_schema_owner;

--
-- Name: audit_event; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.audit_event (
    tenant_id integer NOT NULL,
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    request text NOT NULL,
    agent_kind text NOT NULL,
    agent text NOT NULL COLLATE pg_catalog."C",
    address text,
    action text NOT NULL,
    interaction text NOT NULL,
    type integer NOT NULL,
    resource_id text COLLATE pg_catalog."C",
    outcome smallint NOT NULL,
    count integer NOT NULL
);

ALTER TABLE ONLY public.audit_event FORCE ROW LEVEL SECURITY;


ALTER TABLE public.audit_event OWNER TO polyclinic_schema_owner;

--
-- Name: audit_seal; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.audit_seal (
    tenant_id integer NOT NULL,
    sequence bigint NOT NULL,
    through bigint NOT NULL,
    events integer NOT NULL,
    hash bytea NOT NULL,
    sealed timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.audit_seal FORCE ROW LEVEL SECURITY;


ALTER TABLE public.audit_seal OWNER TO polyclinic_schema_owner;

--
-- Name: auth_request; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.auth_request (
    tenant_id integer NOT NULL,
    realm text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL,
    client text NOT NULL COLLATE pg_catalog."C",
    redirect_uri text NOT NULL,
    wish text NOT NULL,
    session text COLLATE pg_catalog."C",
    auth_time timestamp with time zone,
    code bytea,
    code_expires timestamp with time zone,
    app_grant text COLLATE pg_catalog."C",
    signed_in_since timestamp with time zone NOT NULL,
    created timestamp with time zone NOT NULL,
    expires timestamp with time zone NOT NULL,
    CONSTRAINT auth_request_state_check CHECK ((state = ANY (ARRAY['started'::text, 'decided'::text, 'redeemed'::text, 'refused'::text])))
);

ALTER TABLE ONLY public.auth_request FORCE ROW LEVEL SECURITY;


ALTER TABLE public.auth_request OWNER TO polyclinic_schema_owner;

--
-- Name: client; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.client (
    tenant_id integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    kind text NOT NULL,
    type text NOT NULL,
    redirect_uris text[] NOT NULL,
    launch_uri text,
    scopes text NOT NULL,
    jwks text,
    jwks_uri text,
    secret bytea,
    disabled boolean NOT NULL,
    version bigint NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    publisher text,
    description text,
    policy_uri text,
    terms_uri text,
    facts text,
    offered boolean DEFAULT false NOT NULL,
    access_seconds integer,
    CONSTRAINT client_kind_check CHECK ((kind = ANY (ARRAY['patient-app'::text, 'provider-app'::text, 'backend-service'::text]))),
    CONSTRAINT client_type_check CHECK ((type = ANY (ARRAY['public'::text, 'confidential-symmetric'::text, 'confidential-asymmetric'::text])))
);

ALTER TABLE ONLY public.client FORCE ROW LEVEL SECURITY;


ALTER TABLE public.client OWNER TO polyclinic_schema_owner;

--
-- Name: index_composite; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.index_composite (
    tenant_id integer NOT NULL,
    param integer NOT NULL,
    code1 bigint NOT NULL,
    system1 bigint NOT NULL,
    low1 double precision NOT NULL,
    high1 double precision NOT NULL,
    code2 bigint NOT NULL,
    system2 bigint NOT NULL,
    low2 double precision NOT NULL,
    high2 double precision NOT NULL,
    rid bigint NOT NULL
);

ALTER TABLE ONLY public.index_composite FORCE ROW LEVEL SECURITY;


ALTER TABLE public.index_composite OWNER TO polyclinic_schema_owner;

--
-- Name: index_date; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.index_date (
    tenant_id integer NOT NULL,
    param integer NOT NULL,
    low timestamp with time zone NOT NULL,
    high timestamp with time zone NOT NULL,
    rid bigint NOT NULL
);

ALTER TABLE ONLY public.index_date FORCE ROW LEVEL SECURITY;


ALTER TABLE public.index_date OWNER TO polyclinic_schema_owner;

--
-- Name: index_number; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.index_number (
    tenant_id integer NOT NULL,
    param integer NOT NULL,
    low double precision NOT NULL,
    high double precision NOT NULL,
    rid bigint NOT NULL
);

ALTER TABLE ONLY public.index_number FORCE ROW LEVEL SECURITY;


ALTER TABLE public.index_number OWNER TO polyclinic_schema_owner;

--
-- Name: index_quantity; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.index_quantity (
    tenant_id integer NOT NULL,
    param integer NOT NULL,
    code bigint NOT NULL,
    system bigint NOT NULL,
    low double precision NOT NULL,
    high double precision NOT NULL,
    rid bigint NOT NULL
);

ALTER TABLE ONLY public.index_quantity FORCE ROW LEVEL SECURITY;


ALTER TABLE public.index_quantity OWNER TO polyclinic_schema_owner;

--
-- Name: index_reference; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.index_reference (
    tenant_id integer NOT NULL,
    param integer NOT NULL,
    target bigint NOT NULL,
    type integer NOT NULL,
    version bigint NOT NULL,
    rid bigint NOT NULL
);

ALTER TABLE ONLY public.index_reference FORCE ROW LEVEL SECURITY;


ALTER TABLE public.index_reference OWNER TO polyclinic_schema_owner;

--
-- Name: index_string; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.index_string (
    tenant_id integer NOT NULL,
    param integer NOT NULL,
    value text NOT NULL COLLATE pg_catalog."C",
    exact bigint NOT NULL,
    rid bigint NOT NULL
);

ALTER TABLE ONLY public.index_string FORCE ROW LEVEL SECURITY;


ALTER TABLE public.index_string OWNER TO polyclinic_schema_owner;

--
-- Name: index_token; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.index_token (
    tenant_id integer NOT NULL,
    param integer NOT NULL,
    code bigint NOT NULL,
    system bigint NOT NULL,
    rid bigint NOT NULL
);

ALTER TABLE ONLY public.index_token FORCE ROW LEVEL SECURITY;


ALTER TABLE public.index_token OWNER TO polyclinic_schema_owner;

--
-- Name: index_uri; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.index_uri (
    tenant_id integer NOT NULL,
    param integer NOT NULL,
    value text NOT NULL COLLATE pg_catalog."C",
    rid bigint NOT NULL
);

ALTER TABLE ONLY public.index_uri FORCE ROW LEVEL SECURITY;


ALTER TABLE public.index_uri OWNER TO polyclinic_schema_owner;

--
-- Name: job; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.job (
    tenant_id integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    status text NOT NULL,
    wish text NOT NULL,
    body bytea,
    state text NOT NULL,
    requested_by text NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    CONSTRAINT job_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY public.job FORCE ROW LEVEL SECURITY;


ALTER TABLE public.job OWNER TO polyclinic_schema_owner;

--
-- Name: one_time_code; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.one_time_code (
    tenant_id integer NOT NULL,
    realm text NOT NULL COLLATE pg_catalog."C",
    selector text NOT NULL COLLATE pg_catalog."C",
    account text NOT NULL COLLATE pg_catalog."C",
    purpose text NOT NULL COLLATE pg_catalog."C",
    secret bytea NOT NULL,
    tries integer NOT NULL,
    created timestamp with time zone NOT NULL,
    expires timestamp with time zone NOT NULL,
    CONSTRAINT one_time_code_purpose_check CHECK ((purpose = ANY (ARRAY['activation'::text, 'reset'::text, 'sign-in'::text])))
);

ALTER TABLE ONLY public.one_time_code FORCE ROW LEVEL SECURITY;


ALTER TABLE public.one_time_code OWNER TO polyclinic_schema_owner;

--
-- Name: refresh_token; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.refresh_token (
    tenant_id integer NOT NULL,
    realm text NOT NULL COLLATE pg_catalog."C",
    hash bytea NOT NULL,
    app_grant text NOT NULL COLLATE pg_catalog."C",
    issued timestamp with time zone NOT NULL,
    expires timestamp with time zone NOT NULL,
    used timestamp with time zone
);

ALTER TABLE ONLY public.refresh_token FORCE ROW LEVEL SECURITY;


ALTER TABLE public.refresh_token OWNER TO polyclinic_schema_owner;

--
-- Name: resource; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.resource (
    tenant_id integer NOT NULL,
    type integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    rid bigint NOT NULL,
    id_hash bigint NOT NULL,
    version bigint NOT NULL,
    updated timestamp with time zone NOT NULL,
    present bigint DEFAULT 0 NOT NULL,
    pack smallint NOT NULL,
    deleted boolean NOT NULL,
    content bytea
);
ALTER TABLE ONLY public.resource ALTER COLUMN content SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.resource FORCE ROW LEVEL SECURITY;


ALTER TABLE public.resource OWNER TO polyclinic_schema_owner;

--
-- Name: resource_history; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.resource_history (
    tenant_id integer NOT NULL,
    type integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    rid bigint NOT NULL,
    updated timestamp with time zone NOT NULL,
    pack smallint NOT NULL,
    deleted boolean NOT NULL,
    content bytea
);
ALTER TABLE ONLY public.resource_history ALTER COLUMN content SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.resource_history FORCE ROW LEVEL SECURITY;


ALTER TABLE public.resource_history OWNER TO polyclinic_schema_owner;

--
-- Name: schema_version; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.schema_version (
    set text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    applied timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE public.schema_version OWNER TO polyclinic_schema_owner;

--
-- Name: session; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.session (
    tenant_id integer NOT NULL,
    realm text NOT NULL COLLATE pg_catalog."C",
    hash bytea NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    account text NOT NULL COLLATE pg_catalog."C",
    device text NOT NULL,
    address text NOT NULL,
    started timestamp with time zone NOT NULL,
    last_seen timestamp with time zone NOT NULL,
    expires timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.session FORCE ROW LEVEL SECURITY;


ALTER TABLE public.session OWNER TO polyclinic_schema_owner;

--
-- Name: signing_key; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.signing_key (
    tenant_id integer NOT NULL,
    realm text NOT NULL COLLATE pg_catalog."C",
    kid text NOT NULL COLLATE pg_catalog."C",
    private_key bytea NOT NULL,
    public_key text NOT NULL,
    created timestamp with time zone NOT NULL,
    retired timestamp with time zone,
    CONSTRAINT signing_key_realm_check CHECK ((realm = ANY (ARRAY['patient'::text, 'provider'::text])))
);

ALTER TABLE ONLY public.signing_key FORCE ROW LEVEL SECURITY;


ALTER TABLE public.signing_key OWNER TO polyclinic_schema_owner;

--
-- Data for Name: access_token; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.access_token (tenant_id, realm, hash, id, client, audience, scopes, issued, expires, app_grant, words) FROM stdin;
101	system	\\x38c0e2f6a6c4ae5925add5176afc81ec88eff24db750f3c4abb1166a57621886	662e43d5-999e-464b-bf8b-b4553b70247d	96723be0-4eb2-47f3-85a8-9241e32ba63c	fhir-api	[{"level":"system","type":"*","verbs":"cruds"}]	2026-12-01 01:27:12.379738+00	2026-12-01 02:27:12.379738+00	\N	
\.


--
-- Data for Name: account; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.account (tenant_id, realm, id, username, username_key, email, fhir_user, birth_date, language, password, disabled, version, created, updated, activated, password_changed, last_sign_in) FROM stdin;
101	patient	a16e9202-84d9-484a-b96d-8408581008b2	ana	ana	\N	Patient/p1	\N	\N	\N	f	1	2026-12-01 01:27:12.613917+00	2026-12-01 01:27:12.613917+00	\N	\N	\N
\.


--
-- Data for Name: app_grant; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.app_grant (tenant_id, realm, id, account, client, patient, scopes, words, created, ends, last_used, ended, ended_by) FROM stdin;
\.


--
-- Data for Name: audit_event; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.audit_event (tenant_id, id, at, request, agent_kind, agent, address, action, interaction, type, resource_id, outcome, count) FROM stdin;
101	915413693880138380	2026-12-01 01:27:12.185521+00	ab572905d26d8ae7	operator-client	command-line	127.0.0.1	C	tenant-create	0	old-own	0	1
101	915413694568004237	2026-12-01 01:27:12.349378+00	abf741066a7e442a	operator-client	command-line	127.0.0.1	C	client-create	0	96723be0-4eb2-47f3-85a8-9241e32ba63c	0	1
101	915413694735776398	2026-12-01 01:27:12.38933+00	fce11224bd59797c	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	E	token	0	\N	0	1
101	915413695075515024	2026-12-01 01:27:12.470318+00	36c12b6ee4e29984	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	C	update	286294188	p0	0	1
101	915413695461390994	2026-12-01 01:27:12.562617+00	0c2f4ec0bd2e1882	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	C	update	-1806166222	o00	0	1
101	915413695520111252	2026-12-01 01:27:12.576592+00	f13e5f7edeff40c3	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	C	update	-1806166222	o01	0	1
101	915413695541082774	2026-12-01 01:27:12.581018+00	6c8c5723eb7c3e52	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	C	update	-1806166222	o02	0	1
101	915413695549471384	2026-12-01 01:27:12.583379+00	34a7367cbc85fb87	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	C	update	286294188	p1	0	1
101	915413695557859994	2026-12-01 01:27:12.58527+00	e27d0d04109a6107	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	C	update	-1806166222	o10	0	1
101	915413695562054300	2026-12-01 01:27:12.586716+00	da176b6b113c990f	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	C	update	-1806166222	o11	0	1
101	915413695570442910	2026-12-01 01:27:12.58842+00	37bde2585818d214	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	C	update	-1806166222	o12	0	1
101	915413695574637216	2026-12-01 01:27:12.589822+00	795b2d2223af1beb	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	C	update	286294188	p2	0	1
101	915413695583025826	2026-12-01 01:27:12.591661+00	cb8a83a33006e928	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	C	update	-1806166222	o20	0	1
101	915413695595608740	2026-12-01 01:27:12.594107+00	15ea764dbd6b6134	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	C	update	-1806166222	o21	0	1
101	915413695612385958	2026-12-01 01:27:12.598832+00	deaed1913ee4128e	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	C	update	-1806166222	o22	0	1
101	915413695620774567	2026-12-01 01:27:12.600548+00	21ed4ccc477e06df	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	U	update	286294188	p1	0	1
101	915413695641746088	2026-12-01 01:27:12.605354+00	d542a3af6c12b867	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	D	delete	-1806166222	o00	0	1
101	915413695809518249	2026-12-01 01:27:12.645494+00	632409d27ffec34d	operator-client	command-line	127.0.0.1	C	account-invite	0	a16e9202-84d9-484a-b96d-8408581008b2	0	1
101	915413695834684074	2026-12-01 01:27:12.651118+00	2062c4b5e6eb5d91	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	R	read	286294188	p1	0	1
101	915413695876627115	2026-12-01 01:27:12.661734+00	bba6d3604584ff75	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	R	vread	286294188	p1	0	1
101	915413695889210028	2026-12-01 01:27:12.664317+00	75ba56ea8b738982	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	R	read	286294188	p0	0	1
101	915413695901792941	2026-12-01 01:27:12.667144+00	44a694c5a73a9ed2	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	R	read	-1806166222	o11	0	1
101	915413695964707502	2026-12-01 01:27:12.68212+00	9185e3f0c663791d	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	E	search-type	-1806166222	\N	0	3
101	915413695994067631	2026-12-01 01:27:12.689126+00	da0841bcd94e4d87	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	E	search-type	-1806166222	\N	0	0
101	915413696019233456	2026-12-01 01:27:12.695626+00	ccf8be3a767bcdb7	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	E	search-type	286294188	\N	0	2
101	915413696036010673	2026-12-01 01:27:12.699082+00	a86481a7bd313288	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	E	search-type	286294188	\N	0	1
101	915413696040204978	2026-12-01 01:27:12.700389+00	a39239094846be1a	system	96723be0-4eb2-47f3-85a8-9241e32ba63c	127.0.0.1	R	read	-1806166222	o00	4	0
\.


--
-- Data for Name: audit_seal; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.audit_seal (tenant_id, sequence, through, events, hash, sealed) FROM stdin;
\.


--
-- Data for Name: auth_request; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.auth_request (tenant_id, realm, id, state, client, redirect_uri, wish, session, auth_time, code, code_expires, app_grant, signed_in_since, created, expires) FROM stdin;
\.


--
-- Data for Name: client; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.client (tenant_id, id, name, kind, type, redirect_uris, launch_uri, scopes, jwks, jwks_uri, secret, disabled, version, created, updated, publisher, description, policy_uri, terms_uri, facts, offered, access_seconds) FROM stdin;
101	96723be0-4eb2-47f3-85a8-9241e32ba63c	feed	backend-service	confidential-symmetric	{}	\N	system/*.cruds	\N	\N	\\x9834360219498ecad6a98733db36327ed1fc24d3d84fc4ffcf1d93ed6271e136	f	1	2026-12-01 01:27:12.298651+00	2026-12-01 01:27:12.298651+00	\N	\N	\N	\N	\N	f	\N
\.


--
-- Data for Name: index_composite; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_composite (tenant_id, param, code1, system1, low1, high1, code2, system2, low2, high2, rid) FROM stdin;
101	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	61	61	915413695520111251
101	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	61	61	915413695520111251
101	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	62	62	915413695536888469
101	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	62	62	915413695536888469
101	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	60	60	915413695557859993
101	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	60	60	915413695557859993
101	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	61	61	915413695562054299
101	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	61	61	915413695562054299
101	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	62	62	915413695570442909
101	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	62	62	915413695570442909
101	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	60	60	915413695583025825
101	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	60	60	915413695583025825
101	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	61	61	915413695595608739
101	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	61	61	915413695595608739
101	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	62	62	915413695612385957
101	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	62	62	915413695612385957
\.


--
-- Data for Name: index_date; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_date (tenant_id, param, low, high, rid) FROM stdin;
101	-1303476322	1980-04-01 00:00:00+00	1980-04-01 23:59:59.999999+00	915413695075515023
101	1068328801	2026-02-02 00:00:00+00	2026-02-02 23:59:59.999999+00	915413695520111251
101	1068328801	2026-03-02 00:00:00+00	2026-03-02 23:59:59.999999+00	915413695536888469
101	-1303476322	1981-04-02 00:00:00+00	1981-04-02 23:59:59.999999+00	915413695549471383
101	1068328801	2026-01-02 00:00:00+00	2026-01-02 23:59:59.999999+00	915413695557859993
101	1068328801	2026-02-02 00:00:00+00	2026-02-02 23:59:59.999999+00	915413695562054299
101	1068328801	2026-03-02 00:00:00+00	2026-03-02 23:59:59.999999+00	915413695570442909
101	-1303476322	1982-04-03 00:00:00+00	1982-04-03 23:59:59.999999+00	915413695574637215
101	1068328801	2026-01-02 00:00:00+00	2026-01-02 23:59:59.999999+00	915413695583025825
101	1068328801	2026-02-02 00:00:00+00	2026-02-02 23:59:59.999999+00	915413695595608739
101	1068328801	2026-03-02 00:00:00+00	2026-03-02 23:59:59.999999+00	915413695612385957
\.


--
-- Data for Name: index_number; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_number (tenant_id, param, low, high, rid) FROM stdin;
\.


--
-- Data for Name: index_quantity; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_quantity (tenant_id, param, code, system, low, high, rid) FROM stdin;
101	-966301460	-114811791070211808	6674380260319518311	61	61	915413695520111251
101	-648054056	-114811791070211808	6674380260319518311	61	61	915413695520111251
101	-966301460	-114811791070211808	6674380260319518311	62	62	915413695536888469
101	-648054056	-114811791070211808	6674380260319518311	62	62	915413695536888469
101	-966301460	-114811791070211808	6674380260319518311	60	60	915413695557859993
101	-648054056	-114811791070211808	6674380260319518311	60	60	915413695557859993
101	-966301460	-114811791070211808	6674380260319518311	61	61	915413695562054299
101	-648054056	-114811791070211808	6674380260319518311	61	61	915413695562054299
101	-966301460	-114811791070211808	6674380260319518311	62	62	915413695570442909
101	-648054056	-114811791070211808	6674380260319518311	62	62	915413695570442909
101	-966301460	-114811791070211808	6674380260319518311	60	60	915413695583025825
101	-648054056	-114811791070211808	6674380260319518311	60	60	915413695583025825
101	-966301460	-114811791070211808	6674380260319518311	61	61	915413695595608739
101	-648054056	-114811791070211808	6674380260319518311	61	61	915413695595608739
101	-966301460	-114811791070211808	6674380260319518311	62	62	915413695612385957
101	-648054056	-114811791070211808	6674380260319518311	62	62	915413695612385957
\.


--
-- Data for Name: index_reference; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_reference (tenant_id, param, target, type, version, rid) FROM stdin;
101	-1995886178	6355461060454729261	286294188	0	915413695520111251
101	1434619871	6355461060454729261	286294188	0	915413695520111251
101	-1995886178	6355461060454729261	286294188	0	915413695536888469
101	1434619871	6355461060454729261	286294188	0	915413695536888469
101	-1995886178	-3726168162697485468	286294188	0	915413695557859993
101	1434619871	-3726168162697485468	286294188	0	915413695557859993
101	-1995886178	-3726168162697485468	286294188	0	915413695562054299
101	1434619871	-3726168162697485468	286294188	0	915413695562054299
101	-1995886178	-3726168162697485468	286294188	0	915413695570442909
101	1434619871	-3726168162697485468	286294188	0	915413695570442909
101	-1995886178	-529836904946490447	286294188	0	915413695583025825
101	1434619871	-529836904946490447	286294188	0	915413695583025825
101	-1995886178	-529836904946490447	286294188	0	915413695595608739
101	1434619871	-529836904946490447	286294188	0	915413695595608739
101	-1995886178	-529836904946490447	286294188	0	915413695612385957
101	1434619871	-529836904946490447	286294188	0	915413695612385957
\.


--
-- Data for Name: index_string; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_string (tenant_id, param, value, exact, rid) FROM stdin;
101	-1692214956	ana	-5612089947155372849	915413695075515023
101	-1692214956	gomez0	1578073263326693070	915413695075515023
101	-895983401	ana	-5612089947155372849	915413695075515023
101	471862345	ana	-5612089947155372849	915413695075515023
101	471862345	gomez0	1578073263326693070	915413695075515023
101	1464178645	gomez0	1578073263326693070	915413695075515023
101	-1692214956	ana	-5612089947155372849	915413695549471383
101	-1692214956	gomez1	-1717621570335810330	915413695549471383
101	-895983401	ana	-5612089947155372849	915413695549471383
101	471862345	ana	-5612089947155372849	915413695549471383
101	471862345	gomez1	-1717621570335810330	915413695549471383
101	1464178645	gomez1	-1717621570335810330	915413695549471383
101	-1692214956	ana	-5612089947155372849	915413695574637215
101	-1692214956	gomez2	-5372230584178178456	915413695574637215
101	-895983401	ana	-5612089947155372849	915413695574637215
101	471862345	ana	-5612089947155372849	915413695574637215
101	471862345	gomez2	-5372230584178178456	915413695574637215
101	1464178645	gomez2	-5372230584178178456	915413695574637215
101	-1692214956	maria	-2988435309283198436	915413695549471383
101	-895983401	maria	-2988435309283198436	915413695549471383
101	471862345	maria	-2988435309283198436	915413695549471383
\.


--
-- Data for Name: index_token; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_token (tenant_id, param, code, system, rid) FROM stdin;
101	-1929381078	4892910023070901890	0	915413695075515023
101	413698945	5750680624172217824	8018840200504817950	915413695075515023
101	-1658567930	-1788092462419420419	7278855887801360420	915413695520111251
101	-635338142	-1788092462419420419	7278855887801360420	915413695520111251
101	1433030270	-4721658536793061660	1845258438829643095	915413695520111251
101	-1658567930	-1788092462419420419	7278855887801360420	915413695536888469
101	-635338142	-1788092462419420419	7278855887801360420	915413695536888469
101	1433030270	-4721658536793061660	1845258438829643095	915413695536888469
101	-1929381078	4892910023070901890	0	915413695549471383
101	-1658567930	-1788092462419420419	7278855887801360420	915413695557859993
101	-635338142	-1788092462419420419	7278855887801360420	915413695557859993
101	1433030270	-4721658536793061660	1845258438829643095	915413695557859993
101	-1658567930	-1788092462419420419	7278855887801360420	915413695562054299
101	-635338142	-1788092462419420419	7278855887801360420	915413695562054299
101	1433030270	-4721658536793061660	1845258438829643095	915413695562054299
101	-1658567930	-1788092462419420419	7278855887801360420	915413695570442909
101	-635338142	-1788092462419420419	7278855887801360420	915413695570442909
101	1433030270	-4721658536793061660	1845258438829643095	915413695570442909
101	-1929381078	4892910023070901890	0	915413695574637215
101	413698945	2995161461640022127	8018840200504817950	915413695574637215
101	-1658567930	-1788092462419420419	7278855887801360420	915413695583025825
101	-635338142	-1788092462419420419	7278855887801360420	915413695583025825
101	1433030270	-4721658536793061660	1845258438829643095	915413695583025825
101	-1658567930	-1788092462419420419	7278855887801360420	915413695595608739
101	-635338142	-1788092462419420419	7278855887801360420	915413695595608739
101	1433030270	-4721658536793061660	1845258438829643095	915413695595608739
101	-1658567930	-1788092462419420419	7278855887801360420	915413695612385957
101	-635338142	-1788092462419420419	7278855887801360420	915413695612385957
101	1433030270	-4721658536793061660	1845258438829643095	915413695612385957
\.


--
-- Data for Name: index_uri; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_uri (tenant_id, param, value, rid) FROM stdin;
\.


--
-- Data for Name: job; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.job (tenant_id, id, kind, status, wish, body, state, requested_by, created, updated) FROM stdin;
\.


--
-- Data for Name: one_time_code; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.one_time_code (tenant_id, realm, selector, account, purpose, secret, tries, created, expires) FROM stdin;
101	patient	61WX4	a16e9202-84d9-484a-b96d-8408581008b2	activation	\\x42c564d2bc8b67357f867adf3624b7c20fea8bb0ca3e27c3e8a3b35afcccb600	0	2026-12-01 01:27:12.64097+00	2026-12-15 01:27:12.64097+00
\.


--
-- Data for Name: refresh_token; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.refresh_token (tenant_id, realm, hash, app_grant, issued, expires, used) FROM stdin;
\.


--
-- Data for Name: resource; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.resource (tenant_id, type, id, rid, id_hash, version, updated, present, pack, deleted, content) FROM stdin;
101	286294188	p0	915413695075515023	6355461060454729261	1	2026-12-01 01:27:12.47+00	38578176	40	f	\\x28b52ffd6301004350500085030084035070315430313a32373a31322e3437306f6c642d6f776e7d476f6d657a30416e6138302d30342d3031222e2f6d726e223a226d30227d5d7d11fc72b6c14997b9d5b7da1470d68f8a14e1b727ee7defd7ad593e768329bbcae9bb743d9a84f5fb789a6738104f5cb2ebbf72c73274
101	-1806166222	o01	915413695520111251	5134149813581367338	1	2026-12-01 01:27:12.576+00	1314276846144	40	f	\\x28b52ffd6301004350c300bd02006342073b081ae9821693ee2d90810b75b2c0055e0fbc0fc68fb3239c159e712111fc06390d70abf8ce29d09636d266843611c87107531bb0179bc1db7e7ff3ae7387572630e39a71eb13e839dedf8ebec5d3afb4cce111
101	-1806166222	o02	915413695536888469	-2034626638847959998	1	2026-12-01 01:27:12.58+00	1314276846144	40	f	\\x28b52ffd6301004350c300c502004302073b9074418b49f716c8c0853a59e082f57ae07d307e9c1de1acd0b81012fc5e310d70ab20529c91f9c9384e1d9136119de2f6989060db328383fd4ecebbda0e4f4860c649025498722d73ee9742df22e0570633900b
101	-1806166222	o10	915413695557859993	-4523967631485401142	1	2026-12-01 01:27:12.585+00	1314276846144	40	f	\\x28b52ffd6301004350c3007d020043020704adce8a74418b49f716c8c0853a59e0c27ae07d307e9c1de18e0b010ffc515dba9c9327b7b40aadf89c88b83d6919d88ecde06cbf9379bb7accc1e736c1cf070a54f3cbbe45e1af0cc60c15
101	-1806166222	o11	915413695562054299	8176354763888166894	1	2026-12-01 01:27:12.586+00	1314276846144	40	f	\\x28b52ffd6301004350c300c502005342073b085a17b498746f810c5ca893052ef47ae07d307e9c1de1acf08e0b0111fc06390d70abf8ce29d09636c2d460dbc5e747c6ed49b1c0766c0667fb9dccbbda1d9e4c60c669c6ad4fc873bcbf187d0ba65f69c9cd23
101	-1806166222	o12	915413695570442909	592057589908230607	1	2026-12-01 01:27:12.588+00	1314276846144	40	f	\\x28b52ffd6301004350c300cd02006342073b90a075418b49f716c8c0853a59e042f77ae07d307e9c1de1acf0b81012fc06390d70ab209d53e19636c471aa7f159f5dc4ad1a3bc29e68068ffcfd5dbb0e1a5e8bc08c6b05a874e41ae7dc2fa3bec5ff57a4a3910b
101	286294188	p2	915413695574637215	-529836904946490447	1	2026-12-01 01:27:12.589+00	38578176	40	f	\\x28b52ffd630100435050009d030093830d3ba0b04304a805117c88600b5fd0420b3c4490566a85fd5ba0019e0169810b3ad80219b850270b5ce8f5c0fb60fc383bc2596117861012fc72b6c14997b9d5b7da1470d68f8a14e1b727ee7defd7ad593e768329bb4a7d976e7c8cff8f4d1967a256fa65cd818870c99ef52b4018de04
101	-1806166222	o20	915413695583025825	-4625612840022551239	1	2026-12-01 01:27:12.591+00	1314276846144	40	f	\\x28b52ffd6301004350c30075020073420704adce8a6017b498746f810c5ca893052e9caf07de07e3c7d9110eb9100efc515dba9c9327b7b4ea7048b079dc4c5613b6573338edef64db5d0d73362615f241359fe75b68fcca239dcf01
101	-1806166222	o21	915413695595608739	-3309063601932518755	1	2026-12-01 01:27:12.594+00	1314276846144	40	f	\\x28b52ffd6301004350c300c502006342073b081a76418b49f716c8c0853a59e082af07de07e3c7d911ce0a0fb91011fc06390d70abf8ce29d09636c2d420b456c208e3568d14614f348347fefeae5d070daf4560c659e3e6b5f870bcbf587c8ba65f69f9ca23
101	-1806166222	o22	915413695612385957	-1513569097373024151	1	2026-12-01 01:27:12.598+00	1314276846144	40	f	\\x28b52ffd6301004350c300d502007382073b90a06117b498746f810c5ca893052eb4af07de07e3c7d911ce0a910b0112fc06390d70ab209d53e19636c471aafaab04e38d9bc902c0f66a06a7fd9d6c77b5383c8dc08c7305a8f0cd35c8b95fa2be45fcaf48672017
101	286294188	p1	915413695549471383	-3726168162697485468	2	2026-12-01 01:27:12.6+00	38053888	40	f	\\x28b52ffd63010043501500d5020053c30b3b4480566a75fd56f8c20341042c10c16f81067706a4052ee8600b64e0429d2c18f1c0fb60fc383bc259e1611786100cfc2fee0fa09eccb10b45d955f5dd00638fb111d073c282d444d95f8303599c4bf6f357a42b140c
101	-1806166222	o00	915413695461390993	-4628645702964226914	2	2026-12-01 01:27:12.605+00	0	40	t	\N
\.


--
-- Data for Name: resource_history; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.resource_history (tenant_id, type, id, version, rid, updated, pack, deleted, content) FROM stdin;
101	286294188	p1	1	915413695549471383	2026-12-01 01:27:12.583+00	40	f	\\x28b52ffd63010043505000ad0300c3030e3ba0b04304a705117c88600b5fd0420bca803c4480566a75fd5ba0c19d0169810b3ad80219b850270bd9eb81f7c1f8717684b3c2ebc2100211fc72b6319cf076d5277153feaf9fc153846d9fb83e805f1715e2b17ba0ec52f5ddddb1c7f800102baee392fd5d73205872c92afdcae6b41001
101	-1806166222	o00	1	915413695461390993	2026-12-01 01:27:12.562+00	40	f	\\x28b52ffd6301004350c30075020063420704adce8a74418b49f716c8c0853a59e00292f5c0fb60fc383bc21917020efc515dba9c9327b7b486469b7811717bd232b01d9bc1d97e27f376f598039854d407d57c04df42f92b2d753e07
\.


--
-- Data for Name: schema_version; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.schema_version (set, number, name, applied) FROM stdin;
tenant	1	0001_resources.sql	2026-12-01 01:27:12.023498+00
tenant	2	0002_clients.sql	2026-12-01 01:27:12.047437+00
tenant	3	0003_audit_jobs.sql	2026-12-01 01:27:12.0545+00
tenant	4	0004_patients.sql	2026-12-01 01:27:12.066314+00
\.


--
-- Data for Name: session; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.session (tenant_id, realm, hash, id, account, device, address, started, last_seen, expires) FROM stdin;
\.


--
-- Data for Name: signing_key; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.signing_key (tenant_id, realm, kid, private_key, public_key, created, retired) FROM stdin;
\.


--
-- Name: access_token access_token_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.access_token
    ADD CONSTRAINT access_token_pkey PRIMARY KEY (tenant_id, realm, hash);


--
-- Name: account account_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (tenant_id, realm, id);


--
-- Name: app_grant app_grant_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.app_grant
    ADD CONSTRAINT app_grant_pkey PRIMARY KEY (tenant_id, realm, id);


--
-- Name: audit_event audit_event_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT audit_event_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: audit_seal audit_seal_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.audit_seal
    ADD CONSTRAINT audit_seal_pkey PRIMARY KEY (tenant_id, sequence);


--
-- Name: auth_request auth_request_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.auth_request
    ADD CONSTRAINT auth_request_pkey PRIMARY KEY (tenant_id, realm, id);


--
-- Name: client client_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.client
    ADD CONSTRAINT client_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: index_composite index_composite_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.index_composite
    ADD CONSTRAINT index_composite_pkey PRIMARY KEY (tenant_id, param, code1, code2, low2, rid, system1, system2, low1, high1, high2);


--
-- Name: index_date index_date_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.index_date
    ADD CONSTRAINT index_date_pkey PRIMARY KEY (tenant_id, param, low, rid, high);


--
-- Name: index_number index_number_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.index_number
    ADD CONSTRAINT index_number_pkey PRIMARY KEY (tenant_id, param, low, rid, high);


--
-- Name: index_quantity index_quantity_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.index_quantity
    ADD CONSTRAINT index_quantity_pkey PRIMARY KEY (tenant_id, param, low, rid, high, code, system);


--
-- Name: index_reference index_reference_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.index_reference
    ADD CONSTRAINT index_reference_pkey PRIMARY KEY (tenant_id, param, target, rid, type, version);


--
-- Name: index_string index_string_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.index_string
    ADD CONSTRAINT index_string_pkey PRIMARY KEY (tenant_id, param, value, rid, exact);


--
-- Name: index_token index_token_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.index_token
    ADD CONSTRAINT index_token_pkey PRIMARY KEY (tenant_id, param, code, rid, system);


--
-- Name: index_uri index_uri_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.index_uri
    ADD CONSTRAINT index_uri_pkey PRIMARY KEY (tenant_id, param, value, rid);


--
-- Name: job job_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: one_time_code one_time_code_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.one_time_code
    ADD CONSTRAINT one_time_code_pkey PRIMARY KEY (tenant_id, realm, selector);


--
-- Name: one_time_code one_time_code_tenant_id_realm_account_purpose_key; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.one_time_code
    ADD CONSTRAINT one_time_code_tenant_id_realm_account_purpose_key UNIQUE (tenant_id, realm, account, purpose);


--
-- Name: refresh_token refresh_token_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.refresh_token
    ADD CONSTRAINT refresh_token_pkey PRIMARY KEY (tenant_id, realm, hash);


--
-- Name: resource_history resource_history_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.resource_history
    ADD CONSTRAINT resource_history_pkey PRIMARY KEY (tenant_id, type, id, version);


--
-- Name: resource resource_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.resource
    ADD CONSTRAINT resource_pkey PRIMARY KEY (tenant_id, type, id);


--
-- Name: schema_version schema_version_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (set, number);


--
-- Name: session session_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (tenant_id, realm, hash);


--
-- Name: session session_tenant_id_realm_id_key; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_tenant_id_realm_id_key UNIQUE (tenant_id, realm, id);


--
-- Name: signing_key signing_key_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.signing_key
    ADD CONSTRAINT signing_key_pkey PRIMARY KEY (tenant_id, realm, kid);


--
-- Name: access_token_client; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX access_token_client ON public.access_token USING btree (tenant_id, client, expires);


--
-- Name: access_token_grant; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX access_token_grant ON public.access_token USING btree (tenant_id, realm, app_grant) WHERE (app_grant IS NOT NULL);


--
-- Name: account_fhir_user; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE UNIQUE INDEX account_fhir_user ON public.account USING btree (tenant_id, realm, fhir_user);


--
-- Name: account_username; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE UNIQUE INDEX account_username ON public.account USING btree (tenant_id, realm, username_key);


--
-- Name: app_grant_account; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX app_grant_account ON public.app_grant USING btree (tenant_id, realm, account);


--
-- Name: app_grant_client; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX app_grant_client ON public.app_grant USING btree (tenant_id, client);


--
-- Name: audit_event_about_patient; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX audit_event_about_patient ON public.audit_event USING btree (tenant_id, type, resource_id, id) WHERE ((agent_kind <> ALL (ARRAY['patient'::text, 'patient-app'::text])) AND (type = ANY (ARRAY[0, 286294188])) AND (resource_id IS NOT NULL));


--
-- Name: audit_event_patient; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX audit_event_patient ON public.audit_event USING btree (tenant_id, agent, id) WHERE (agent_kind = ANY (ARRAY['patient'::text, 'patient-app'::text]));


--
-- Name: auth_request_code; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE UNIQUE INDEX auth_request_code ON public.auth_request USING btree (tenant_id, realm, code) WHERE (code IS NOT NULL);


--
-- Name: auth_request_expires; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX auth_request_expires ON public.auth_request USING btree (tenant_id, expires);


--
-- Name: index_date_rid; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX index_date_rid ON public.index_date USING btree (tenant_id, param, rid, low, high);


--
-- Name: index_number_rid; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX index_number_rid ON public.index_number USING btree (tenant_id, param, rid);


--
-- Name: index_quantity_rid; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX index_quantity_rid ON public.index_quantity USING btree (tenant_id, param, rid);


--
-- Name: index_string_rid; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX index_string_rid ON public.index_string USING btree (tenant_id, param, rid);


--
-- Name: refresh_token_expires; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX refresh_token_expires ON public.refresh_token USING btree (tenant_id, expires);


--
-- Name: refresh_token_grant; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX refresh_token_grant ON public.refresh_token USING btree (tenant_id, realm, app_grant);


--
-- Name: resource_present; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX resource_present ON public.resource USING btree (tenant_id, type, present, rid) WHERE (NOT deleted);


--
-- Name: resource_rid; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE UNIQUE INDEX resource_rid ON public.resource USING btree (tenant_id, rid);


--
-- Name: resource_updated; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX resource_updated ON public.resource USING btree (tenant_id, type, updated, rid) WHERE (NOT deleted);


--
-- Name: session_account; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX session_account ON public.session USING btree (tenant_id, realm, account);


--
-- Name: signing_key_current; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE UNIQUE INDEX signing_key_current ON public.signing_key USING btree (tenant_id, realm) WHERE (retired IS NULL);


--
-- Name: access_token access_token_grant; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.access_token
    ADD CONSTRAINT access_token_grant FOREIGN KEY (tenant_id, realm, app_grant) REFERENCES public.app_grant(tenant_id, realm, id) ON DELETE CASCADE;


--
-- Name: access_token access_token_tenant_id_client_fkey; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.access_token
    ADD CONSTRAINT access_token_tenant_id_client_fkey FOREIGN KEY (tenant_id, client) REFERENCES public.client(tenant_id, id) ON DELETE CASCADE;


--
-- Name: app_grant app_grant_tenant_id_client_fkey; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.app_grant
    ADD CONSTRAINT app_grant_tenant_id_client_fkey FOREIGN KEY (tenant_id, client) REFERENCES public.client(tenant_id, id) ON DELETE CASCADE;


--
-- Name: app_grant app_grant_tenant_id_realm_account_fkey; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.app_grant
    ADD CONSTRAINT app_grant_tenant_id_realm_account_fkey FOREIGN KEY (tenant_id, realm, account) REFERENCES public.account(tenant_id, realm, id) ON DELETE CASCADE;


--
-- Name: auth_request auth_request_tenant_id_client_fkey; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.auth_request
    ADD CONSTRAINT auth_request_tenant_id_client_fkey FOREIGN KEY (tenant_id, client) REFERENCES public.client(tenant_id, id) ON DELETE CASCADE;


--
-- Name: auth_request auth_request_tenant_id_realm_app_grant_fkey; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.auth_request
    ADD CONSTRAINT auth_request_tenant_id_realm_app_grant_fkey FOREIGN KEY (tenant_id, realm, app_grant) REFERENCES public.app_grant(tenant_id, realm, id) ON DELETE CASCADE;


--
-- Name: one_time_code one_time_code_tenant_id_realm_account_fkey; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.one_time_code
    ADD CONSTRAINT one_time_code_tenant_id_realm_account_fkey FOREIGN KEY (tenant_id, realm, account) REFERENCES public.account(tenant_id, realm, id) ON DELETE CASCADE;


--
-- Name: refresh_token refresh_token_tenant_id_realm_app_grant_fkey; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.refresh_token
    ADD CONSTRAINT refresh_token_tenant_id_realm_app_grant_fkey FOREIGN KEY (tenant_id, realm, app_grant) REFERENCES public.app_grant(tenant_id, realm, id) ON DELETE CASCADE;


--
-- Name: session session_tenant_id_realm_account_fkey; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_tenant_id_realm_account_fkey FOREIGN KEY (tenant_id, realm, account) REFERENCES public.account(tenant_id, realm, id) ON DELETE CASCADE;


--
-- Name: access_token; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.access_token ENABLE ROW LEVEL SECURITY;

--
-- Name: account; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.account ENABLE ROW LEVEL SECURITY;

--
-- Name: app_grant; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.app_grant ENABLE ROW LEVEL SECURITY;

--
-- Name: audit_event; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.audit_event ENABLE ROW LEVEL SECURITY;

--
-- Name: audit_seal; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.audit_seal ENABLE ROW LEVEL SECURITY;

--
-- Name: auth_request; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.auth_request ENABLE ROW LEVEL SECURITY;

--
-- Name: client; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.client ENABLE ROW LEVEL SECURITY;

--
-- Name: index_composite; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.index_composite ENABLE ROW LEVEL SECURITY;

--
-- Name: index_date; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.index_date ENABLE ROW LEVEL SECURITY;

--
-- Name: index_number; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.index_number ENABLE ROW LEVEL SECURITY;

--
-- Name: index_quantity; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.index_quantity ENABLE ROW LEVEL SECURITY;

--
-- Name: index_reference; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.index_reference ENABLE ROW LEVEL SECURITY;

--
-- Name: index_string; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.index_string ENABLE ROW LEVEL SECURITY;

--
-- Name: index_token; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.index_token ENABLE ROW LEVEL SECURITY;

--
-- Name: index_uri; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.index_uri ENABLE ROW LEVEL SECURITY;

--
-- Name: job; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.job ENABLE ROW LEVEL SECURITY;

--
-- Name: one_time_code; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.one_time_code ENABLE ROW LEVEL SECURITY;

--
-- Name: refresh_token; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.refresh_token ENABLE ROW LEVEL SECURITY;

--
-- Name: resource; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.resource ENABLE ROW LEVEL SECURITY;

--
-- Name: resource_history; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.resource_history ENABLE ROW LEVEL SECURITY;

--
-- Name: session; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.session ENABLE ROW LEVEL SECURITY;

--
-- Name: signing_key; Type: ROW SECURITY; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.signing_key ENABLE ROW LEVEL SECURITY;

--
-- Name: access_token tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.access_token USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: account tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.account USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: app_grant tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.app_grant USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: audit_event tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.audit_event USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: audit_seal tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.audit_seal USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: auth_request tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.auth_request USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: client tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.client USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: index_composite tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.index_composite USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: index_date tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.index_date USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: index_number tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.index_number USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: index_quantity tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.index_quantity USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: index_reference tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.index_reference USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: index_string tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.index_string USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: index_token tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.index_token USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: index_uri tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.index_uri USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: job tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.job USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: one_time_code tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.one_time_code USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: refresh_token tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.refresh_token USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: resource tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.resource USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: resource_history tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.resource_history USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: session tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.session USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: signing_key tenant; Type: POLICY; Schema: public; Owner: polyclinic_schema_owner
--

CREATE POLICY tenant ON public.signing_key USING ((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer));


--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: pg_database_owner
--

REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO polyclinic_app_tenant;
GRANT USAGE ON SCHEMA public TO polyclinic_app_system;
GRANT USAGE ON SCHEMA public TO polyclinic_backup;


--
-- Name: TABLE access_token; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.access_token TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.access_token TO polyclinic_backup;


--
-- Name: TABLE account; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.account TO polyclinic_backup;


--
-- Name: TABLE app_grant; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.app_grant TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.app_grant TO polyclinic_backup;


--
-- Name: TABLE audit_event; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT ON TABLE public.audit_event TO polyclinic_backup;
GRANT SELECT,INSERT,DELETE ON TABLE public.audit_event TO polyclinic_app_tenant;


--
-- Name: TABLE audit_seal; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT ON TABLE public.audit_seal TO polyclinic_backup;
GRANT SELECT,INSERT,DELETE ON TABLE public.audit_seal TO polyclinic_app_tenant;


--
-- Name: TABLE auth_request; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_request TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.auth_request TO polyclinic_backup;


--
-- Name: TABLE client; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.client TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.client TO polyclinic_backup;


--
-- Name: TABLE index_composite; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.index_composite TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.index_composite TO polyclinic_backup;


--
-- Name: TABLE index_date; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.index_date TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.index_date TO polyclinic_backup;


--
-- Name: TABLE index_number; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.index_number TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.index_number TO polyclinic_backup;


--
-- Name: TABLE index_quantity; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.index_quantity TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.index_quantity TO polyclinic_backup;


--
-- Name: TABLE index_reference; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.index_reference TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.index_reference TO polyclinic_backup;


--
-- Name: TABLE index_string; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.index_string TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.index_string TO polyclinic_backup;


--
-- Name: TABLE index_token; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.index_token TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.index_token TO polyclinic_backup;


--
-- Name: TABLE index_uri; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.index_uri TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.index_uri TO polyclinic_backup;


--
-- Name: TABLE job; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT ON TABLE public.job TO polyclinic_backup;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job TO polyclinic_app_tenant;


--
-- Name: TABLE one_time_code; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.one_time_code TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.one_time_code TO polyclinic_backup;


--
-- Name: TABLE refresh_token; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.refresh_token TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.refresh_token TO polyclinic_backup;


--
-- Name: TABLE resource; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.resource TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.resource TO polyclinic_backup;


--
-- Name: TABLE resource_history; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.resource_history TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.resource_history TO polyclinic_backup;


--
-- Name: TABLE schema_version; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT ON TABLE public.schema_version TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.schema_version TO polyclinic_app_system;
GRANT SELECT ON TABLE public.schema_version TO polyclinic_backup;


--
-- Name: TABLE session; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.session TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.session TO polyclinic_backup;


--
-- Name: TABLE signing_key; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.signing_key TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.signing_key TO polyclinic_backup;


--
-- PostgreSQL database dump complete
--


