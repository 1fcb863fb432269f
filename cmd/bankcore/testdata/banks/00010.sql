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
    IF TG_OP = 'UPDATE' AND (NEW.balance, NEW.last_sequence, NEW.last_id, NEW.last_hash, NEW.last_timestamp, NEW.held)
       IS DISTINCT FROM (OLD.balance, OLD.last_sequence, OLD.last_id, OLD.last_hash, OLD.last_timestamp, OLD.held) THEN
        RAISE EXCEPTION 'the account violates a constraint: its entries and holds alone move it' USING ERRCODE = 'check_violation';
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
            IF entry.transaction_type NOT BETWEEN 1 AND 7
               OR (entry.transaction_type = 1) <> (entry.sequence = 1)
               OR (entry.transaction_type >= 6) <> (entry.reverses_id IS NOT NULL)
               OR entry.transaction_type < 6 AND (entry.transaction_type >= 4) <> (entry.transfer_id IS NOT NULL) THEN
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
               transaction_type BETWEEN 1 AND 7
                   AND (transaction_type = 1) = (sequence = 1)
                   AND (transaction_type >= 6) = (reverses_id IS NOT NULL)
                   AND (transaction_type >= 6 OR (transaction_type >= 4) = (transfer_id IS NOT NULL)) AS formed,
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
-- Name: move_held(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.move_held() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    difference BIGINT := CASE WHEN NEW.status = 'pending' THEN NEW.amount - NEW.captured ELSE 0 END;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        difference := difference - CASE WHEN OLD.status = 'pending' THEN OLD.amount - OLD.captured ELSE 0 END;
    END IF;
    IF difference <> 0 THEN
        UPDATE accounts SET held = held + difference WHERE account_number = NEW.account_number;
    END IF;
    RETURN NULL;
END;
$$;


--
-- Name: refuse_another_run(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_another_run() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the history is append-only: runs cannot be changed or deleted';
END;
$$;


--
-- Name: refuse_another_standing_order(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_another_standing_order() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'standing orders cannot be deleted';
    END IF;
    IF OLD.status IN ('ended', 'completed') OR NEW.next_index < OLD.next_index
       OR (NEW.id, NEW.account_number, NEW.to_account, NEW.amount, NEW.description, NEW.frequency, NEW.every, NEW.first_on, NEW.month_day,
           NEW.until_on, NEW.times, NEW.if_short, NEW.created_at)
       IS DISTINCT FROM (OLD.id, OLD.account_number, OLD.to_account, OLD.amount, OLD.description, OLD.frequency, OLD.every, OLD.first_on,
           OLD.month_day, OLD.until_on, OLD.times, OLD.if_short, OLD.created_at) THEN
        RAISE EXCEPTION 'a standing order can only go on, pause and end';
    END IF;
    RETURN NEW;
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
-- Name: refuse_change_to_hold(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change_to_hold() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'holds cannot be deleted';
    END IF;
    IF (NEW.id, NEW.account_number, NEW.to_account, NEW.amount, NEW.currency, NEW.description, NEW.reference, NEW.placed_by, NEW.created_at,
        NEW.expires_at)
       IS DISTINCT FROM (OLD.id, OLD.account_number, OLD.to_account, OLD.amount, OLD.currency, OLD.description, OLD.reference, OLD.placed_by,
        OLD.created_at, OLD.expires_at)
       OR NEW.captured < OLD.captured
       OR OLD.status <> 'pending' AND (NEW.status, NEW.captured, NEW.closed_at) IS DISTINCT FROM (OLD.status, OLD.captured, OLD.closed_at) THEN
        RAISE EXCEPTION 'a hold can only be captured or given back, and has ended for good then';
    END IF;
    RETURN NEW;
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
    spent_in_month bigint DEFAULT 0 NOT NULL,
    held bigint DEFAULT 0 NOT NULL,
    CONSTRAINT accounts_check CHECK (((held >= 0) AND (held <= balance)))
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
-- Name: holds; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.holds (
    id uuid NOT NULL,
    account_number bigint NOT NULL,
    to_account bigint,
    amount bigint NOT NULL,
    currency text NOT NULL,
    description text NOT NULL,
    reference text NOT NULL,
    placed_by text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    status text NOT NULL,
    captured bigint NOT NULL,
    closed_at bigint,
    CONSTRAINT holds_amount_check CHECK (((amount >= 1) AND (amount <= '1000000000000'::bigint))),
    CONSTRAINT holds_check CHECK (((captured >= 0) AND (captured <= amount))),
    CONSTRAINT holds_check1 CHECK (((status = 'pending'::text) = (closed_at IS NULL))),
    CONSTRAINT holds_check2 CHECK ((to_account <> account_number)),
    CONSTRAINT holds_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'captured'::text, 'voided'::text, 'expired'::text])))
)
WITH (fillfactor='70');


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
-- Name: standing_order_runs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.standing_order_runs (
    order_id uuid NOT NULL,
    due_on bigint NOT NULL,
    status text NOT NULL,
    code text NOT NULL,
    transaction_id uuid,
    ran_at bigint NOT NULL,
    CONSTRAINT standing_order_runs_check CHECK (((status = 'posted'::text) = (transaction_id IS NOT NULL))),
    CONSTRAINT standing_order_runs_check1 CHECK (((status = 'posted'::text) = (code = ''::text))),
    CONSTRAINT standing_order_runs_status_check CHECK ((status = ANY (ARRAY['posted'::text, 'skipped'::text, 'failed'::text])))
);


