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
-- Name: installation; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.installation (
    name text NOT NULL,
    value bytea NOT NULL
);


ALTER TABLE public.installation OWNER TO polyclinic_schema_owner;

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
-- Name: job_queue; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.job_queue (
    id text NOT NULL COLLATE pg_catalog."C",
    tenant integer NOT NULL,
    kind text NOT NULL,
    created timestamp with time zone NOT NULL,
    leased_until timestamp with time zone,
    cancel_wanted boolean DEFAULT false NOT NULL
);


ALTER TABLE public.job_queue OWNER TO polyclinic_schema_owner;

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
-- Name: operator_account; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.operator_account (
    id text NOT NULL COLLATE pg_catalog."C",
    username text NOT NULL,
    username_key text NOT NULL COLLATE pg_catalog."C",
    password text NOT NULL,
    disabled boolean NOT NULL,
    created timestamp with time zone NOT NULL,
    last_sign_in timestamp with time zone
);


ALTER TABLE public.operator_account OWNER TO polyclinic_schema_owner;

--
-- Name: operator_client; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.operator_client (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    secret bytea NOT NULL,
    disabled boolean NOT NULL,
    created timestamp with time zone NOT NULL,
    last_token timestamp with time zone
);


ALTER TABLE public.operator_client OWNER TO polyclinic_schema_owner;

--
-- Name: operator_event; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.operator_event (
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    request text NOT NULL,
    operator text NOT NULL,
    action text NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL
);


ALTER TABLE public.operator_event OWNER TO polyclinic_schema_owner;

--
-- Name: operator_event_number_seq; Type: SEQUENCE; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.operator_event ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.operator_event_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: operator_grant; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.operator_grant (
    id text NOT NULL COLLATE pg_catalog."C",
    operator text COLLATE pg_catalog."C",
    client text NOT NULL COLLATE pg_catalog."C",
    created timestamp with time zone NOT NULL,
    expires timestamp with time zone NOT NULL,
    revoked boolean NOT NULL
);


ALTER TABLE public.operator_grant OWNER TO polyclinic_schema_owner;

--
-- Name: operator_token; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.operator_token (
    kind text NOT NULL COLLATE pg_catalog."C",
    hash bytea NOT NULL,
    grant_id text NOT NULL COLLATE pg_catalog."C",
    expires timestamp with time zone NOT NULL,
    used boolean NOT NULL,
    redirect_uri text,
    code_challenge text,
    CONSTRAINT operator_token_kind_check CHECK ((kind = ANY (ARRAY['ticket'::text, 'code'::text, 'access'::text, 'refresh'::text])))
);


ALTER TABLE public.operator_token OWNER TO polyclinic_schema_owner;

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
-- Name: tenant; Type: TABLE; Schema: public; Owner: polyclinic_schema_owner
--

CREATE TABLE public.tenant (
    number integer NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL,
    version bigint NOT NULL,
    updated timestamp with time zone NOT NULL,
    created timestamp with time zone NOT NULL,
    trashed timestamp with time zone,
    isolation text NOT NULL,
    database text,
    base text NOT NULL,
    body text NOT NULL,
    CONSTRAINT tenant_isolation_check CHECK ((isolation = ANY (ARRAY['shared'::text, 'dedicated'::text]))),
    CONSTRAINT tenant_state_check CHECK ((state = ANY (ARRAY['provisioning'::text, 'active'::text, 'suspended'::text, 'trashed'::text, 'purging'::text, 'purged'::text])))
);


ALTER TABLE public.tenant OWNER TO polyclinic_schema_owner;

--
-- Name: tenant_number_seq; Type: SEQUENCE; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE public.tenant ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.tenant_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Data for Name: access_token; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.access_token (tenant_id, realm, hash, id, client, audience, scopes, issued, expires, app_grant, words) FROM stdin;
100	system	\\x484ac36555487e4c77c60b73201a8e74dcee15d71d988bc6a6f3e21c2fc1c3fe	ea155efe-6280-44da-91b7-4f2c11f0d18a	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	fhir-api	[{"level":"system","type":"*","verbs":"cruds"}]	2026-12-01 01:27:11.515631+00	2026-12-01 02:27:11.515631+00	\N	
\.


