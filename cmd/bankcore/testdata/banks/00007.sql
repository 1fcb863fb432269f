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

--
-- Name: check_account(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.check_account() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
BEGIN
    IF NEW.account_number NOT BETWEEN 100000000000 AND 999999999999
       OR NEW.balance NOT BETWEEN 0 AND 9007199254740991
       OR NEW.currency !~ '^[A-Z]{3,8}$'
       OR NEW.status NOT IN ('open', 'frozen', 'closed')
       OR length(NEW.nickname) > 50
       OR NEW.limit_per_transfer < 0 OR NEW.limit_daily < 0 OR NEW.limit_monthly < 0
       OR NEW.spent_on_day < 0 OR NEW.spent_in_month < 0
       OR NEW.last_sequence < 0
       OR length(NEW.last_hash) <> 32 THEN
        RAISE EXCEPTION 'the account violates a constraint' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.balance, NEW.last_sequence, NEW.last_id, NEW.last_hash, NEW.last_timestamp)
       IS DISTINCT FROM (OLD.balance, OLD.last_sequence, OLD.last_id, OLD.last_hash, OLD.last_timestamp) THEN
        RAISE EXCEPTION 'the account violates a constraint: its entries alone move it' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.customer_id <> OLD.customer_id THEN
        RAISE EXCEPTION 'the account violates a constraint: it keeps its customer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END;
$_$;


--
-- Name: check_chain(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.check_chain() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence + 1
       OR NOT EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence AND hash = NEW.hash) THEN
        RAISE EXCEPTION 'the audit trail is append-only: its end moves by one event';
    END IF;
    RETURN NEW;
END;
$$;