--
-- Name: standing_orders; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.standing_orders (
    id uuid NOT NULL,
    account_number bigint NOT NULL,
    to_account bigint NOT NULL,
    amount bigint NOT NULL,
    description text NOT NULL,
    frequency text NOT NULL,
    every bigint NOT NULL,
    first_on bigint NOT NULL,
    month_day bigint NOT NULL,
    until_on bigint,
    times bigint NOT NULL,
    if_short text NOT NULL,
    created_at bigint NOT NULL,
    status text NOT NULL,
    end_reason text NOT NULL,
    next_index bigint NOT NULL,
    next_on bigint,
    try_on bigint,
    CONSTRAINT standing_orders_amount_check CHECK ((amount >= 1)),
    CONSTRAINT standing_orders_check CHECK (((status = ANY (ARRAY['active'::text, 'paused'::text])) = (next_on IS NOT NULL))),
    CONSTRAINT standing_orders_check1 CHECK (((next_on IS NULL) = (try_on IS NULL))),
    CONSTRAINT standing_orders_check2 CHECK ((try_on >= next_on)),
    CONSTRAINT standing_orders_every_check CHECK ((every >= 1)),
    CONSTRAINT standing_orders_frequency_check CHECK ((frequency = ANY (ARRAY['once'::text, 'daily'::text, 'weekly'::text, 'monthly'::text, 'yearly'::text]))),
    CONSTRAINT standing_orders_if_short_check CHECK ((if_short = ANY (ARRAY['skip'::text, 'retry'::text]))),
    CONSTRAINT standing_orders_month_day_check CHECK (((month_day >= 0) AND (month_day <= 31))),
    CONSTRAINT standing_orders_next_index_check CHECK ((next_index >= 0)),
    CONSTRAINT standing_orders_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'ended'::text, 'completed'::text]))),
    CONSTRAINT standing_orders_times_check CHECK ((times >= 0))
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
    hold_id uuid,
    reverses_id uuid,
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

INSERT INTO public.accounts VALUES (305232047483, 1795865400609831, 'open', 'USD', 70, 1, '01a221eb-5521-7d4b-8a09-908801947e72', '\x0699c05f4e026b57eaba4c8b1a741940a2337a26913224dc573bb282f1c528f7', 1795865400609831, '01a221eb-550a-789f-acec-cdc0c5b40f9b', '', false, false, NULL, '', NULL, NULL, NULL, 0, 0, 0, 0, 0);
INSERT INTO public.accounts VALUES (111882236669, 1795865400516045, 'open', 'USD', 750, 6, '01a221eb-5574-7f1e-87af-cf17099535b8', '\x33c1d208f30e9f601b69afff148903c0fc59bba4812fd5725cfb96bcb4bb1ee1', 1795865400692945, '01a221eb-545e-78cc-8973-82e861dc9de4', '', false, false, NULL, '', NULL, NULL, NULL, 0, 0, 0, 0, 0);
INSERT INTO public.accounts VALUES (196412867919, 1795865400585420, 'open', 'USD', 215, 6, '01a221eb-5574-7f1e-bbc7-7397f906bede', '\xd2fff1142f974b218a4f3447e85b529e8670e94d945694abd416b8b15ed83095', 1795865400692945, '01a221eb-54c9-7b47-805a-139d65545dbb', '', false, false, NULL, '', NULL, NULL, NULL, 0, 0, 0, 0, 0);
INSERT INTO public.accounts VALUES (324151565805, 1795865400731507, 'open', 'USD', 5, 1, '01a221eb-559b-781c-9a35-d49b1616dd42', '\x7473e3f06506e21b7231fad894618ea52595b4e6618062598bac13a64b835ae5', 1795865400731507, '01a221eb-5575-792b-a7b9-2a07f3221177', '', false, false, NULL, '', NULL, NULL, NULL, 0, 0, 0, 0, 0);
INSERT INTO public.accounts VALUES (764938494102, 1795865400732532, 'open', 'USD', 5, 1, '01a221eb-559c-7883-a899-caa6decd9b08', '\xa1eccc7ae764ad0a0b891793f3cc48617c8eff8bb6bdde46acd0ba806b7c3741', 1795865400732532, '01a221eb-545e-78cc-8973-82e861dc9de4', 'Holidays', false, false, NULL, '', NULL, NULL, NULL, 0, 0, 0, 0, 0);


