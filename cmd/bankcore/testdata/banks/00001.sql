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
       OR NEW.currency !~ '^[A-Z]{3}$'
       OR NEW.role NOT IN ('customer', 'admin')
       OR NEW.status <> 'open'
       OR NEW.failed_attempts < 0
       OR NEW.last_sequence < 0
       OR length(NEW.last_hash) <> 32 THEN
        RAISE EXCEPTION 'the account violates a constraint' USING ERRCODE = 'check_violation';
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
-- Name: move_account(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.move_account() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.transaction_type NOT BETWEEN 1 AND 5
       OR (NEW.transaction_type = 1) <> (NEW.sequence = 1)
       OR (NEW.transaction_type IN (4, 5)) <> (NEW.transfer_id IS NOT NULL) THEN
        RAISE EXCEPTION 'the transaction violates a constraint of its type' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE accounts
    SET balance = NEW.balance_after, last_sequence = NEW.sequence, last_id = NEW.id, last_hash = NEW.hash,
        last_timestamp = NEW.timestamp
    WHERE account_number = NEW.account_number AND last_sequence = NEW.sequence - 1
      AND last_id IS NOT DISTINCT FROM NEW.previous_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this transaction does not follow the last one of its account';
    END IF;
    IF NEW.counterparty_account IS NOT NULL AND
       NOT EXISTS (SELECT 1 FROM accounts WHERE account_number = NEW.counterparty_account) THEN
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


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: accounts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.accounts (
    account_number bigint NOT NULL,
    account_holder_name text NOT NULL,
    holder_name_folded text NOT NULL,
    role text NOT NULL,
    created_at bigint NOT NULL,
    status text NOT NULL,
    pin_hash text NOT NULL,
    failed_attempts bigint NOT NULL,
    sign_in_locked boolean NOT NULL,
    currency text NOT NULL,
    balance bigint NOT NULL,
    last_sequence bigint NOT NULL,
    last_id uuid,
    last_hash bytea NOT NULL,
    last_timestamp bigint NOT NULL
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
    account_number bigint NOT NULL,
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
    account_number bigint NOT NULL,
    code_hash bytea NOT NULL,
    CONSTRAINT recovery_codes_code_hash_check CHECK ((length(code_hash) = 32))
);


--
-- Name: second_factors; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.second_factors (
    account_number bigint NOT NULL,
    sealed_secret bytea NOT NULL,
    key_id text NOT NULL,
    tries_left bigint NOT NULL,
    confirmed_at bigint,
    last_used_step bigint NOT NULL,
    CONSTRAINT second_factors_sealed_secret_check CHECK ((length(sealed_secret) = 60)),
    CONSTRAINT second_factors_tries_left_check CHECK ((tries_left >= 0))
);


--
-- Name: sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sessions (
    id uuid NOT NULL,
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

INSERT INTO public.accounts VALUES (424304233853, 'Ada Lovelace', 'adalovelace', 'customer', 1795828500720812, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$aFzBW+VHnm6kgeQrgt7+Fw$bnPi1EaenEBuGhfU6EUeCU/xegKHmtDB07VktYp+UUk', 3, true, 'USD', 70, 1, '01a21fb8-48f0-7cfd-aa47-f6a34f55187c', '\xb632327490b74d79945f707db4a4e22f0b51038eb8781302efccf1abac806005', 1795828500720812);
INSERT INTO public.accounts VALUES (580730867638, 'Ada Lovelace', 'adalovelace', 'customer', 1795828500297374, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$8vjZql2/YLlVVzMR3hnl6w$9aq6LjILsBO9F/aZuf84BN7R/WSzQFFgT1b63FtBcho', 0, false, 'USD', 765, 4, '01a21fb8-49c2-73eb-9512-a94cfc27c406', '\x9f9f740d23ae412b9703fb29c4c6403c3bfe8b84162e8c7d223df694cd35c0ee', 1795828500930245);
INSERT INTO public.accounts VALUES (545937767683, 'Ada Lovelace', 'adalovelace', 'customer', 1795828500427807, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$WAl1ycglPyCV1R3A1+si5Q$ILtCK0a4EU/WPKfV+/Dkv1kYQuwvQCo2oVyOUjNTPnA', 0, false, 'USD', 200, 4, '01a21fb8-49c3-752b-822f-bbd219f59561', '\xef984a46b683775210330db430c35c95482aaed170098dc11aec722920d0510b', 1795828500931323);
INSERT INTO public.accounts VALUES (596838957196, 'Emmy Noether', 'emmynoether', 'customer', 1795828501349926, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$ukv4DHIHMh2qBuWLdQyLaQ$qBr5yYEj1iHWVwuKKcYY4D6gB/+lSz5BtsN9bAFiV1s', 0, false, 'USD', 5, 1, '01a21fb8-4b65-7ed0-964f-6ab4e822a1d5', '\xb171a4362ae5aa760582c939ac3d1918d16396cd6a24ca040398269e8a51f52c', 1795828501349926);


--
-- Data for Name: event_chain; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event_chain VALUES (1, 7, '\x5ef0edde98bb19ef701fa11d5a69c02604316fe61c302b45dc914476ca0536b8');


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES (1, '01a21fb8-4934-7076-b8e3-b99a878ffcc9', 'signed_in', 580730867638, '580730867638', '127.0.0.1', '01a21fb8-48f3-76d8-a1d6-da2c6faa14bd', '01a21fb8-48f3-76d8-a1d6-da2c6faa14bd', 1795828500788029, 1, '01a21fb8-4933-7d26-8424-9151a8da67d7', '\x0000000000000000000000000000000000000000000000000000000000000000', '\xbce8e6228f045414448a16eb5c3007bf3f9f0b4ac803c3355f989c69bd9144a9');
INSERT INTO public.events VALUES (2, '01a21fb8-49bd-7960-b059-ef1c64b7ff67', 'signed_in', 545937767683, '545937767683', '127.0.0.1', '01a21fb8-4937-7944-aeb1-146bb0233554', '01a21fb8-4937-7944-aeb1-146bb0233554', 1795828500925586, 1, '01a21fb8-49ba-7122-b95a-7c3ac79e83d0', '\xbce8e6228f045414448a16eb5c3007bf3f9f0b4ac803c3355f989c69bd9144a9', '\x2f448fa51374789bfe5d832f1dc909d83873d744b9123905999f4748d0d4737c');
INSERT INTO public.events VALUES (3, '01a21fb8-4b9f-7a35-88e3-5c70bc8e0335', 'second_factor_enabled', 545937767683, '545937767683', '127.0.0.1', '01a21fb8-4b9d-7bb1-b1fd-4894e85aa122', '01a21fb8-4b9d-7bb1-b1fd-4894e85aa122', 1795828501407638, 1, '', '\x2f448fa51374789bfe5d832f1dc909d83873d744b9123905999f4748d0d4737c', '\x6b10514a0c541b77d0e7e8da6eb36f745e6c420d36020b07fe27ea655ed92bc2');
INSERT INTO public.events VALUES (4, '01a21fb8-4bff-72e1-b563-90a8c5db95b0', 'login_failed', 424304233853, 'anonymous', '127.0.0.1', '01a21fb8-4ba5-7648-88f8-ef0ea8654d9a', '01a21fb8-4ba5-7648-88f8-ef0ea8654d9a', 1795828501503180, 1, '', '\x6b10514a0c541b77d0e7e8da6eb36f745e6c420d36020b07fe27ea655ed92bc2', '\x6cb1d0a7bd29dc87c2c93d5c15eb7c99a393826ea3b52a9a6462eabe50d1ac03');
INSERT INTO public.events VALUES (5, '01a21fb8-4c64-7153-b081-40a82043acf6', 'login_failed', 424304233853, 'anonymous', '127.0.0.1', '01a21fb8-4c03-7088-8b46-c49268cef797', '01a21fb8-4c03-7088-8b46-c49268cef797', 1795828501604083, 1, '', '\x6cb1d0a7bd29dc87c2c93d5c15eb7c99a393826ea3b52a9a6462eabe50d1ac03', '\x2b810a1c58e943247f37f14f6cd83ae6ac8f9d546931e04785fc215a27fe6881');
INSERT INTO public.events VALUES (6, '01a21fb8-4d44-7ec4-8673-266c799f667c', 'login_failed', 424304233853, 'anonymous', '127.0.0.1', '01a21fb8-4c6c-7da6-bf5f-3f8d621b03d6', '01a21fb8-4c6c-7da6-bf5f-3f8d621b03d6', 1795828501828923, 1, '', '\x2b810a1c58e943247f37f14f6cd83ae6ac8f9d546931e04785fc215a27fe6881', '\xcee8008a7b57eef8b1061468d5ea7209e0d5f22a5d2e2fc09bed58cd5a3c2bf4');
INSERT INTO public.events VALUES (7, '01a21fb8-4d44-7ec8-96b6-3fb8052f307f', 'account_locked', 424304233853, 'anonymous', '127.0.0.1', '01a21fb8-4c6c-7da6-bf5f-3f8d621b03d6', '01a21fb8-4c6c-7da6-bf5f-3f8d621b03d6', 1795828501828924, 1, '', '\xcee8008a7b57eef8b1061468d5ea7209e0d5f22a5d2e2fc09bed58cd5a3c2bf4', '\x5ef0edde98bb19ef701fa11d5a69c02604316fe61c302b45dc914476ca0536b8');


--
-- Data for Name: goose_db_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.goose_db_version VALUES (1, 0, true, '2026-11-28 01:15:06.980582');
INSERT INTO public.goose_db_version VALUES (2, 1, true, '2026-11-28 01:15:06.988616');


--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency_keys VALUES ('kept-key-1', '580730867638', '\x23b40d015077661c03be57911a2c13e56edc0fd831241cfb9cf1883ce3c6781f', 1, '01a21fb8-49bf-74bc-9f1d-86957c1c2950', 1795828500927296);
INSERT INTO public.idempotency_keys VALUES ('kept-key-2', '545937767683', '\x183514285b7a7b702bcf3cac3b3887f16b46bc823fcdca834a5b5990f0bfe5a4', 1, '01a21fb8-49c1-7483-9d24-2374d3d460b2', 1795828500929282);
INSERT INTO public.idempotency_keys VALUES ('kept-key-3', '580730867638', '\xd0462b6a358f89008bdf922a7b5cdcd249efa6ba74f7c68d7fe48998602c4a92', 1, '01a21fb8-49c2-73eb-9512-a94cfc27c406', 1795828500930245);
INSERT INTO public.idempotency_keys VALUES ('kept-key-4', '545937767683', '\xff054df6c78e10e494f6d8fa6932c509e8b536c8006bfcab506afbd10bb07fb9', 1, '01a21fb8-49c3-752b-822f-bbd219f59561', 1795828500931323);
INSERT INTO public.idempotency_keys VALUES ('kept-key-5', 'open_account:64d1cb734c257ba956099f1ccfb27deb935783c678358f7face70f7f80e1dbda', '\x64d1cb734c257ba956099f1ccfb27deb935783c678358f7face70f7f80e1dbda', 1, '01a21fb8-4b65-7ed0-964f-6ab4e822a1d5', 1795828501349926);


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

INSERT INTO public.recovery_codes VALUES (545937767683, '\x2011302c0bd80950796620517a5a5a93fd3b6a214e770157445d2210670865e9');
INSERT INTO public.recovery_codes VALUES (545937767683, '\x2b9a8f45f8e84c34a1d92ddcef7fad2cd31fa1f7f892d1b272159dfb1cd39b50');
INSERT INTO public.recovery_codes VALUES (545937767683, '\x4d3bd4eb063722f33ce5566781a189c27a37536e807720dba335d0a447154ab5');
INSERT INTO public.recovery_codes VALUES (545937767683, '\x7ffcc21809a98b8d3241cfd99cef49a2b8ce968943384fe351e2d58fb2c07434');
INSERT INTO public.recovery_codes VALUES (545937767683, '\xa59e520ed70eec466393ca107de3eef6c6ab4ea2954e8a4f1809f0b3047d134c');
INSERT INTO public.recovery_codes VALUES (545937767683, '\xaad682119cd679c0da8fef268ea73fd70e5a97fd4d16aedeb13b446c18d7e62e');
INSERT INTO public.recovery_codes VALUES (545937767683, '\xd06eebc8344f3cf5fd7bb14d0cb0c2c24219636d3dc4fda6bca0d6b82261f521');
INSERT INTO public.recovery_codes VALUES (545937767683, '\xd206f5b59a1bf3468ad44b9272608a69c38aac8cecd56f628f9a2fbf8b333ee8');
INSERT INTO public.recovery_codes VALUES (545937767683, '\xeec562f999f12d4fd696da32b7264600d2583917ac597f071a489e349cde03c2');
INSERT INTO public.recovery_codes VALUES (545937767683, '\xff987d3ba72dbf1d52dc2d364ddabce1e6fe22b7bae7ef9ce932ec7e11412d5c');


--
-- Data for Name: second_factors; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.second_factors VALUES (545937767683, '\x8c59e70bfc67e81c9d1bb8cee79d0d9a9eb1a8bd98e7163a031aad8608d6619970eb67abc930c24c4a0d1e4830b16e9ab7bb14e6465b08dd233a6e1c', '9e85c3a3', 2, 1795828501407522, 59860950);


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sessions VALUES ('01a21fb8-4933-7d26-8424-9151a8da67d7', 580730867638, '01a21fb8-4933-7d26-bffc-13e75737816c', 1795828500787822, 1796433300787822, NULL, '127.0.0.1', 'Go-http-client/1.1', 1795828500787822, 0, false, false);
INSERT INTO public.sessions VALUES ('01a21fb8-49ba-7122-b95a-7c3ac79e83d0', 545937767683, '01a21fb8-49ba-7122-b059-a672814618c2', 1795828500922071, 1796433300922071, NULL, '127.0.0.1', 'Go-http-client/1.1', 1795828500922071, 0, true, false);


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

INSERT INTO public.transactions VALUES ('01a21fb8-4749-75fb-a98c-f39649f8ef14', 580730867638, 1, NULL, 1, 1000, 'USD', 1000, 1795828500297374, '', NULL, NULL, '\x864a9d8d8cdc345f1ed20e3f319d82a84af0914d1ad3a5908931f8ab6309f541');
INSERT INTO public.transactions VALUES ('01a21fb8-47cb-7ce9-a1de-8d4d31b7eda9', 545937767683, 1, NULL, 1, 0, 'USD', 0, 1795828500427807, '', NULL, NULL, '\x45c9ea3ff7e2a2c4630107a03e3e9af36cc35fc6a10a0585eaa71ef85a40194c');
INSERT INTO public.transactions VALUES ('01a21fb8-48f0-7cfd-aa47-f6a34f55187c', 424304233853, 1, NULL, 1, 70, 'USD', 70, 1795828500720812, '', NULL, NULL, '\xb632327490b74d79945f707db4a4e22f0b51038eb8781302efccf1abac806005');
INSERT INTO public.transactions VALUES ('01a21fb8-49bf-74bc-8d68-1e2793641e47', 545937767683, 2, '01a21fb8-47cb-7ce9-a1de-8d4d31b7eda9', 4, 300, 'USD', 300, 1795828500927296, 'Rent', '01a21fb8-49bf-74bc-b9f5-1bbf370ddf28', 580730867638, '\xe1429ceb940aa2edacd7ebe7f10c3c98e1e288d4ca569cb6732e435378b509be');
INSERT INTO public.transactions VALUES ('01a21fb8-49bf-74bc-9f1d-86957c1c2950', 580730867638, 2, '01a21fb8-4749-75fb-a98c-f39649f8ef14', 5, 300, 'USD', 700, 1795828500927296, 'Rent', '01a21fb8-49bf-74bc-b9f5-1bbf370ddf28', 545937767683, '\xe03af29205e46468e1a3cb984de17b995fff67de0345469b741480121d0f23f3');
INSERT INTO public.transactions VALUES ('01a21fb8-49c1-7483-9d24-2374d3d460b2', 545937767683, 3, '01a21fb8-49bf-74bc-8d68-1e2793641e47', 5, 40, 'USD', 260, 1795828500929282, '', '01a21fb8-49c1-7483-900d-256f04128f8c', 580730867638, '\x48d7ab042df5e83f93abf5fd91bc9985db2fde718f9e1fb622d23441ac64969b');
INSERT INTO public.transactions VALUES ('01a21fb8-49c1-7483-ac27-902617891e5a', 580730867638, 3, '01a21fb8-49bf-74bc-9f1d-86957c1c2950', 4, 40, 'USD', 740, 1795828500929282, '', '01a21fb8-49c1-7483-900d-256f04128f8c', 545937767683, '\x5805c344af55fce2a2ce2ce9f90073dfd6b44148353439c72e082894dad82d2b');
INSERT INTO public.transactions VALUES ('01a21fb8-49c2-73eb-9512-a94cfc27c406', 580730867638, 4, '01a21fb8-49c1-7483-ac27-902617891e5a', 2, 25, 'USD', 765, 1795828500930245, 'Cash', NULL, NULL, '\x9f9f740d23ae412b9703fb29c4c6403c3bfe8b84162e8c7d223df694cd35c0ee');
INSERT INTO public.transactions VALUES ('01a21fb8-49c3-752b-822f-bbd219f59561', 545937767683, 4, '01a21fb8-49c1-7483-9d24-2374d3d460b2', 3, 60, 'USD', 200, 1795828500931323, '', NULL, NULL, '\xef984a46b683775210330db430c35c95482aaed170098dc11aec722920d0510b');
INSERT INTO public.transactions VALUES ('01a21fb8-4b65-7ed0-964f-6ab4e822a1d5', 596838957196, 1, NULL, 1, 5, 'USD', 5, 1795828501349926, '', NULL, NULL, '\xb171a4362ae5aa760582c939ac3d1918d16396cd6a24ca040398269e8a51f52c');


--
-- Data for Name: unknown_account_attempts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.unknown_account_attempts VALUES (1, 0);


--
-- Name: goose_db_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.goose_db_version_id_seq', 2, true);


--
-- Name: accounts accounts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_number);


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
    ADD CONSTRAINT pin_reset_codes_pkey PRIMARY KEY (account_number);


--
-- Name: rate_limits rate_limits_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rate_limits
    ADD CONSTRAINT rate_limits_pkey PRIMARY KEY (limit_name, limit_key);


--
-- Name: recovery_codes recovery_codes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (account_number, code_hash);


--
-- Name: second_factors second_factors_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_pkey PRIMARY KEY (account_number);


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
-- Name: unknown_account_attempts unknown_account_attempts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unknown_account_attempts
    ADD CONSTRAINT unknown_account_attempts_pkey PRIMARY KEY (id);


--
-- Name: accounts_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX accounts_by_age ON public.accounts USING btree (created_at, account_number);


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
-- Name: sessions_by_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_by_account ON public.sessions USING btree (account_number);


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
-- Name: transactions transactions_are_never_changed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER transactions_are_never_changed BEFORE DELETE OR UPDATE ON public.transactions FOR EACH ROW EXECUTE FUNCTION public.refuse_change_to_history();


--
-- Name: transactions transactions_are_never_truncated; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER transactions_are_never_truncated BEFORE TRUNCATE ON public.transactions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change_to_history();


--
-- Name: transactions transactions_move_their_account; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER transactions_move_their_account AFTER INSERT ON public.transactions FOR EACH ROW EXECUTE FUNCTION public.move_account();


--
-- Name: pin_reset_codes pin_reset_codes_account_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pin_reset_codes
    ADD CONSTRAINT pin_reset_codes_account_number_fkey FOREIGN KEY (account_number) REFERENCES public.accounts(account_number);


--
-- Name: recovery_codes recovery_codes_account_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_account_number_fkey FOREIGN KEY (account_number) REFERENCES public.accounts(account_number);


--
-- Name: second_factors second_factors_account_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_account_number_fkey FOREIGN KEY (account_number) REFERENCES public.accounts(account_number);


--
-- Name: sessions sessions_account_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_account_number_fkey FOREIGN KEY (account_number) REFERENCES public.accounts(account_number);


--
-- PostgreSQL database dump complete
--