--
-- Name: extend_chain(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.extend_chain() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE event_chain SET sequence = NEW.sequence, hash = NEW.hash WHERE sequence = NEW.sequence - 1 AND hash = NEW.previous_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this event does not follow the last one';
    END IF;
    RETURN NULL;
END;
$$;


--
-- Name: move_accounts(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.move_accounts() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    entry     RECORD;
    formed    BOOLEAN;
    following BOOLEAN;
    known     BOOLEAN;
BEGIN
    IF (SELECT count(*) FROM added) <= 2 THEN
        FOR entry IN SELECT * FROM added ORDER BY sequence LOOP
            IF entry.transaction_type NOT BETWEEN 1 AND 5
               OR (entry.transaction_type = 1) <> (entry.sequence = 1)
               OR (entry.transaction_type IN (4, 5)) <> (entry.transfer_id IS NOT NULL) THEN
                RAISE EXCEPTION 'the transaction violates a constraint of its type' USING ERRCODE = 'check_violation';
            END IF;
            UPDATE accounts
            SET balance = entry.balance_after, last_sequence = entry.sequence, last_id = entry.id, last_hash = entry.hash,
                last_timestamp = entry.timestamp
            WHERE account_number = entry.account_number AND last_sequence = entry.sequence - 1
              AND last_id IS NOT DISTINCT FROM entry.previous_id;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'this transaction does not follow the last one of its account';
            END IF;
            IF entry.counterparty_account IS NOT NULL AND
               NOT EXISTS (SELECT 1 FROM accounts WHERE account_number = entry.counterparty_account) THEN
                RAISE EXCEPTION 'there is no account with the number of the counterparty';
            END IF;
        END LOOP;
        RETURN NULL;
    END IF;

    WITH linked AS (
        SELECT account_number, counterparty_account, sequence, id, balance_after, hash, timestamp,
               transaction_type BETWEEN 1 AND 5
                   AND (transaction_type = 1) = (sequence = 1)
                   AND (transaction_type IN (4, 5)) = (transfer_id IS NOT NULL) AS formed,
               lag(id) OVER history IS NULL
                   OR (previous_id IS NOT DISTINCT FROM lag(id) OVER history AND sequence = lag(sequence) OVER history + 1) AS linked,
               first_value(sequence) OVER history AS first_sequence,
               first_value(previous_id) OVER history AS first_previous,
               lead(id) OVER history IS NULL AS newest
        FROM added
        WINDOW history AS (PARTITION BY account_number ORDER BY sequence)
    ), moved AS (
        UPDATE accounts
        SET balance = linked.balance_after, last_sequence = linked.sequence, last_id = linked.id, last_hash = linked.hash,
            last_timestamp = linked.timestamp
        FROM linked
        WHERE linked.newest AND accounts.account_number = linked.account_number
          AND accounts.last_sequence = linked.first_sequence - 1
          AND accounts.last_id IS NOT DISTINCT FROM linked.first_previous
        RETURNING accounts.account_number
    )
    SELECT bool_and(linked.formed),
           bool_and(linked.linked) AND count(*) FILTER (WHERE newest) = (SELECT count(*) FROM moved),
           bool_and(counterparty_account IS NULL OR counterparty_account IN (SELECT account_number FROM moved)
                    OR EXISTS (SELECT 1 FROM accounts WHERE account_number = linked.counterparty_account))
    INTO formed, following, known FROM linked;
    IF NOT formed THEN
        RAISE EXCEPTION 'the transaction violates a constraint of its type' USING ERRCODE = 'check_violation';
    ELSIF NOT following THEN
        RAISE EXCEPTION 'this transaction does not follow the last one of its account';
    ELSIF NOT known THEN
        RAISE EXCEPTION 'there is no account with the number of the counterparty';
    END IF;
    RETURN NULL;
END;
$$;


--
-- Name: refuse_change_to_history(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change_to_history() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the history is append-only: transactions cannot be changed or deleted';
END;
$$;


--
-- Name: refuse_change_to_trail(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change_to_trail() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: it cannot be changed or deleted';
END;
$$;


--
-- Name: refuse_loss_of_account(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_loss_of_account() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'an account has a history: it keeps its number and cannot be deleted';
END;
$$;


--
-- Name: refuse_second_decision(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_second_decision() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'requests cannot be deleted';
    END IF;
    IF OLD.status <> 'pending' OR NEW.status = 'pending'
       OR (NEW.id, NEW.kind, NEW.account_number, NEW.wanted, NEW.note, NEW.requested_by, NEW.created_at, NEW.expires_at)
       IS DISTINCT FROM (OLD.id, OLD.kind, OLD.account_number, OLD.wanted, OLD.note, OLD.requested_by, OLD.created_at, OLD.expires_at) THEN
        RAISE EXCEPTION 'a request can only be decided, and only once';
    END IF;
    RETURN NEW;
END;
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: accounts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.accounts (
    account_number bigint NOT NULL,
    created_at bigint NOT NULL,
    status text NOT NULL,
    currency text NOT NULL,
    balance bigint NOT NULL,
    last_sequence bigint NOT NULL,
    last_id uuid,
    last_hash bytea NOT NULL,
    last_timestamp bigint NOT NULL,
    customer_id uuid NOT NULL,
    nickname text DEFAULT ''::text NOT NULL,
    debits_frozen boolean DEFAULT false NOT NULL,
    credits_frozen boolean DEFAULT false NOT NULL,
    frozen_until bigint,
    status_reason text DEFAULT ''::text NOT NULL,
    limit_per_transfer bigint,
    limit_daily bigint,
    limit_monthly bigint,
    spent_day bigint DEFAULT 0 NOT NULL,
    spent_on_day bigint DEFAULT 0 NOT NULL,
    spent_month bigint DEFAULT 0 NOT NULL,
    spent_in_month bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='70');


--
-- Name: client_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.client_keys (
    id text NOT NULL,
    client_id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    created_at bigint NOT NULL,
    last_used_at bigint,
    revoked_at bigint,
    CONSTRAINT client_keys_id_check CHECK ((length(id) = 8)),
    CONSTRAINT client_keys_secret_hash_check CHECK ((length(secret_hash) = 32))
);


--
-- Name: customers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.customers (
    id uuid NOT NULL,
    name text NOT NULL,
    name_folded text NOT NULL,
    role text NOT NULL,
    created_at bigint NOT NULL,
    pin_hash text NOT NULL,
    failed_attempts bigint NOT NULL,
    sign_in_locked boolean NOT NULL,
    CONSTRAINT customers_failed_attempts_check CHECK ((failed_attempts >= 0)),
    CONSTRAINT customers_role_check CHECK (((role = 'customer'::text) OR (role = 'employee'::text) OR (role = 'admin'::text)))
)
WITH (fillfactor='70');


--
-- Name: database_clock; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.database_clock AS
 SELECT ((EXTRACT(epoch FROM clock_timestamp()) * (1000000)::numeric))::bigint AS micros;


--
-- Name: event_chain; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_chain (
    id bigint NOT NULL,
    sequence bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT event_chain_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT event_chain_id_check CHECK ((id = 1))
);


--
-- Name: events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.events (
    sequence bigint NOT NULL,
    id uuid NOT NULL,
    event_type text NOT NULL,
    account_number bigint NOT NULL,
    actor text NOT NULL,
    client_address text NOT NULL,
    request_id text NOT NULL,
    server_request_id text NOT NULL,
    "timestamp" bigint NOT NULL,
    count bigint NOT NULL,
    detail text NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT events_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT events_previous_hash_check CHECK ((length(previous_hash) = 32)),
    CONSTRAINT events_sequence_check CHECK ((sequence >= 1))
);


--
-- Name: goose_db_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.goose_db_version (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT now() NOT NULL
);


--
-- Name: goose_db_version_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.goose_db_version ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.goose_db_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: idempotency_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_keys (
    idempotency_key text NOT NULL,
    scope text NOT NULL,
    fingerprint bytea NOT NULL,
    kind bigint NOT NULL,
    id uuid NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT idempotency_keys_fingerprint_check CHECK ((length(fingerprint) = 32))
);


--
-- Name: invitations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invitations (
    id uuid NOT NULL,
    code_hash bytea NOT NULL,
    uses_left bigint NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT invitations_code_hash_check CHECK ((length(code_hash) = 32)),
    CONSTRAINT invitations_uses_left_check CHECK ((uses_left >= 0))
);


--
-- Name: pin_reset_codes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pin_reset_codes (
    customer_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    tries_left bigint NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT pin_reset_codes_code_hash_check CHECK ((length(code_hash) = 32)),
    CONSTRAINT pin_reset_codes_tries_left_check CHECK ((tries_left >= 0))
);


--
-- Name: rate_limits; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rate_limits (
    limit_name text NOT NULL,
    limit_key text NOT NULL,
    accepted bytea DEFAULT '\x'::bytea NOT NULL,
    expires_at bigint DEFAULT 0 NOT NULL,
    CONSTRAINT rate_limits_accepted_check CHECK (((length(accepted) % 8) = 0)),
    CONSTRAINT rate_limits_limit_key_check CHECK ((length(limit_key) <= 64))
);


--
-- Name: recovery_codes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.recovery_codes (
    customer_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    CONSTRAINT recovery_codes_code_hash_check CHECK ((length(code_hash) = 32))
);


--
-- Name: requests; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.requests (
    id uuid NOT NULL,
    kind text NOT NULL,
    account_number bigint NOT NULL,
    wanted text NOT NULL,
    note text NOT NULL,
    status text NOT NULL,
    requested_by text NOT NULL,
    decided_by text,
    decision_note text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    decided_at bigint,
    result_id uuid,
    CONSTRAINT requests_check CHECK (((status = ANY (ARRAY['approved'::text, 'rejected'::text])) = (decided_by IS NOT NULL))),
    CONSTRAINT requests_check1 CHECK ((decided_by <> requested_by)),
    CONSTRAINT requests_check2 CHECK (((status = 'pending'::text) = (decided_at IS NULL))),
    CONSTRAINT requests_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text, 'withdrawn'::text, 'expired'::text])))
);


--
-- Name: second_factors; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.second_factors (
    customer_id uuid NOT NULL,
    sealed_for text NOT NULL,
    sealed_secret bytea NOT NULL,
    key_id text NOT NULL,
    tries_left bigint NOT NULL,
    confirmed_at bigint,
    last_used_step bigint NOT NULL,
    CONSTRAINT second_factors_sealed_secret_check CHECK ((length(sealed_secret) = 60)),
    CONSTRAINT second_factors_tries_left_check CHECK ((tries_left >= 0))
);


--
-- Name: service_clients; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.service_clients (
    id uuid NOT NULL,
    name text NOT NULL,
    permissions text NOT NULL,
    account_numbers text NOT NULL,
    ip_networks text NOT NULL,
    rate_limit bigint NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint,
    CONSTRAINT service_clients_rate_limit_check CHECK ((rate_limit >= 0))
);


--
-- Name: sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sessions (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    account_number bigint NOT NULL,
    refresh_jti uuid NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    ended_at bigint,
    client_address text NOT NULL,
    user_agent text NOT NULL,
    last_used_at bigint NOT NULL,
    wrong_pins bigint NOT NULL,
    second_factor boolean NOT NULL,
    long_pin boolean NOT NULL
);


--
-- Name: token_blacklist; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.token_blacklist (
    jti uuid NOT NULL,
    successor_jti uuid,
    revoked_at bigint NOT NULL,
    expires_at bigint NOT NULL
);


--
-- Name: transaction_types; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.transaction_types (
    number bigint NOT NULL,
    name text NOT NULL,
    direction bigint NOT NULL,
    CONSTRAINT transaction_types_direction_check CHECK ((direction = ANY (ARRAY[('-1'::integer)::bigint, (1)::bigint])))
);


--
-- Name: transactions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.transactions (
    id uuid NOT NULL,
    account_number bigint NOT NULL,
    sequence bigint NOT NULL,
    previous_id uuid,
    transaction_type bigint NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    balance_after bigint NOT NULL,
    "timestamp" bigint NOT NULL,
    description text NOT NULL,
    transfer_id uuid,
    counterparty_account bigint,
    hash bytea NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    via text DEFAULT ''::text NOT NULL,
    CONSTRAINT transactions_amount_check CHECK (((amount >= 0) AND (amount <= '1000000000000'::bigint))),
    CONSTRAINT transactions_balance_after_check CHECK (((balance_after >= 0) AND (balance_after <= '9007199254740991'::bigint))),
    CONSTRAINT transactions_check CHECK (((sequence = 1) = (previous_id IS NULL))),
    CONSTRAINT transactions_check1 CHECK (((amount > 0) OR (sequence = 1))),
    CONSTRAINT transactions_check2 CHECK (((transfer_id IS NULL) = (counterparty_account IS NULL))),
    CONSTRAINT transactions_check3 CHECK ((counterparty_account <> account_number)),
    CONSTRAINT transactions_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT transactions_sequence_check CHECK ((sequence >= 1))
);


--
-- Name: transfer_batches; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.transfer_batches (
    id uuid NOT NULL,
    account_number bigint NOT NULL,
    mode text NOT NULL,
    created_at bigint NOT NULL,
    total_amount bigint NOT NULL,
    results text NOT NULL,
    CONSTRAINT transfer_batches_mode_check CHECK (((mode = 'each'::text) OR (mode = 'all_or_nothing'::text)))
);


--
-- Name: unknown_account_attempts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.unknown_account_attempts (
    id bigint NOT NULL,
    attempts bigint NOT NULL,
    CONSTRAINT unknown_account_attempts_id_check CHECK ((id = 1))
);


--
-- Data for Name: accounts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.accounts VALUES (166064948275, 1795855976850178, 'open', 'USD', 70, 1, '01a2215b-8992-72d9-add5-9004fd984a2f', '\x84b1b74161cc8fe5726dd806b8795b41b14bb601b197865373f1df5d746c8e7c', 1795855976850178, '01a2215b-8971-737c-a2df-19cece5c8248', '', false, false, NULL, '', NULL, NULL, NULL, 0, 0, 0, 0);
INSERT INTO public.accounts VALUES (573561376241, 1795855976750011, 'open', 'USD', 750, 6, '01a2215b-89f5-7839-8408-82224af44df9', '\x5007830f2ae122b25b3998af52e833d21e2d521e008b7e39e5326784036fc824', 1795855976949514, '01a2215b-8900-7df3-99db-897265e155b4', '', false, false, NULL, '', NULL, NULL, NULL, 0, 0, 0, 0);
INSERT INTO public.accounts VALUES (579401971133, 1795855976815941, 'open', 'USD', 215, 6, '01a2215b-89f5-7839-b323-4bc0d56644a2', '\x9983f03708ddccd6477fe55b4402b50e001e83ac0a720a5a4434c4251e610d01', 1795855976949514, '01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '', false, false, NULL, '', NULL, NULL, NULL, 0, 0, 0, 0);
INSERT INTO public.accounts VALUES (865357864624, 1795855976991303, 'open', 'USD', 5, 1, '01a2215b-8a1f-74d9-b30b-eecdc1a67728', '\x0e10a21029d0c92450d513c19ae353a3995734280fb1c6ff7e817bbe4614c6d4', 1795855976991303, '01a2215b-89f6-7353-a8b8-ccf34a91bf63', '', false, false, NULL, '', NULL, NULL, NULL, 0, 0, 0, 0);
INSERT INTO public.accounts VALUES (278085689588, 1795855976992358, 'open', 'USD', 5, 1, '01a2215b-8a20-75ba-b307-b09bdab8b7d3', '\x801fef97bd96349dc5e736e1f144e0c54d95cc851ff67b69e98a52432589b816', 1795855976992358, '01a2215b-8900-7df3-99db-897265e155b4', 'Holidays', false, false, NULL, '', NULL, NULL, NULL, 0, 0, 0, 0);


--
-- Data for Name: client_keys; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: customers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.customers VALUES ('01a2215b-8900-7df3-99db-897265e155b4', 'Ada Lovelace', 'adalovelace', 'customer', 1795855976750011, '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$XSjhNPycC2F3LyK80A4AVA$z+qNfTW3MgyBzN9gk8oM6H6E6D+b5bIb4Q0mLZWO/mk', 0, false);
INSERT INTO public.customers VALUES ('01a2215b-892f-7168-a8c9-7dfbb9be9b2d', 'Ada Lovelace', 'adalovelace', 'customer', 1795855976815941, '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$ThrGa7Zx8O95WzobigZGoA$rEFwtHAIF0D5H25oYAWVQfTVMsp/1TiTTs+HnkVtGfM', 0, false);
INSERT INTO public.customers VALUES ('01a2215b-8971-737c-a2df-19cece5c8248', 'Ada Lovelace', 'adalovelace', 'customer', 1795855976850178, '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$OXWrV8GcX94nGjHRdHRGrA$ORqv3WhmTKYHHSAoFcUcU3rFX4Zj3/RYkXt/IMAQFVs', 3, true);
INSERT INTO public.customers VALUES ('01a2215b-89f6-7353-a8b8-ccf34a91bf63', 'Emmy Noether', 'emmynoether', 'customer', 1795855976991303, '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$x50xNmrDH3Ixu26ND+pbPw$Xymhv0QpN9gb6bIOxOx8LxDaSTnc/uMrESG5gVdna5k', 0, false);


--
-- Data for Name: event_chain; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event_chain VALUES (1, 8, '\x7a78bd34a7d2938e12b9aa4320695901ae1d91ff3b337b5a8fb9f9e8552c3c87');


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES (1, '01a2215b-89be-7543-8399-806e025bd8a6', 'signed_in', 573561376241, '573561376241', '127.0.0.1', '01a2215b-8993-7255-bb59-604e4084abf0', '01a2215b-8993-7255-bb59-604e4084abf0', 1795855976894329, 1, '01a2215b-89be-70e5-9a1d-1b41c0f0b56b', '\x0000000000000000000000000000000000000000000000000000000000000000', '\xc37920cc043171e9026352b9d047b3407ab9e4c00c35bb46305255db51b86c5c');
INSERT INTO public.events VALUES (2, '01a2215b-89f1-786e-8491-26b7b92a7fb6', 'signed_in', 579401971133, '579401971133', '127.0.0.1', '01a2215b-89bf-7455-bb04-e089e54d8091', '01a2215b-89bf-7455-bb04-e089e54d8091', 1795855976945527, 1, '01a2215b-89f1-7712-ab78-80074843c326', '\xc37920cc043171e9026352b9d047b3407ab9e4c00c35bb46305255db51b86c5c', '\x9c1e2356825a8fb9bdc3b67d60ca2720a5c48f80ca4e7b0187ca14c7f3e2b48f');
INSERT INTO public.events VALUES (3, '01a2215b-8a20-7799-a521-5aeaad0d067b', 'account_added', 278085689588, '573561376241', '127.0.0.1', '01a2215b-8a20-7240-98ad-8ea2b3bf6afc', '01a2215b-8a20-7240-98ad-8ea2b3bf6afc', 1795855976992475, 1, '', '\x9c1e2356825a8fb9bdc3b67d60ca2720a5c48f80ca4e7b0187ca14c7f3e2b48f', '\x9f3aeee2cbd6295e4405d811f0cdbe9de793f891931f2d738aa313be92cd28d1');
INSERT INTO public.events VALUES (4, '01a2215b-8a51-7ef9-8ecb-34220f5b71fa', 'second_factor_enabled', 579401971133, '579401971133', '127.0.0.1', '01a2215b-8a51-76c9-b8c6-07d40f0c5cc6', '01a2215b-8a51-76c9-b8c6-07d40f0c5cc6', 1795855977041936, 1, '', '\x9f3aeee2cbd6295e4405d811f0cdbe9de793f891931f2d738aa313be92cd28d1', '\xcc1b00c7f367524154c7ded81b5347f9d830450995d654a562d77764ae19f8fa');
INSERT INTO public.events VALUES (5, '01a2215b-8a87-7316-b8d2-07bfdba00575', 'login_failed', 166064948275, 'anonymous', '127.0.0.1', '01a2215b-8a52-7849-8514-8459ce9a2547', '01a2215b-8a52-7849-8514-8459ce9a2547', 1795855977095193, 1, '', '\xcc1b00c7f367524154c7ded81b5347f9d830450995d654a562d77764ae19f8fa', '\x9f538296f49b9851cc4d40e353045c2fde1899846f9750f9be26fbe551370c3e');
INSERT INTO public.events VALUES (6, '01a2215b-8abd-7cb4-b678-f8cea0251f99', 'login_failed', 166064948275, 'anonymous', '127.0.0.1', '01a2215b-8a88-72c9-8030-775ea3ec261e', '01a2215b-8a88-72c9-8030-775ea3ec261e', 1795855977149794, 1, '', '\x9f538296f49b9851cc4d40e353045c2fde1899846f9750f9be26fbe551370c3e', '\x1f8f1687f3172cf0f26b451a18d064c4cd7e30af891762ced030027272c0a7dc');
INSERT INTO public.events VALUES (7, '01a2215b-8aed-7b85-af5c-52d8697b1726', 'login_failed', 166064948275, 'anonymous', '127.0.0.1', '01a2215b-8abe-77f7-84fb-8384a3e4e53d', '01a2215b-8abe-77f7-84fb-8384a3e4e53d', 1795855977197720, 1, '', '\x1f8f1687f3172cf0f26b451a18d064c4cd7e30af891762ced030027272c0a7dc', '\xd0559c05176826ced67cd4b8d1974bdb0d7ffb082b29092f73a89b9c06f60ab5');
INSERT INTO public.events VALUES (8, '01a2215b-8aed-7b89-9cee-754b032dd174', 'account_locked', 166064948275, 'anonymous', '127.0.0.1', '01a2215b-8abe-77f7-84fb-8384a3e4e53d', '01a2215b-8abe-77f7-84fb-8384a3e4e53d', 1795855977197721, 1, '', '\xd0559c05176826ced67cd4b8d1974bdb0d7ffb082b29092f73a89b9c06f60ab5', '\x7a78bd34a7d2938e12b9aa4320695901ae1d91ff3b337b5a8fb9f9e8552c3c87');


--
-- Data for Name: goose_db_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.goose_db_version VALUES (1, 0, true, '2026-11-28 08:52:58.865636');
INSERT INTO public.goose_db_version VALUES (2, 1, true, '2026-11-28 08:52:58.871348');
INSERT INTO public.goose_db_version VALUES (3, 2, true, '2026-11-28 08:52:58.899869');
INSERT INTO public.goose_db_version VALUES (4, 3, true, '2026-11-28 08:52:58.905531');
INSERT INTO public.goose_db_version VALUES (5, 4, true, '2026-11-28 08:52:58.924211');
INSERT INTO public.goose_db_version VALUES (6, 5, true, '2026-11-28 08:52:58.928749');
INSERT INTO public.goose_db_version VALUES (7, 6, true, '2026-11-28 08:52:58.929584');
INSERT INTO public.goose_db_version VALUES (8, 7, true, '2026-11-28 08:52:58.933444');


--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency_keys VALUES ('kept-key-1', '573561376241', '\xf0a38316f21ce8b0fc39784c8a3e7924e783a400aa2d46f3c03693ca5752d5d1', 1, '01a2215b-89f2-79a9-a025-aa82c8872f18', 1795855976946604);
INSERT INTO public.idempotency_keys VALUES ('kept-key-2', '579401971133', '\x7524644bf7c5c11e30f8705d052663f0294993de224af1369e7a304262a68ca5', 1, '01a2215b-89f3-752b-855f-10cc66d22df8', 1795855976947323);
INSERT INTO public.idempotency_keys VALUES ('kept-key-3', '573561376241', '\x6b022d732e1034bd98ab1561b4045802b34c9b070d2cb6e6ad0a07ef7992a2b8', 1, '01a2215b-89f3-7d1a-b3cf-6b682d88e5d6', 1795855976947819);
INSERT INTO public.idempotency_keys VALUES ('kept-key-4', '579401971133', '\x111993ffe86998082658f988036d8538409b8739d21fe5601c8c2d38e98d81c7', 1, '01a2215b-89f4-754f-a3d2-f43ec261c7e4', 1795855976948332);
INSERT INTO public.idempotency_keys VALUES ('kept-key-5', '573561376241', '\x94eedfa706d0c2438b461f6040ccc22508d6c4aa2f3694566d642fb826f45cae', 1, '01a2215b-89f4-7c5e-bb2c-b7e6f74561dd', 1795855976948773);
INSERT INTO public.idempotency_keys VALUES ('kept-key-6', '573561376241', '\x331b3d86a6ab2d189e9934223d40b689370fdc2de8aa55ae0d675e47ba448672', 2, '01a2215b-89f5-7839-9501-e22944a21223', 1795855976949514);
INSERT INTO public.idempotency_keys VALUES ('kept-key-7', 'open_account:cb2f4d17c194f06888ae90528d67a09bd5d6bba3f8f307f716579c269c12897d', '\xcb2f4d17c194f06888ae90528d67a09bd5d6bba3f8f307f716579c269c12897d', 1, '01a2215b-8a1f-74d9-b30b-eecdc1a67728', 1795855976991303);
INSERT INTO public.idempotency_keys VALUES ('kept-key-8', 'customer:01a2215b-8900-7df3-99db-897265e155b4', '\x6c024f2774aaa95133ac6a042839f69551ef40fe6ca6c75e14f3a2314102887f', 1, '01a2215b-8a20-75ba-b307-b09bdab8b7d3', 1795855976992358);


--
-- Data for Name: invitations; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: pin_reset_codes; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: rate_limits; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: recovery_codes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.recovery_codes VALUES ('01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '\x072b07aa7df451561cac2979ce976cc7d45d659832df8622331fb2a2ad2e31b5');
INSERT INTO public.recovery_codes VALUES ('01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '\x680cc21340e18ac5dfe38d03399f2a369d3d21670db0380ae06e51f3afa889b3');
INSERT INTO public.recovery_codes VALUES ('01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '\x7d78f127859b5703fc8e1f7978a55defd5b0f8fcd37ccee4b7c33dce21da97fc');
INSERT INTO public.recovery_codes VALUES ('01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '\x91afe06ed59a6f0c78451c742dd7ba0f4ec1066dd64fa4ef0bd89bb30c150e9a');
INSERT INTO public.recovery_codes VALUES ('01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '\xe79ae170bb606b519a7f1cfc221e9e1b5d3a2ce47f1a4c6181451989c50ef3a8');
INSERT INTO public.recovery_codes VALUES ('01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '\xeb0a0757a2fd58d18403b7e81fe633f4d2069c21b5a260273d633933e8b73f7e');
INSERT INTO public.recovery_codes VALUES ('01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '\xf050666c38f153d8e7d1ec20004af5d693babcb3a87b3012a78a43dcaaa132f2');
INSERT INTO public.recovery_codes VALUES ('01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '\xf0b9c2559ce083fac64fb9448f36f5b367b5d21e8efe17e428e66bd3d40ed564');
INSERT INTO public.recovery_codes VALUES ('01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '\xfb085fabd572d10a7ca4017b68898b9050bb9a9b2ddf4c57658b6656c2a3b86a');
INSERT INTO public.recovery_codes VALUES ('01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '\xfd2b2d95e3a84fbae115c24911db40e3c05aaa3b1adddf87958444c00f3dbeed');


--
-- Data for Name: requests; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: second_factors; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.second_factors VALUES ('01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '01a2215b-892f-7168-a8c9-7dfbb9be9b2d', '\x14951d3817bbd97210fca5160afc86e6f6bd2421e198453ee52b28088fe41ba95d76094473be4540020b9682ca2e957512d3315be784714eecc525da', '9e85c3a3', 2, 1795855977041810, 59861865);


--
-- Data for Name: service_clients; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sessions VALUES ('01a2215b-89be-70e5-9a1d-1b41c0f0b56b', '01a2215b-8900-7df3-99db-897265e155b4', 573561376241, '01a2215b-89be-70e5-a142-e5552b565f5e', 1795855976894056, 1796460776894056, NULL, '127.0.0.1', 'Go-http-client/1.1', 1795855976894056, 0, false, false);
INSERT INTO public.sessions VALUES ('01a2215b-89f1-7712-ab78-80074843c326', '01a2215b-892f-7168-a8c9-7dfbb9be9b2d', 579401971133, '01a2215b-89f1-7712-a8c9-bece61d9c49b', 1795855976945442, 1796460776945442, NULL, '127.0.0.1', 'Go-http-client/1.1', 1795855976945442, 0, true, false);


--
-- Data for Name: token_blacklist; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: transaction_types; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.transaction_types VALUES (1, 'account_opened', 1);
INSERT INTO public.transaction_types VALUES (2, 'deposit', 1);
INSERT INTO public.transaction_types VALUES (3, 'withdrawal', -1);
INSERT INTO public.transaction_types VALUES (4, 'transfer_in', 1);
INSERT INTO public.transaction_types VALUES (5, 'transfer_out', -1);


--
-- Data for Name: transactions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.transactions VALUES ('01a2215b-892e-702d-af85-c6ac5f780244', 573561376241, 1, NULL, 1, 1000, 'USD', 1000, 1795855976750011, '', NULL, NULL, '\xd868743696ea294ccb9711d9e1e9232af30979fee7ed53f9b3565d40ada1e620', '', 'cash');
INSERT INTO public.transactions VALUES ('01a2215b-896f-7f0e-8cc2-2a72d9b3d4a2', 579401971133, 1, NULL, 1, 0, 'USD', 0, 1795855976815941, '', NULL, NULL, '\xb2c59011e4795437c548203c47ecffbef10f185a6ed756b5ded12217fd6bd604', '', '');
INSERT INTO public.transactions VALUES ('01a2215b-8992-72d9-add5-9004fd984a2f', 166064948275, 1, NULL, 1, 70, 'USD', 70, 1795855976850178, '', NULL, NULL, '\x84b1b74161cc8fe5726dd806b8795b41b14bb601b197865373f1df5d746c8e7c', '', 'cash');
INSERT INTO public.transactions VALUES ('01a2215b-89f2-79a9-9395-84182ebe58eb', 579401971133, 2, '01a2215b-896f-7f0e-8cc2-2a72d9b3d4a2', 4, 300, 'USD', 300, 1795855976946604, 'Rent', '01a2215b-89f2-79a9-9669-3f6c6b3bc72b', 573561376241, '\x19c7d72406519e1408a9dbbce457c8643ea0e1e070dcfed6f0f6841ae211d12a', '', '');
INSERT INTO public.transactions VALUES ('01a2215b-89f2-79a9-a025-aa82c8872f18', 573561376241, 2, '01a2215b-892e-702d-af85-c6ac5f780244', 5, 300, 'USD', 700, 1795855976946604, 'Rent', '01a2215b-89f2-79a9-9669-3f6c6b3bc72b', 579401971133, '\xf651177fe32fb9ddaf02e3234c196ba0488a43f290c2acfc2b9a59d52223f930', '', '');
INSERT INTO public.transactions VALUES ('01a2215b-89f3-752b-855f-10cc66d22df8', 579401971133, 3, '01a2215b-89f2-79a9-9395-84182ebe58eb', 5, 40, 'USD', 260, 1795855976947323, '', '01a2215b-89f3-752b-bcaf-f5cb15524d4f', 573561376241, '\xf799dc6cc4e6c489cd13bb1271891f2ae34c1b54eccfb2868b92246a01fcbb56', '', '');
INSERT INTO public.transactions VALUES ('01a2215b-89f3-752b-b323-842cdd104510', 573561376241, 3, '01a2215b-89f2-79a9-a025-aa82c8872f18', 4, 40, 'USD', 740, 1795855976947323, '', '01a2215b-89f3-752b-bcaf-f5cb15524d4f', 579401971133, '\x95502308bfa24f6fa147c8cbffe485b6d184d3a80d880e3c978b282c0208d26e', '', '');
INSERT INTO public.transactions VALUES ('01a2215b-89f3-7d1a-b3cf-6b682d88e5d6', 573561376241, 4, '01a2215b-89f3-752b-b323-842cdd104510', 2, 25, 'USD', 765, 1795855976947819, 'Cash', NULL, NULL, '\x6dfb97f7c3cecdfbcf56e734de5ac2c5f19a6836c04adac43b8f3690f881a1c3', '', 'cash');
INSERT INTO public.transactions VALUES ('01a2215b-89f4-754f-a3d2-f43ec261c7e4', 579401971133, 4, '01a2215b-89f3-752b-855f-10cc66d22df8', 3, 60, 'USD', 200, 1795855976948332, '', NULL, NULL, '\x7cc09698d0e77fcef31f38f0f612fcca2d132b40cc413183bfdf1e81e8eb73c4', '', 'cash');
INSERT INTO public.transactions VALUES ('01a2215b-89f4-7c5e-ae1b-826c03823fc5', 579401971133, 5, '01a2215b-89f4-754f-a3d2-f43ec261c7e4', 4, 10, 'USD', 210, 1795855976948773, '', '01a2215b-89f4-7c5e-b5f3-84c7df63c14f', 573561376241, '\x05734b545e79912cbd9471cf1105cbd18152f7632ed693a1212f2f1111230933', '2026-11/0001', '');
INSERT INTO public.transactions VALUES ('01a2215b-89f4-7c5e-bb2c-b7e6f74561dd', 573561376241, 5, '01a2215b-89f3-7d1a-b3cf-6b682d88e5d6', 5, 10, 'USD', 755, 1795855976948773, '', '01a2215b-89f4-7c5e-b5f3-84c7df63c14f', 579401971133, '\xd8cf989ff298371adbba7198c9c7ec81cdfcb1362c1c77a06a58072c81d585f7', '2026-11/0001', '');
INSERT INTO public.transactions VALUES ('01a2215b-89f5-7839-8408-82224af44df9', 573561376241, 6, '01a2215b-89f4-7c5e-bb2c-b7e6f74561dd', 5, 5, 'USD', 750, 1795855976949514, '', '01a2215b-89f5-7839-bf02-174766b1a61f', 579401971133, '\x5007830f2ae122b25b3998af52e833d21e2d521e008b7e39e5326784036fc824', '2026-11/0002', '');
INSERT INTO public.transactions VALUES ('01a2215b-89f5-7839-b323-4bc0d56644a2', 579401971133, 6, '01a2215b-89f4-7c5e-ae1b-826c03823fc5', 4, 5, 'USD', 215, 1795855976949514, '', '01a2215b-89f5-7839-bf02-174766b1a61f', 573561376241, '\x9983f03708ddccd6477fe55b4402b50e001e83ac0a720a5a4434c4251e610d01', '2026-11/0002', '');
INSERT INTO public.transactions VALUES ('01a2215b-8a1f-74d9-b30b-eecdc1a67728', 865357864624, 1, NULL, 1, 5, 'USD', 5, 1795855976991303, '', NULL, NULL, '\x0e10a21029d0c92450d513c19ae353a3995734280fb1c6ff7e817bbe4614c6d4', '', 'cash');
INSERT INTO public.transactions VALUES ('01a2215b-8a20-75ba-b307-b09bdab8b7d3', 278085689588, 1, NULL, 1, 5, 'USD', 5, 1795855976992358, '', NULL, NULL, '\x801fef97bd96349dc5e736e1f144e0c54d95cc851ff67b69e98a52432589b816', '', 'cash');


--
-- Data for Name: transfer_batches; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.transfer_batches VALUES ('01a2215b-89f5-7839-9501-e22944a21223', 573561376241, 'each', 1795855976949514, 5, '01a2215b-89f5-7839-8408-82224af44df9
refused reference_used');


--
-- Data for Name: unknown_account_attempts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.unknown_account_attempts VALUES (1, 0);


--
-- Name: goose_db_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.goose_db_version_id_seq', 8, true);


--
-- Name: accounts accounts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_number);


--
-- Name: client_keys client_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.client_keys
    ADD CONSTRAINT client_keys_pkey PRIMARY KEY (id);


--
-- Name: customers customers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);


--
-- Name: event_chain event_chain_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_chain
    ADD CONSTRAINT event_chain_pkey PRIMARY KEY (id);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);


--
-- Name: events events_sequence_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_sequence_key UNIQUE (sequence);


--
-- Name: goose_db_version goose_db_version_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.goose_db_version
    ADD CONSTRAINT goose_db_version_pkey PRIMARY KEY (id);


--
-- Name: idempotency_keys idempotency_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (idempotency_key, scope);


--
-- Name: invitations invitations_code_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_code_hash_key UNIQUE (code_hash);


--
-- Name: invitations invitations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (id);


--
-- Name: pin_reset_codes pin_reset_codes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pin_reset_codes
    ADD CONSTRAINT pin_reset_codes_pkey PRIMARY KEY (customer_id);


--
-- Name: rate_limits rate_limits_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rate_limits
    ADD CONSTRAINT rate_limits_pkey PRIMARY KEY (limit_name, limit_key);


--
-- Name: recovery_codes recovery_codes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (customer_id, code_hash);


--
-- Name: requests requests_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (id);


--
-- Name: second_factors second_factors_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_pkey PRIMARY KEY (customer_id);


--
-- Name: service_clients service_clients_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service_clients
    ADD CONSTRAINT service_clients_pkey PRIMARY KEY (id);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);


--
-- Name: token_blacklist token_blacklist_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.token_blacklist
    ADD CONSTRAINT token_blacklist_pkey PRIMARY KEY (jti);


--
-- Name: transaction_types transaction_types_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transaction_types
    ADD CONSTRAINT transaction_types_name_key UNIQUE (name);


--
-- Name: transaction_types transaction_types_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transaction_types
    ADD CONSTRAINT transaction_types_pkey PRIMARY KEY (number);


--
-- Name: transactions transactions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT transactions_pkey PRIMARY KEY (id);


--
-- Name: transfer_batches transfer_batches_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transfer_batches
    ADD CONSTRAINT transfer_batches_pkey PRIMARY KEY (id);


--
-- Name: unknown_account_attempts unknown_account_attempts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unknown_account_attempts
    ADD CONSTRAINT unknown_account_attempts_pkey PRIMARY KEY (id);


--
-- Name: accounts_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX accounts_by_age ON public.accounts USING btree (created_at, account_number);


--
-- Name: accounts_by_customer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX accounts_by_customer ON public.accounts USING btree (customer_id);


--
-- Name: client_keys_by_client; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX client_keys_by_client ON public.client_keys USING btree (client_id);


--
-- Name: events_by_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_by_account ON public.events USING btree (account_number, id);


--
-- Name: idempotency_keys_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (created_at);


--
-- Name: pin_reset_codes_by_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX pin_reset_codes_by_expiry ON public.pin_reset_codes USING btree (expires_at);


--
-- Name: rate_limits_by_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rate_limits_by_expiry ON public.rate_limits USING btree (expires_at);


--
-- Name: requests_by_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX requests_by_account ON public.requests USING btree (account_number, id);


--
-- Name: requests_pending; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX requests_pending ON public.requests USING btree (id) WHERE (status = 'pending'::text);


--
-- Name: sessions_by_customer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_by_customer ON public.sessions USING btree (customer_id);


--
-- Name: sessions_by_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_by_expiry ON public.sessions USING btree (expires_at);


--
-- Name: sessions_by_use; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_by_use ON public.sessions USING btree (last_used_at);


--
-- Name: token_blacklist_by_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX token_blacklist_by_expiry ON public.token_blacklist USING btree (expires_at);


--
-- Name: transactions_milestones; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX transactions_milestones ON public.transactions USING btree (account_number, "timestamp", sequence) WHERE ((sequence % (64)::bigint) = 0);


--
-- Name: transactions_references; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX transactions_references ON public.transactions USING btree (account_number, reference) WHERE ((reference <> ''::text) AND (transaction_type = 5));


--
-- Name: accounts accounts_are_checked; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER accounts_are_checked BEFORE INSERT OR UPDATE ON public.accounts FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION public.check_account();


--
-- Name: accounts accounts_are_never_deleted; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER accounts_are_never_deleted BEFORE DELETE ON public.accounts FOR EACH ROW EXECUTE FUNCTION public.refuse_loss_of_account();


--
-- Name: accounts accounts_are_never_truncated; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER accounts_are_never_truncated BEFORE TRUNCATE ON public.accounts FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_loss_of_account();


--
-- Name: accounts accounts_keep_their_number; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER accounts_keep_their_number BEFORE UPDATE OF account_number ON public.accounts FOR EACH ROW EXECUTE FUNCTION public.refuse_loss_of_account();


--
-- Name: event_chain event_chain_follows_events; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_chain_follows_events BEFORE UPDATE ON public.event_chain FOR EACH ROW EXECUTE FUNCTION public.check_chain();


--
-- Name: event_chain event_chain_is_never_deleted; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_chain_is_never_deleted BEFORE DELETE ON public.event_chain FOR EACH ROW EXECUTE FUNCTION public.refuse_change_to_trail();


--
-- Name: event_chain event_chain_is_never_truncated; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_chain_is_never_truncated BEFORE TRUNCATE ON public.event_chain FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change_to_trail();


--
-- Name: events events_are_never_changed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER events_are_never_changed BEFORE DELETE OR UPDATE ON public.events FOR EACH ROW EXECUTE FUNCTION public.refuse_change_to_trail();


--
-- Name: events events_are_never_truncated; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER events_are_never_truncated BEFORE TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change_to_trail();


--
-- Name: events events_extend_their_chain; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER events_extend_their_chain AFTER INSERT ON public.events FOR EACH ROW EXECUTE FUNCTION public.extend_chain();


--
-- Name: requests requests_are_decided_once; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER requests_are_decided_once BEFORE DELETE OR UPDATE ON public.requests FOR EACH ROW EXECUTE FUNCTION public.refuse_second_decision();


--
-- Name: requests requests_are_never_truncated; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER requests_are_never_truncated BEFORE TRUNCATE ON public.requests FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_second_decision();


--
-- Name: transactions transactions_are_never_changed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER transactions_are_never_changed BEFORE DELETE OR UPDATE ON public.transactions FOR EACH ROW EXECUTE FUNCTION public.refuse_change_to_history();


--
-- Name: transactions transactions_are_never_truncated; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER transactions_are_never_truncated BEFORE TRUNCATE ON public.transactions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change_to_history();


--
-- Name: transactions transactions_move_their_accounts; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER transactions_move_their_accounts AFTER INSERT ON public.transactions REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.move_accounts();


--
-- Name: transfer_batches transfer_batches_are_never_changed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER transfer_batches_are_never_changed BEFORE DELETE OR UPDATE ON public.transfer_batches FOR EACH ROW EXECUTE FUNCTION public.refuse_change_to_history();


--
-- Name: transfer_batches transfer_batches_are_never_truncated; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER transfer_batches_are_never_truncated BEFORE TRUNCATE ON public.transfer_batches FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change_to_history();


--
-- Name: accounts accounts_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);


--
-- Name: client_keys client_keys_client_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.client_keys
    ADD CONSTRAINT client_keys_client_id_fkey FOREIGN KEY (client_id) REFERENCES public.service_clients(id);


--
-- Name: pin_reset_codes pin_reset_codes_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pin_reset_codes
    ADD CONSTRAINT pin_reset_codes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);


--
-- Name: recovery_codes recovery_codes_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);


--
-- Name: requests requests_account_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_account_number_fkey FOREIGN KEY (account_number) REFERENCES public.accounts(account_number);


--
-- Name: second_factors second_factors_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);


--
-- Name: sessions sessions_account_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_account_number_fkey FOREIGN KEY (account_number) REFERENCES public.accounts(account_number);


--
-- Name: sessions sessions_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);


--
-- Name: transfer_batches transfer_batches_account_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transfer_batches
    ADD CONSTRAINT transfer_batches_account_number_fkey FOREIGN KEY (account_number) REFERENCES public.accounts(account_number);


--
-- PostgreSQL database dump complete
--