--
-- Data for Name: client_keys; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: customers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.customers VALUES ('01a221eb-545e-78cc-8973-82e861dc9de4', 'Ada Lovelace', 'adalovelace', 'customer', 1795865400516045, '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$7JF006bF5KXluW/04VkRJA$cpXSiyzq9IjZ989Ic1v8wFJuG9CzND4xKGPHlpRVI08', 0, false);
INSERT INTO public.customers VALUES ('01a221eb-54c9-7b47-805a-139d65545dbb', 'Ada Lovelace', 'adalovelace', 'customer', 1795865400585420, '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$+eNVOlm0fWndBV9j8kHpyg$itrSRSuFZzk63naQdO2BHGtcmpW8W7IHVAgJo6bW6Uo', 0, false);
INSERT INTO public.customers VALUES ('01a221eb-550a-789f-acec-cdc0c5b40f9b', 'Ada Lovelace', 'adalovelace', 'customer', 1795865400609831, '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$VIHW289zY8oRAKVs9wkA+w$pgszZpYsr2OjsFWka+X2SvwHLr05R0heR4xQeb+6xlU', 3, true);
INSERT INTO public.customers VALUES ('01a221eb-5575-792b-a7b9-2a07f3221177', 'Emmy Noether', 'emmynoether', 'customer', 1795865400731507, '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$zDqrpgatBxDEd8lma2NvKQ$4p2kaW7p+qiu/0lzPFLOj0ZKAvawWG4Or/cjn5FPuSY', 0, false);