--
-- Data for Name: account; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.account (tenant_id, realm, id, username, username_key, email, fhir_user, birth_date, language, password, disabled, version, created, updated, activated, password_changed, last_sign_in) FROM stdin;
100	patient	752eddce-1b7f-44f7-8c6d-0f0e47365dc0	ana	ana	\N	Patient/p1	\N	\N	\N	f	1	2026-12-01 01:27:11.743938+00	2026-12-01 01:27:11.743938+00	\N	\N	\N
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
100	915413689694222949	2026-12-01 01:27:11.187064+00	200f62e56079bdba	operator-client	command-line	127.0.0.1	C	tenant-create	0	old-shared	0	1
100	915413690243676774	2026-12-01 01:27:11.318879+00	b6eb1a7f98682faf	operator-client	command-line	127.0.0.1	C	client-create	0	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	0	1
100	915413691124480615	2026-12-01 01:27:11.528404+00	853e42a49d28c27d	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	E	token	0	\N	0	1
100	915413691325807209	2026-12-01 01:27:11.576056+00	cd6ca39894ec89ef	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	C	update	286294188	p0	0	1
100	915413691736849003	2026-12-01 01:27:11.674461+00	0023fe714389a336	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	C	update	-1806166222	o00	0	1
100	915413691824929389	2026-12-01 01:27:11.695557+00	f84c6f59d82854dd	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	C	update	-1806166222	o01	0	1
100	915413691875261039	2026-12-01 01:27:11.707289+00	dd318c2509373492	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	C	update	-1806166222	o02	0	1
100	915413691887843953	2026-12-01 01:27:11.710507+00	2bc769a6332de3c4	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	C	update	286294188	p1	0	1
100	915413691900426867	2026-12-01 01:27:11.713046+00	e8ea7fed741db800	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	C	update	-1806166222	o10	0	1
100	915413691904621173	2026-12-01 01:27:11.714877+00	a4ed3cdce0036de3	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	C	update	-1806166222	o11	0	1
100	915413691913009783	2026-12-01 01:27:11.716675+00	98c362ca73fe1def	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	C	update	-1806166222	o12	0	1
100	915413691921398393	2026-12-01 01:27:11.718544+00	50fcc19fa91fefd8	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	C	update	286294188	p2	0	1
100	915413691929787003	2026-12-01 01:27:11.720236+00	263c2ce73b618631	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	C	update	-1806166222	o20	0	1
100	915413691933981309	2026-12-01 01:27:11.721728+00	ce6594d120abc1fb	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	C	update	-1806166222	o21	0	1
100	915413691942369919	2026-12-01 01:27:11.723507+00	0f2648be96fa239a	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	C	update	-1806166222	o22	0	1
100	915413691950758528	2026-12-01 01:27:11.725568+00	23956008e60f74a2	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	U	update	286294188	p1	0	1
100	915413691975924353	2026-12-01 01:27:11.731495+00	2357f39e0a1d0f41	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	D	delete	-1806166222	o00	0	1
100	915413692051421826	2026-12-01 01:27:11.749443+00	e945b076f79b5cb0	operator-client	command-line	127.0.0.1	C	account-invite	0	752eddce-1b7f-44f7-8c6d-0f0e47365dc0	0	1
100	915413692064004739	2026-12-01 01:27:11.752183+00	e4c1eafd63f3eeed	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	R	read	286294188	p1	0	1
100	915413692093364868	2026-12-01 01:27:11.759363+00	842d5fcdfe7d3350	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	R	vread	286294188	p1	0	1
100	915413692097559173	2026-12-01 01:27:11.760747+00	c6d7aeb678c19cec	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	R	read	286294188	p0	0	1
100	915413692101753478	2026-12-01 01:27:11.761749+00	f35050a4c3d3774e	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	R	read	-1806166222	o11	0	1
100	915413692131113607	2026-12-01 01:27:11.768997+00	f2441168e7475328	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	E	search-type	-1806166222	\N	0	3
100	915413692143696520	2026-12-01 01:27:11.771507+00	f9dbf39b4c4bef8d	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	E	search-type	-1806166222	\N	0	0
100	915413692160473737	2026-12-01 01:27:11.775588+00	5f961e21b7218953	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	E	search-type	286294188	\N	0	2
100	915413692173056650	2026-12-01 01:27:11.778521+00	52f7d797e395905f	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	E	search-type	286294188	\N	0	1
100	915413692177250955	2026-12-01 01:27:11.779659+00	198494def450ff75	system	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	127.0.0.1	R	read	-1806166222	o00	4	0
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
100	744bb34d-2fcf-4cfe-8ee8-224515d4ff93	feed	backend-service	confidential-symmetric	{}	\N	system/*.cruds	\N	\N	\\x294c24d761c82ceedd8f15e5a32101a9486607b2281a1c8f6e6ad27f689dc166	f	1	2026-12-01 01:27:11.250749+00	2026-12-01 01:27:11.250749+00	\N	\N	\N	\N	\N	f	\N
\.


--
-- Data for Name: index_composite; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_composite (tenant_id, param, code1, system1, low1, high1, code2, system2, low2, high2, rid) FROM stdin;
100	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	61	61	915413691824929388
100	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	61	61	915413691824929388
100	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	62	62	915413691875261038
100	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	62	62	915413691875261038
100	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	60	60	915413691900426866
100	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	60	60	915413691900426866
100	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	61	61	915413691904621172
100	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	61	61	915413691904621172
100	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	62	62	915413691913009782
100	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	62	62	915413691913009782
100	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	60	60	915413691929787002
100	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	60	60	915413691929787002
100	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	61	61	915413691933981308
100	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	61	61	915413691933981308
100	-1396706723	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	62	62	915413691942369918
100	2033957917	-1788092462419420419	7278855887801360420	0	0	-114811791070211808	6674380260319518311	62	62	915413691942369918
\.


--
-- Data for Name: index_date; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_date (tenant_id, param, low, high, rid) FROM stdin;
100	-1303476322	1980-04-01 00:00:00+00	1980-04-01 23:59:59.999999+00	915413691313224296
100	1068328801	2026-02-02 00:00:00+00	2026-02-02 23:59:59.999999+00	915413691824929388
100	1068328801	2026-03-02 00:00:00+00	2026-03-02 23:59:59.999999+00	915413691875261038
100	-1303476322	1981-04-02 00:00:00+00	1981-04-02 23:59:59.999999+00	915413691887843952
100	1068328801	2026-01-02 00:00:00+00	2026-01-02 23:59:59.999999+00	915413691900426866
100	1068328801	2026-02-02 00:00:00+00	2026-02-02 23:59:59.999999+00	915413691904621172
100	1068328801	2026-03-02 00:00:00+00	2026-03-02 23:59:59.999999+00	915413691913009782
100	-1303476322	1982-04-03 00:00:00+00	1982-04-03 23:59:59.999999+00	915413691921398392
100	1068328801	2026-01-02 00:00:00+00	2026-01-02 23:59:59.999999+00	915413691929787002
100	1068328801	2026-02-02 00:00:00+00	2026-02-02 23:59:59.999999+00	915413691933981308
100	1068328801	2026-03-02 00:00:00+00	2026-03-02 23:59:59.999999+00	915413691942369918
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
100	-966301460	-114811791070211808	6674380260319518311	61	61	915413691824929388
100	-648054056	-114811791070211808	6674380260319518311	61	61	915413691824929388
100	-966301460	-114811791070211808	6674380260319518311	62	62	915413691875261038
100	-648054056	-114811791070211808	6674380260319518311	62	62	915413691875261038
100	-966301460	-114811791070211808	6674380260319518311	60	60	915413691900426866
100	-648054056	-114811791070211808	6674380260319518311	60	60	915413691900426866
100	-966301460	-114811791070211808	6674380260319518311	61	61	915413691904621172
100	-648054056	-114811791070211808	6674380260319518311	61	61	915413691904621172
100	-966301460	-114811791070211808	6674380260319518311	62	62	915413691913009782
100	-648054056	-114811791070211808	6674380260319518311	62	62	915413691913009782
100	-966301460	-114811791070211808	6674380260319518311	60	60	915413691929787002
100	-648054056	-114811791070211808	6674380260319518311	60	60	915413691929787002
100	-966301460	-114811791070211808	6674380260319518311	61	61	915413691933981308
100	-648054056	-114811791070211808	6674380260319518311	61	61	915413691933981308
100	-966301460	-114811791070211808	6674380260319518311	62	62	915413691942369918
100	-648054056	-114811791070211808	6674380260319518311	62	62	915413691942369918
\.


--
-- Data for Name: index_reference; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_reference (tenant_id, param, target, type, version, rid) FROM stdin;
100	-1995886178	6355461060454729261	286294188	0	915413691824929388
100	1434619871	6355461060454729261	286294188	0	915413691824929388
100	-1995886178	6355461060454729261	286294188	0	915413691875261038
100	1434619871	6355461060454729261	286294188	0	915413691875261038
100	-1995886178	-3726168162697485468	286294188	0	915413691900426866
100	1434619871	-3726168162697485468	286294188	0	915413691900426866
100	-1995886178	-3726168162697485468	286294188	0	915413691904621172
100	1434619871	-3726168162697485468	286294188	0	915413691904621172
100	-1995886178	-3726168162697485468	286294188	0	915413691913009782
100	1434619871	-3726168162697485468	286294188	0	915413691913009782
100	-1995886178	-529836904946490447	286294188	0	915413691929787002
100	1434619871	-529836904946490447	286294188	0	915413691929787002
100	-1995886178	-529836904946490447	286294188	0	915413691933981308
100	1434619871	-529836904946490447	286294188	0	915413691933981308
100	-1995886178	-529836904946490447	286294188	0	915413691942369918
100	1434619871	-529836904946490447	286294188	0	915413691942369918
\.


--
-- Data for Name: index_string; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_string (tenant_id, param, value, exact, rid) FROM stdin;
100	-1692214956	ana	-5612089947155372849	915413691313224296
100	-1692214956	gomez0	1578073263326693070	915413691313224296
100	-895983401	ana	-5612089947155372849	915413691313224296
100	471862345	ana	-5612089947155372849	915413691313224296
100	471862345	gomez0	1578073263326693070	915413691313224296
100	1464178645	gomez0	1578073263326693070	915413691313224296
100	-1692214956	ana	-5612089947155372849	915413691887843952
100	-1692214956	gomez1	-1717621570335810330	915413691887843952
100	-895983401	ana	-5612089947155372849	915413691887843952
100	471862345	ana	-5612089947155372849	915413691887843952
100	471862345	gomez1	-1717621570335810330	915413691887843952
100	1464178645	gomez1	-1717621570335810330	915413691887843952
100	-1692214956	ana	-5612089947155372849	915413691921398392
100	-1692214956	gomez2	-5372230584178178456	915413691921398392
100	-895983401	ana	-5612089947155372849	915413691921398392
100	471862345	ana	-5612089947155372849	915413691921398392
100	471862345	gomez2	-5372230584178178456	915413691921398392
100	1464178645	gomez2	-5372230584178178456	915413691921398392
100	-1692214956	maria	-2988435309283198436	915413691887843952
100	-895983401	maria	-2988435309283198436	915413691887843952
100	471862345	maria	-2988435309283198436	915413691887843952
\.


--
-- Data for Name: index_token; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_token (tenant_id, param, code, system, rid) FROM stdin;
100	-1929381078	4892910023070901890	0	915413691313224296
100	413698945	5750680624172217824	8018840200504817950	915413691313224296
100	-1658567930	-1788092462419420419	7278855887801360420	915413691824929388
100	-635338142	-1788092462419420419	7278855887801360420	915413691824929388
100	1433030270	-4721658536793061660	1845258438829643095	915413691824929388
100	-1658567930	-1788092462419420419	7278855887801360420	915413691875261038
100	-635338142	-1788092462419420419	7278855887801360420	915413691875261038
100	1433030270	-4721658536793061660	1845258438829643095	915413691875261038
100	-1929381078	4892910023070901890	0	915413691887843952
100	-1658567930	-1788092462419420419	7278855887801360420	915413691900426866
100	-635338142	-1788092462419420419	7278855887801360420	915413691900426866
100	1433030270	-4721658536793061660	1845258438829643095	915413691900426866
100	-1658567930	-1788092462419420419	7278855887801360420	915413691904621172
100	-635338142	-1788092462419420419	7278855887801360420	915413691904621172
100	1433030270	-4721658536793061660	1845258438829643095	915413691904621172
100	-1658567930	-1788092462419420419	7278855887801360420	915413691913009782
100	-635338142	-1788092462419420419	7278855887801360420	915413691913009782
100	1433030270	-4721658536793061660	1845258438829643095	915413691913009782
100	-1929381078	4892910023070901890	0	915413691921398392
100	413698945	2995161461640022127	8018840200504817950	915413691921398392
100	-1658567930	-1788092462419420419	7278855887801360420	915413691929787002
100	-635338142	-1788092462419420419	7278855887801360420	915413691929787002
100	1433030270	-4721658536793061660	1845258438829643095	915413691929787002
100	-1658567930	-1788092462419420419	7278855887801360420	915413691933981308
100	-635338142	-1788092462419420419	7278855887801360420	915413691933981308
100	1433030270	-4721658536793061660	1845258438829643095	915413691933981308
100	-1658567930	-1788092462419420419	7278855887801360420	915413691942369918
100	-635338142	-1788092462419420419	7278855887801360420	915413691942369918
100	1433030270	-4721658536793061660	1845258438829643095	915413691942369918
\.


--
-- Data for Name: index_uri; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.index_uri (tenant_id, param, value, rid) FROM stdin;
\.


--
-- Data for Name: installation; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.installation (name, value) FROM stdin;
key-check	\\xbe5c7fdc0a841e177ee0709bdf7e935433e79962a3e23e03943c243e5bdcfe28
cursor-key	\\x04f0860bf88f094dd1fbf443977be8ca5a3ca35a7b77f24eed1d2a30a1df955e
\.


--
-- Data for Name: job; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.job (tenant_id, id, kind, status, wish, body, state, requested_by, created, updated) FROM stdin;
\.


--
-- Data for Name: job_queue; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.job_queue (id, tenant, kind, created, leased_until, cancel_wanted) FROM stdin;
\.


--
-- Data for Name: one_time_code; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.one_time_code (tenant_id, realm, selector, account, purpose, secret, tries, created, expires) FROM stdin;
100	patient	005Z4	752eddce-1b7f-44f7-8c6d-0f0e47365dc0	activation	\\xbfcfb7eeb0892f4a486d2508678b6a0121848bd10648b07d4e8da6549afb6e90	0	2026-12-01 01:27:11.746408+00	2026-12-15 01:27:11.746408+00
\.


--
-- Data for Name: operator_account; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.operator_account (id, username, username_key, password, disabled, created, last_sign_in) FROM stdin;
\.


--
-- Data for Name: operator_client; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.operator_client (id, name, secret, disabled, created, last_token) FROM stdin;
\.


--
-- Data for Name: operator_event; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.operator_event (number, at, request, operator, action, subject, address) FROM stdin;
1	2026-12-01 01:27:11.146783+00	200f62e56079bdba	command-line	tenant-create	old-shared	127.0.0.1
2	2026-12-01 01:27:12.110814+00	ab572905d26d8ae7	command-line	tenant-create	old-own	127.0.0.1
\.


--
-- Data for Name: operator_grant; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.operator_grant (id, operator, client, created, expires, revoked) FROM stdin;
\.


--
-- Data for Name: operator_token; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.operator_token (kind, hash, grant_id, expires, used, redirect_uri, code_challenge) FROM stdin;
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
100	286294188	p0	915413691313224296	6355461060454729261	1	2026-12-01 01:27:11.572+00	38578176	40	f	\\x28b52ffd63010043505300a5030084035070315430313a32373a31312e356f6c642d736861725d7d476f6d657a30416e6138302d30342d3031222e2f6d726e223a226d30227d5d7d11fc75b6414b97b9dbb7f21470dc8f8a1ae1b72aee7d4fd8ad5956768335bbcaddefe2088a25e82f7da5c7c5d3bc5507c2cd254bf357e0b42a08
100	-1806166222	o01	915413691824929388	5134149813581367338	1	2026-12-01 01:27:11.695+00	1314276846144	40	f	\\x28b52ffd6301004350c600bd02006302073b081ae9821693ee2f7c15c050270b4e3cee3e183fce8e705678c68511fc1e390d88abf8d129d09936d266e43611c87407531bb38ffd21daa68cad8b47d39a7411942543e387ea2671bcbf31be05875f79c4cd23
100	-1806166222	o02	915413691875261038	-2034626638847959998	1	2026-12-01 01:27:11.707+00	1314276846144	40	f	\\x28b52ffd6301004350c600c502003302073b9074418b49f717be0a60a893052eb0c7dd07e3c7d911ce0a8d0b0111fc1e390d88ab205e9c9111ca444e1df136119de8f6989066db6283835106ede271e89a8884ca12d9c7e7d3e4f8dcaf17be05e7afb454f81c
100	-1806166222	o10	915413691900426866	-4523967631485401142	1	2026-12-01 01:27:11.712+00	1314276846144	40	f	\\x28b52ffd6301004350c6009d020053020704adce8a74418b49f717be0a60a893052eb0c7dd07e3c7d911eeb8100ffc815dbaa29327cfb40a0df99c08ba3d6999d98ed9e06ccad0ba787c5a1317a1b244f878dc112405aaf976dfe2f9575ae6840a
100	-1806166222	o11	915413691904621172	8176354763888166894	1	2026-12-01 01:27:11.714+00	1314276846144	40	f	\\x28b52ffd6301004350c600bd02007382073b085a17b49874a32f7c15c050270b5c38f6b8fb60fc383bc259e11d170210fc1e390d88abf8d129d0993622d560dbc8e747d2ed49b1cc76cc0667139ecc0bd69bb7501236cd6b0199f1feeef62dde7f25470eb9
100	-1806166222	o12	915413691913009782	592057589908230607	1	2026-12-01 01:27:11.716+00	1314276846144	40	f	\\x28b52ffd6301004350c600dd02007382073b90a075418b49f717be0a60a893052e90638fbb0fc68fb3239c151e170212fc1e390d88ab20a353e199362472aa7f219f5dd0ad1a3bce9ec8068f54e6b68b67dc9a440995251f07a8a824b373ee9797be45f2575aea900b
100	286294188	p2	915413691921398392	-529836904946490447	1	2026-12-01 01:27:11.718+00	38578176	40	f	\\x28b52ffd63010043505300bd0300b4035070322d30315430313a32373a31312e376f6c642d736861725d7d476f6d657a32416e6138322d30342d3033222e2f6d726e223a226d32227d5d7d11fc75b6414b97b9dbb7f21470dc8f8a1ae1b72aee7d4fd8ad5956768335bbcaddefe2088a25f8d28e5338eca55f6a07f21297acf35736d3870e
100	-1806166222	o20	915413691929787002	-4625612840022551239	1	2026-12-01 01:27:11.72+00	1314276846144	40	f	\\x28b52ffd6301004350c60095020053c20604adce8a6017b498747fe1ab00863a59608fbb0fc68fb3231c72210ffc815dbaa29327cfb4ea7054b039dd4c5673b65736386d65805d3c6eac89455096381a63ac115b816abedab7b8fe156339a102
100	-1806166222	o21	915413691933981308	-3309063601932518755	1	2026-12-01 01:27:11.721+00	1314276846144	40	f	\\x28b52ffd6301004350c600d502007382073b081a76418b49f717be0a60a893052e207bdc7d307e9c1de1acf0900b0111fc1e390d88abf8d129d0993622d520b4b6c208e9568d14674f6483472a73dbc5336e4da284ca92c7c706f34971bcbf70bec5995f8103c823
100	-1806166222	o22	915413691942369918	-1513569097373024151	1	2026-12-01 01:27:11.723+00	1314276846144	40	f	\\x28b52ffd6301004350c600dd02008382073b90a06117b498747fe1ab00863a59e042227bdc7d307e9c1de1ac10b91012fc1e390d88ab20a353e199362472aafa6b05e3a59bc902ccf6ca06a7ad0cb08bc78d35b10895251a07a8784b5273ee978abec5f4578c71930b
100	286294188	p1	915413691887843952	-3726168162697485468	2	2026-12-01 01:27:11.725+00	38053888	40	f	\\x28b52ffd63010043501800f5020083830c3b4480566a75fd56f8c20341042c10c16f81067706a4052ee8600714bef05500439d2c207bdc7d307e9c1de1acf0b00b43080cfc32ee0fa09e8cb20ba5d95577bf1b40289688986fd4fde09838fb1b702010eb926dfe8a74a9a401
100	-1806166222	o00	915413691703294570	-4628645702964226914	2	2026-12-01 01:27:11.731+00	0	40	t	\N
\.


--
-- Data for Name: resource_history; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.resource_history (tenant_id, type, id, version, rid, updated, pack, deleted, content) FROM stdin;
100	286294188	p1	1	915413691887843952	2026-12-01 01:27:11.71+00	40	f	\\x28b52ffd63010043505300bd0300e3830e3ba0b04304a705117c88600b5fd0420bca803c4480566a75fd5ba0c19d0169810b3ad801852f7c15c050270bc71e771f8c1f6747382bbc2e0c2111fc75b6311cf276db27d153febb9fc16b846dabb83e00611715a2b27bd0ec5277bfbb4b289614309f138a47f677cd8160c125abf42b9bd3de04
100	-1806166222	o00	1	915413691703294570	2026-12-01 01:27:11.666+00	40	f	\\x28b52ffd6301004350c6009d020053020704adce8a74418b49f717be0a60a893052e108fbb0fc68fb3239c71210ffc815dbaa29327cfb486769b7811747bd232b31db3c1d994a175f1f8b4262e426589e0e3818a9302d59cddb790fc2b2d194205
\.


--
-- Data for Name: schema_version; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.schema_version (set, number, name, applied) FROM stdin;
directory	1	0001_tenants.sql	2026-12-01 01:27:10.568728+00
directory	2	0002_operators.sql	2026-12-01 01:27:10.574058+00
directory	3	0003_queue.sql	2026-12-01 01:27:10.580482+00
directory	4	0004_operator_events.sql	2026-12-01 01:27:10.582219+00
directory	5	0005_installation.sql	2026-12-01 01:27:10.584176+00
directory	6	0006_operator_use.sql	2026-12-01 01:27:10.585394+00
tenant	1	0001_resources.sql	2026-12-01 01:27:10.633697+00
tenant	2	0002_clients.sql	2026-12-01 01:27:10.662575+00
tenant	3	0003_audit_jobs.sql	2026-12-01 01:27:10.667371+00
tenant	4	0004_patients.sql	2026-12-01 01:27:10.673807+00
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
-- Data for Name: tenant; Type: TABLE DATA; Schema: public; Owner: polyclinic_schema_owner
--

COPY public.tenant (number, id, state, version, updated, created, trashed, isolation, database, base, body) FROM stdin;
100	old-shared	active	1	2026-12-01 01:27:11.069367+00	2026-12-01 01:27:11.069367+00	\N	shared	\N	http://127.0.0.1:48080	{"resourceType":"Tenant","id":"old-shared","name":"Old old-shared","status":"active","fhirVersion":"4.0.1","isolation":"shared","timezone":"UTC","language":"en"}
101	old-own	active	1	2026-12-01 01:27:11.781365+00	2026-12-01 01:27:11.781365+00	\N	dedicated	polyclinic_t101	http://127.0.0.1:48080	{"resourceType":"Tenant","id":"old-own","name":"Old old-own","status":"active","fhirVersion":"4.0.1","isolation":"dedicated","timezone":"UTC","language":"en"}
\.


--
-- Name: operator_event_number_seq; Type: SEQUENCE SET; Schema: public; Owner: polyclinic_schema_owner
--

SELECT pg_catalog.setval('public.operator_event_number_seq', 2, true);


--
-- Name: tenant_number_seq; Type: SEQUENCE SET; Schema: public; Owner: polyclinic_schema_owner
--

SELECT pg_catalog.setval('public.tenant_number_seq', 101, true);


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
-- Name: installation installation_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (name);


--
-- Name: job job_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: job_queue job_queue_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.job_queue
    ADD CONSTRAINT job_queue_pkey PRIMARY KEY (id);


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
-- Name: operator_account operator_account_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.operator_account
    ADD CONSTRAINT operator_account_pkey PRIMARY KEY (id);


--
-- Name: operator_account operator_account_username_key_key; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.operator_account
    ADD CONSTRAINT operator_account_username_key_key UNIQUE (username_key);


--
-- Name: operator_client operator_client_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.operator_client
    ADD CONSTRAINT operator_client_pkey PRIMARY KEY (id);


--
-- Name: operator_event operator_event_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.operator_event
    ADD CONSTRAINT operator_event_pkey PRIMARY KEY (number);


--
-- Name: operator_grant operator_grant_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.operator_grant
    ADD CONSTRAINT operator_grant_pkey PRIMARY KEY (id);


--
-- Name: operator_token operator_token_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.operator_token
    ADD CONSTRAINT operator_token_pkey PRIMARY KEY (kind, hash);


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
-- Name: tenant tenant_pkey; Type: CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.tenant
    ADD CONSTRAINT tenant_pkey PRIMARY KEY (number);


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
-- Name: job_queue_order; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX job_queue_order ON public.job_queue USING btree (created);


--
-- Name: operator_grant_expires; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX operator_grant_expires ON public.operator_grant USING btree (expires);


--
-- Name: operator_token_grant; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE INDEX operator_token_grant ON public.operator_token USING btree (grant_id);


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
-- Name: tenant_id_in_use; Type: INDEX; Schema: public; Owner: polyclinic_schema_owner
--

CREATE UNIQUE INDEX tenant_id_in_use ON public.tenant USING btree (id) WHERE (state <> 'purged'::text);


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
-- Name: job_queue job_queue_tenant_fkey; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.job_queue
    ADD CONSTRAINT job_queue_tenant_fkey FOREIGN KEY (tenant) REFERENCES public.tenant(number);


--
-- Name: one_time_code one_time_code_tenant_id_realm_account_fkey; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.one_time_code
    ADD CONSTRAINT one_time_code_tenant_id_realm_account_fkey FOREIGN KEY (tenant_id, realm, account) REFERENCES public.account(tenant_id, realm, id) ON DELETE CASCADE;


--
-- Name: operator_grant operator_grant_operator_fkey; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.operator_grant
    ADD CONSTRAINT operator_grant_operator_fkey FOREIGN KEY (operator) REFERENCES public.operator_account(id) ON DELETE CASCADE;


--
-- Name: operator_token operator_token_grant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: polyclinic_schema_owner
--

ALTER TABLE ONLY public.operator_token
    ADD CONSTRAINT operator_token_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES public.operator_grant(id) ON DELETE CASCADE;


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
-- Name: TABLE installation; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT ON TABLE public.installation TO polyclinic_app_system;
GRANT SELECT ON TABLE public.installation TO polyclinic_backup;


--
-- Name: TABLE job; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT ON TABLE public.job TO polyclinic_backup;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job TO polyclinic_app_tenant;


--
-- Name: TABLE job_queue; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_queue TO polyclinic_app_system;
GRANT SELECT ON TABLE public.job_queue TO polyclinic_backup;


--
-- Name: TABLE one_time_code; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.one_time_code TO polyclinic_app_tenant;
GRANT SELECT ON TABLE public.one_time_code TO polyclinic_backup;


--
-- Name: TABLE operator_account; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.operator_account TO polyclinic_app_system;
GRANT SELECT ON TABLE public.operator_account TO polyclinic_backup;


--
-- Name: TABLE operator_client; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.operator_client TO polyclinic_app_system;
GRANT SELECT ON TABLE public.operator_client TO polyclinic_backup;


--
-- Name: TABLE operator_event; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT ON TABLE public.operator_event TO polyclinic_app_system;
GRANT SELECT ON TABLE public.operator_event TO polyclinic_backup;


--
-- Name: SEQUENCE operator_event_number_seq; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT ON SEQUENCE public.operator_event_number_seq TO polyclinic_backup;


--
-- Name: TABLE operator_grant; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.operator_grant TO polyclinic_app_system;
GRANT SELECT ON TABLE public.operator_grant TO polyclinic_backup;


--
-- Name: TABLE operator_token; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.operator_token TO polyclinic_app_system;
GRANT SELECT ON TABLE public.operator_token TO polyclinic_backup;


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
-- Name: TABLE tenant; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.tenant TO polyclinic_app_system;
GRANT SELECT ON TABLE public.tenant TO polyclinic_backup;


--
-- Name: SEQUENCE tenant_number_seq; Type: ACL; Schema: public; Owner: polyclinic_schema_owner
--

GRANT SELECT ON SEQUENCE public.tenant_number_seq TO polyclinic_backup;


--
-- PostgreSQL database dump complete
--