--
-- Data for Name: event_chain; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event_chain VALUES (1, 8, '\x204fb1e086e27e40b3e7b64bb8af23ef36ad737aae5f9e456d22e3166cb0f62e');


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES (1, '01a221eb-5549-7e10-89c3-99f25e29dc1d', 'signed_in', 111882236669, '111882236669', '127.0.0.1', '01a221eb-5522-78fe-92f1-72188b7337a4', '01a221eb-5522-78fe-92f1-72188b7337a4', 1795865400649879, 1, '01a221eb-5549-7ba1-acff-28d628ec3ef8', '\x0000000000000000000000000000000000000000000000000000000000000000', '\xe25dbfaafafe93fc818130b21c9708fc273735083f2a73923ca9217f3be3a052');
INSERT INTO public.events VALUES (2, '01a221eb-5571-7f9d-8e80-1391f2494e0d', 'signed_in', 196412867919, '196412867919', '127.0.0.1', '01a221eb-554a-7a72-af2b-0b10da116bca', '01a221eb-554a-7a72-af2b-0b10da116bca', 1795865400689976, 1, '01a221eb-5571-7c83-8848-c5be1c58b590', '\xe25dbfaafafe93fc818130b21c9708fc273735083f2a73923ca9217f3be3a052', '\x9322e2e4ff2f210c08fa05b267c0990fef1b0c36a7a7e26da8be5b912a0c2ad3');
INSERT INTO public.events VALUES (3, '01a221eb-559c-7a6e-9a07-686c2ad2d930', 'account_added', 764938494102, '111882236669', '127.0.0.1', '01a221eb-559c-74d5-8054-d9fcf1918956', '01a221eb-559c-74d5-8054-d9fcf1918956', 1795865400732652, 1, '', '\x9322e2e4ff2f210c08fa05b267c0990fef1b0c36a7a7e26da8be5b912a0c2ad3', '\x239149228b34a4d7ecd4f3e498945f46001ad760310bc64fae118c3f35b66c3e');
INSERT INTO public.events VALUES (4, '01a221eb-55c5-77fb-9d07-13ce55f0a63f', 'second_factor_enabled', 196412867919, '196412867919', '127.0.0.1', '01a221eb-55c5-711d-ba0b-4b74e9528069', '01a221eb-55c5-711d-ba0b-4b74e9528069', 1795865400773499, 1, '', '\x239149228b34a4d7ecd4f3e498945f46001ad760310bc64fae118c3f35b66c3e', '\x81e9ec0708b0c220016e34821db8c15d25e38d46979da797f3a87d600a15cce7');
INSERT INTO public.events VALUES (5, '01a221eb-5637-7a41-ad42-2249483711d3', 'login_failed', 305232047483, 'anonymous', '127.0.0.1', '01a221eb-55c5-7e6f-a116-2d1592d1cdc3', '01a221eb-55c5-7e6f-a116-2d1592d1cdc3', 1795865400887641, 1, '', '\x81e9ec0708b0c220016e34821db8c15d25e38d46979da797f3a87d600a15cce7', '\xef94ba96b048b701dd62e257963577f059b20a8d303826d13ccf5e61a61ccfd5');
INSERT INTO public.events VALUES (6, '01a221eb-5698-70cc-a0ed-230fc34e7625', 'login_failed', 305232047483, 'anonymous', '127.0.0.1', '01a221eb-5639-721e-9ddf-c98c9b5e187e', '01a221eb-5639-721e-9ddf-c98c9b5e187e', 1795865400984050, 1, '', '\xef94ba96b048b701dd62e257963577f059b20a8d303826d13ccf5e61a61ccfd5', '\xe45eb443108dd040d9eea09a5638fa55b90a1213093aa25b939a423d2ca25413');
INSERT INTO public.events VALUES (7, '01a221eb-56b0-7f1e-9073-b743114e44d9', 'login_failed', 305232047483, 'anonymous', '127.0.0.1', '01a221eb-5698-7c59-95c0-22747c4d91ae', '01a221eb-5698-7c59-95c0-22747c4d91ae', 1795865401008945, 1, '', '\xe45eb443108dd040d9eea09a5638fa55b90a1213093aa25b939a423d2ca25413', '\xb99ab4bebc0b8b80da330158456802b06d6cf5878bfc320e5f6dc4232009984b');
INSERT INTO public.events VALUES (8, '01a221eb-56b0-7f22-b6ee-3eedf0b1f52a', 'account_locked', 305232047483, 'anonymous', '127.0.0.1', '01a221eb-5698-7c59-95c0-22747c4d91ae', '01a221eb-5698-7c59-95c0-22747c4d91ae', 1795865401008946, 1, '', '\xb99ab4bebc0b8b80da330158456802b06d6cf5878bfc320e5f6dc4232009984b', '\x204fb1e086e27e40b3e7b64bb8af23ef36ad737aae5f9e456d22e3166cb0f62e');


--
-- Data for Name: goose_db_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.goose_db_version VALUES (1, 0, true, '2026-11-28 11:30:03.322109');
INSERT INTO public.goose_db_version VALUES (2, 1, true, '2026-11-28 11:30:03.329596');
INSERT INTO public.goose_db_version VALUES (3, 2, true, '2026-11-28 11:30:03.375163');
INSERT INTO public.goose_db_version VALUES (4, 3, true, '2026-11-28 11:30:03.382195');
INSERT INTO public.goose_db_version VALUES (5, 4, true, '2026-11-28 11:30:03.414596');
INSERT INTO public.goose_db_version VALUES (6, 5, true, '2026-11-28 11:30:03.417601');
INSERT INTO public.goose_db_version VALUES (7, 6, true, '2026-11-28 11:30:03.418098');
INSERT INTO public.goose_db_version VALUES (8, 7, true, '2026-11-28 11:30:03.420823');
INSERT INTO public.goose_db_version VALUES (9, 8, true, '2026-11-28 11:30:03.423629');
INSERT INTO public.goose_db_version VALUES (10, 9, true, '2026-11-28 11:30:03.425457');
INSERT INTO public.goose_db_version VALUES (11, 10, true, '2026-11-28 11:30:03.429486');


--
-- Data for Name: holds; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency_keys VALUES ('kept-key-1', '111882236669', '\x0f27f42df6bbc0a97f37c1c5cbcc5c14daea049dd57e5d83a13ec6616fc8104a', 1, '01a221eb-5572-7c45-8764-f8692b495d77', 1795865400690767);
INSERT INTO public.idempotency_keys VALUES ('kept-key-2', '196412867919', '\x2aa2be8f7ca5c3279f6207bef8533bb1ed9b743c6f2f69a282ed40ba097f2b7b', 1, '01a221eb-5573-7370-999f-abfd3771ba58', 1795865400691215);
INSERT INTO public.idempotency_keys VALUES ('kept-key-3', '111882236669', '\x70fd662dbd67d476ba031640c3a6ca634a64524d8867583a285185d0e834e6fa', 1, '01a221eb-5573-7964-a965-b3c4f9dd81da', 1795865400691587);
INSERT INTO public.idempotency_keys VALUES ('kept-key-4', '196412867919', '\x649e4e7bf079271dae4bba776e079a5888d0240acd625f12ad5957063c886fe4', 1, '01a221eb-5573-7f22-ac38-ba1f4ce97256', 1795865400691946);
INSERT INTO public.idempotency_keys VALUES ('kept-key-5', '111882236669', '\x9281aace5501b7650c7233735db643795c7e557fd195d3a3f4f24f1e049f0024', 1, '01a221eb-5574-7502-875f-1f61e425fe45', 1795865400692313);
INSERT INTO public.idempotency_keys VALUES ('kept-key-6', '111882236669', '\x5c2fa3833c1d3ec1fd9cae49bd14c25d20fe9c3673550ddc937686cfe9ef110e', 2, '01a221eb-5574-7f1e-8456-18795f3a2149', 1795865400692945);
INSERT INTO public.idempotency_keys VALUES ('kept-key-7', 'open_account:cb2f4d17c194f06888ae90528d67a09bd5d6bba3f8f307f716579c269c12897d', '\xcb2f4d17c194f06888ae90528d67a09bd5d6bba3f8f307f716579c269c12897d', 1, '01a221eb-559b-781c-9a35-d49b1616dd42', 1795865400731507);
INSERT INTO public.idempotency_keys VALUES ('kept-key-8', 'customer:01a221eb-545e-78cc-8973-82e861dc9de4', '\x6c024f2774aaa95133ac6a042839f69551ef40fe6ca6c75e14f3a2314102887f', 1, '01a221eb-559c-7883-a899-caa6decd9b08', 1795865400732532);


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

INSERT INTO public.recovery_codes VALUES ('01a221eb-54c9-7b47-805a-139d65545dbb', '\x00288f2b68f75ea77454d72f727fc2e0cd489f16b059dff61a24dd9a28925223');
INSERT INTO public.recovery_codes VALUES ('01a221eb-54c9-7b47-805a-139d65545dbb', '\x0b6d4f5896098e23362ed52d5bdb5a08461d2bd056f118f9690dded86eb9c820');
INSERT INTO public.recovery_codes VALUES ('01a221eb-54c9-7b47-805a-139d65545dbb', '\x10ae731a9066715f60d964d7cedce626cb520b8d7e4e3ed3b398fc57b4bf9d68');
INSERT INTO public.recovery_codes VALUES ('01a221eb-54c9-7b47-805a-139d65545dbb', '\x33c08c02c89c1a6a3719624c696f6b430d6c8d05645152c264e90fae536694c9');
INSERT INTO public.recovery_codes VALUES ('01a221eb-54c9-7b47-805a-139d65545dbb', '\x35d31c66acdf06bc30e64ed35fb1c48c72829aa52407808173b1c1c01aa72d4e');
INSERT INTO public.recovery_codes VALUES ('01a221eb-54c9-7b47-805a-139d65545dbb', '\x72c16508d4968e77bb5837b20fb18e543a768a18876ea2f2ba4762a70db9b0e5');
INSERT INTO public.recovery_codes VALUES ('01a221eb-54c9-7b47-805a-139d65545dbb', '\xa783f4e2d8bc62fdc35728dddb8a495bdef88b7506de446fda38f78390567e51');
INSERT INTO public.recovery_codes VALUES ('01a221eb-54c9-7b47-805a-139d65545dbb', '\xb9fcefde91f681ea1ad6f74bc0b6c3afff8e52950a1eb170e7350179c673792c');
INSERT INTO public.recovery_codes VALUES ('01a221eb-54c9-7b47-805a-139d65545dbb', '\xcf2f23f25c3d9f5f72fff4433529b26a491c89ff0250af27a2b29f64017b74dd');
INSERT INTO public.recovery_codes VALUES ('01a221eb-54c9-7b47-805a-139d65545dbb', '\xfd159326d990144ca724684de8a3949e1acf8b6d5c6fd3849df7ee8fcfec58ac');


--
-- Data for Name: requests; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: second_factors; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.second_factors VALUES ('01a221eb-54c9-7b47-805a-139d65545dbb', '01a221eb-54c9-7b47-805a-139d65545dbb', '\x03bc8a2cd75395f6efa19f9d5d6863c47de1744ff56c6d57b4c48be116a6c4f714d83703f5620683b9139ad8ab037a0c6f72788562d5da95e4c7848e', '9e85c3a3', 2, 1795865400773398, 59862180);


--
-- Data for Name: service_clients; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sessions VALUES ('01a221eb-5549-7ba1-acff-28d628ec3ef8', '01a221eb-545e-78cc-8973-82e861dc9de4', 111882236669, '01a221eb-5549-7ba1-a5be-6ad2dcc324ff', 1795865400649727, 1796470200649727, NULL, '127.0.0.1', 'Go-http-client/1.1', 1795865400649727, 0, false, false);
INSERT INTO public.sessions VALUES ('01a221eb-5571-7c83-8848-c5be1c58b590', '01a221eb-54c9-7b47-805a-139d65545dbb', 196412867919, '01a221eb-5571-7c83-877a-8342b2950645', 1795865400689782, 1796470200689782, NULL, '127.0.0.1', 'Go-http-client/1.1', 1795865400689782, 0, true, false);


--
-- Data for Name: standing_order_runs; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: standing_orders; Type: TABLE DATA; Schema: public; Owner: -
--



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
INSERT INTO public.transaction_types VALUES (6, 'reversal_in', 1);
INSERT INTO public.transaction_types VALUES (7, 'reversal_out', -1);


--
-- Data for Name: transactions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.transactions VALUES ('01a221eb-54c4-70b8-9937-2927640f6144', 111882236669, 1, NULL, 1, 1000, 'USD', 1000, 1795865400516045, '', NULL, NULL, '\x6f7a59b1751462612d50c3ac0eadc4cf8faebc22f6680bef3763b393d72eaca6', '', 'cash', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-5509-76b8-adc6-f9ccbd1293eb', 196412867919, 1, NULL, 1, 0, 'USD', 0, 1795865400585420, '', NULL, NULL, '\x85c900b5d2d2ef474b0ad81c2678179cefbe171756b362fb26233998e0064079', '', '', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-5521-7d4b-8a09-908801947e72', 305232047483, 1, NULL, 1, 70, 'USD', 70, 1795865400609831, '', NULL, NULL, '\x0699c05f4e026b57eaba4c8b1a741940a2337a26913224dc573bb282f1c528f7', '', 'cash', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-5572-7c45-8764-f8692b495d77', 111882236669, 2, '01a221eb-54c4-70b8-9937-2927640f6144', 5, 300, 'USD', 700, 1795865400690767, 'Rent', '01a221eb-5572-7c45-abcb-7f3821e9043b', 196412867919, '\x030faaf5227f92f6aa8b433de357cdbd5554debc5ebd9aaed0674b628fbedc97', '', '', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-5572-7c45-afb5-3a074203a88b', 196412867919, 2, '01a221eb-5509-76b8-adc6-f9ccbd1293eb', 4, 300, 'USD', 300, 1795865400690767, 'Rent', '01a221eb-5572-7c45-abcb-7f3821e9043b', 111882236669, '\x5850a242b27584c4fd055a3f7628224819496f0ae49b2f73f0a2041720c93588', '', '', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-5573-7370-999f-abfd3771ba58', 196412867919, 3, '01a221eb-5572-7c45-afb5-3a074203a88b', 5, 40, 'USD', 260, 1795865400691215, '', '01a221eb-5573-7370-80b8-64ad138c8c90', 111882236669, '\xb1823f6b71e6d092b42d78d94f993620580c3efd695aa08e02c93905354024e9', '', '', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-5573-7370-b470-db8c08d0e614', 111882236669, 3, '01a221eb-5572-7c45-8764-f8692b495d77', 4, 40, 'USD', 740, 1795865400691215, '', '01a221eb-5573-7370-80b8-64ad138c8c90', 196412867919, '\xf6306dcc96e9e6b588d3e554259a7ea282c3557bcba41bef70cfdcc56e81df11', '', '', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-5573-7964-a965-b3c4f9dd81da', 111882236669, 4, '01a221eb-5573-7370-b470-db8c08d0e614', 2, 25, 'USD', 765, 1795865400691587, 'Cash', NULL, NULL, '\x38cf64d700832b126a5b59afff3e47b14105d4ccb9c3454b1ac61ff74d0b7568', '', 'cash', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-5573-7f22-ac38-ba1f4ce97256', 196412867919, 4, '01a221eb-5573-7370-999f-abfd3771ba58', 3, 60, 'USD', 200, 1795865400691946, '', NULL, NULL, '\x3f7b60777c3a11675ef770ce6e00492e20bfdf5c4ba3e22a4fea9517200196c2', '', 'cash', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-5574-7502-875f-1f61e425fe45', 111882236669, 5, '01a221eb-5573-7964-a965-b3c4f9dd81da', 5, 10, 'USD', 755, 1795865400692313, '', '01a221eb-5574-7502-a55b-abce9dd09e76', 196412867919, '\x76525d9779df8d3e6fc7c83616067ff6cf19bc61fe1ba7e825d6a908f4b7c414', '2026-11/0001', '', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-5574-7502-9078-7acf0f00a67e', 196412867919, 5, '01a221eb-5573-7f22-ac38-ba1f4ce97256', 4, 10, 'USD', 210, 1795865400692313, '', '01a221eb-5574-7502-a55b-abce9dd09e76', 111882236669, '\xfdc17ab6a5d1f53beabd2e467c68bacb34c3de2811b316a501c858bb5c45e2f8', '2026-11/0001', '', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-5574-7f1e-87af-cf17099535b8', 111882236669, 6, '01a221eb-5574-7502-875f-1f61e425fe45', 5, 5, 'USD', 750, 1795865400692945, '', '01a221eb-5574-7f1e-8ed5-9d6ca9970f00', 196412867919, '\x33c1d208f30e9f601b69afff148903c0fc59bba4812fd5725cfb96bcb4bb1ee1', '2026-11/0002', '', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-5574-7f1e-bbc7-7397f906bede', 196412867919, 6, '01a221eb-5574-7502-9078-7acf0f00a67e', 4, 5, 'USD', 215, 1795865400692945, '', '01a221eb-5574-7f1e-8ed5-9d6ca9970f00', 111882236669, '\xd2fff1142f974b218a4f3447e85b529e8670e94d945694abd416b8b15ed83095', '2026-11/0002', '', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-559b-781c-9a35-d49b1616dd42', 324151565805, 1, NULL, 1, 5, 'USD', 5, 1795865400731507, '', NULL, NULL, '\x7473e3f06506e21b7231fad894618ea52595b4e6618062598bac13a64b835ae5', '', 'cash', NULL, NULL);
INSERT INTO public.transactions VALUES ('01a221eb-559c-7883-a899-caa6decd9b08', 764938494102, 1, NULL, 1, 5, 'USD', 5, 1795865400732532, '', NULL, NULL, '\xa1eccc7ae764ad0a0b891793f3cc48617c8eff8bb6bdde46acd0ba806b7c3741', '', 'cash', NULL, NULL);


--
-- Data for Name: transfer_batches; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.transfer_batches VALUES ('01a221eb-5574-7f1e-8456-18795f3a2149', 111882236669, 'each', 1795865400692945, 5, '01a221eb-5574-7f1e-87af-cf17099535b8
refused reference_used');


--
-- Data for Name: unknown_account_attempts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.unknown_account_attempts VALUES (1, 0);


--
-- Name: goose_db_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.goose_db_version_id_seq', 11, true);


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
-- Name: holds holds_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.holds
    ADD CONSTRAINT holds_pkey PRIMARY KEY (id);


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
-- Name: standing_order_runs standing_order_runs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.standing_order_runs
    ADD CONSTRAINT standing_order_runs_pkey PRIMARY KEY (order_id, due_on);


--
-- Name: standing_order_runs standing_order_runs_transaction_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.standing_order_runs
    ADD CONSTRAINT standing_order_runs_transaction_id_key UNIQUE (transaction_id);


--
-- Name: standing_orders standing_orders_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.standing_orders
    ADD CONSTRAINT standing_orders_pkey PRIMARY KEY (id);


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
-- Name: holds_by_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX holds_by_account ON public.holds USING btree (account_number, id);


--
-- Name: holds_pending_by_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX holds_pending_by_account ON public.holds USING btree (account_number, expires_at) WHERE (status = 'pending'::text);


--
-- Name: holds_pending_by_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX holds_pending_by_expiry ON public.holds USING btree (expires_at, id) WHERE (status = 'pending'::text);


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
-- Name: standing_orders_by_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX standing_orders_by_account ON public.standing_orders USING btree (account_number, id);


--
-- Name: standing_orders_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX standing_orders_due ON public.standing_orders USING btree (try_on, id) WHERE (status = 'active'::text);


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
-- Name: transactions_reversals; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX transactions_reversals ON public.transactions USING btree (reverses_id) WHERE (reverses_id IS NOT NULL);


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
-- Name: holds holds_are_never_truncated; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER holds_are_never_truncated BEFORE TRUNCATE ON public.holds FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change_to_hold();


--
-- Name: holds holds_end_once; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER holds_end_once BEFORE DELETE OR UPDATE ON public.holds FOR EACH ROW EXECUTE FUNCTION public.refuse_change_to_hold();


--
-- Name: holds holds_move_their_account; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER holds_move_their_account AFTER INSERT OR UPDATE ON public.holds FOR EACH ROW EXECUTE FUNCTION public.move_held();


--
-- Name: requests requests_are_decided_once; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER requests_are_decided_once BEFORE DELETE OR UPDATE ON public.requests FOR EACH ROW EXECUTE FUNCTION public.refuse_second_decision();


--
-- Name: requests requests_are_never_truncated; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER requests_are_never_truncated BEFORE TRUNCATE ON public.requests FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_second_decision();


--
-- Name: standing_order_runs standing_order_runs_are_never_changed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER standing_order_runs_are_never_changed BEFORE DELETE OR UPDATE ON public.standing_order_runs FOR EACH ROW EXECUTE FUNCTION public.refuse_another_run();


--
-- Name: standing_order_runs standing_order_runs_are_never_truncated; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER standing_order_runs_are_never_truncated BEFORE TRUNCATE ON public.standing_order_runs FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_another_run();


--
-- Name: standing_orders standing_orders_are_never_truncated; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER standing_orders_are_never_truncated BEFORE TRUNCATE ON public.standing_orders FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_another_standing_order();


--
-- Name: standing_orders standing_orders_keep_what_was_ordered; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER standing_orders_keep_what_was_ordered BEFORE DELETE OR UPDATE ON public.standing_orders FOR EACH ROW EXECUTE FUNCTION public.refuse_another_standing_order();


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
-- Name: holds holds_account_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.holds
    ADD CONSTRAINT holds_account_number_fkey FOREIGN KEY (account_number) REFERENCES public.accounts(account_number);


--
-- Name: holds holds_to_account_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.holds
    ADD CONSTRAINT holds_to_account_fkey FOREIGN KEY (to_account) REFERENCES public.accounts(account_number);


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
-- Name: standing_order_runs standing_order_runs_order_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.standing_order_runs
    ADD CONSTRAINT standing_order_runs_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.standing_orders(id);


--
-- Name: standing_orders standing_orders_account_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.standing_orders
    ADD CONSTRAINT standing_orders_account_number_fkey FOREIGN KEY (account_number) REFERENCES public.accounts(account_number);


--
-- Name: standing_orders standing_orders_to_account_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.standing_orders
    ADD CONSTRAINT standing_orders_to_account_fkey FOREIGN KEY (to_account) REFERENCES public.accounts(account_number);


--
-- Name: transfer_batches transfer_batches_account_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transfer_batches
    ADD CONSTRAINT transfer_batches_account_number_fkey FOREIGN KEY (account_number) REFERENCES public.accounts(account_number);


--
-- PostgreSQL database dump complete
--


