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
    IF TG_OP = 'UPDATE' AND (NEW.balance, NEW.last_sequence, NEW.last_id, NEW.last_hash, NEW.last_timestamp)
       IS DISTINCT FROM (OLD.balance, OLD.last_sequence, OLD.last_id, OLD.last_hash, OLD.last_timestamp) THEN
        RAISE EXCEPTION 'the account violates a constraint: its entries alone move it' USING ERRCODE = 'check_violation';
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
    reference text DEFAULT ''::text NOT NULL,
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

INSERT INTO public.accounts VALUES (889750529758, 'Ada Lovelace', 'adalovelace', 'customer', 1795844487894955, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$EjuCogLN7Eoxt4AzzNbZnA$GOkrcsWJmErANbsaBels71ZHqtxnF6pgNYrR3UpC7zE', 3, true, 'USD', 70, 1, '01a220ac-3ad6-7f47-a3f8-46fd159d64dc', '\x11458723f0fb2ef2765f600fbda644de4cb88c5536245f9853c68e678928c717', 1795844487894955);
INSERT INTO public.accounts VALUES (448493870142, 'Ada Lovelace', 'adalovelace', 'customer', 1795844487813457, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$J8unQ1RIWiIhM5AgpaHDNg$R9n3c/uRFOgeks3asVSnvSdACleIRraQAyjINIMBVbo', 0, false, 'USD', 750, 6, '01a220ac-3b04-7791-9902-82933998d70a', '\x54fc1d868399252d20ecc5358ca576266eb4e8588d825e44abda44137456a5f3', 1795844487940473);
INSERT INTO public.accounts VALUES (391503017983, 'Ada Lovelace', 'adalovelace', 'customer', 1795844487854420, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$FgIvS0qBjmVbros/SyQ8hw$2Q7qpq0tiwAbt41hMddXLPvFaYyzcQN1pUZO8nbO4i0', 0, false, 'USD', 215, 6, '01a220ac-3b04-7791-aa3e-1689b0a288b4', '\x4fbc26bceb50f675f293a7711b3e620cbac3c3825b6a85a694485a8307c71e6e', 1795844487940473);
INSERT INTO public.accounts VALUES (815498543900, 'Emmy Noether', 'emmynoether', 'customer', 1795844487980523, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$PeNHbx6GnSRbTPC1OWLKPg$v6bU67F1pFwxDa8ISY7zsfR3aE4U5ib0lwDZ9E9xP4c', 0, false, 'USD', 5, 1, '01a220ac-3b2c-785e-9b55-73a05dca9229', '\x871c1bfc8aa31c6ca910641b9979f22d26c13e436feddf8bf4d813ed68865a8e', 1795844487980523);


--
-- Data for Name: event_chain; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event_chain VALUES (1, 7, '\xf95c1079244d8b9e52985e0f4c9d2f0e7a4252a6e441e391ec40b478e1e9f135');


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES (1, '01a220ac-3aeb-7a18-9f4d-89493e80cfc8', 'signed_in', 448493870142, '448493870142', '127.0.0.1', '01a220ac-3ad7-7a1c-bea0-fa7743ef1714', '01a220ac-3ad7-7a1c-bea0-fa7743ef1714', 1795844487915631, 1, '01a220ac-3aeb-75f3-acde-21278fbfb8f4', '\x0000000000000000000000000000000000000000000000000000000000000000', '\xbd70c40b75649ddf09c6c1132dc7ab02274ab9e756883b8f1f956650ac3da77f');
INSERT INTO public.events VALUES (2, '01a220ac-3b01-7737-a4c4-50fb380c2dd3', 'signed_in', 391503017983, '391503017983', '127.0.0.1', '01a220ac-3aec-77b3-980d-f2f994266576', '01a220ac-3aec-77b3-980d-f2f994266576', 1795844487937451, 1, '01a220ac-3b01-7378-9259-af0aef5e062b', '\xbd70c40b75649ddf09c6c1132dc7ab02274ab9e756883b8f1f956650ac3da77f', '\x8d20563126f4549d8645525c411044c22cdfc1e836be7e5fa7e4e5e0ffd5273c');
INSERT INTO public.events VALUES (3, '01a220ac-3b54-72ed-a577-24b7cf8189e4', 'second_factor_enabled', 391503017983, '391503017983', '127.0.0.1', '01a220ac-3b53-7d35-9939-891813bc5d5a', '01a220ac-3b53-7d35-9939-891813bc5d5a', 1795844488020183, 1, '', '\x8d20563126f4549d8645525c411044c22cdfc1e836be7e5fa7e4e5e0ffd5273c', '\xe02e89825287a43c3beef484eec557fe8de481bbb9d367559e877bc6c5df3219');
INSERT INTO public.events VALUES (4, '01a220ac-3b7a-7abc-8c5b-21e043ebbe27', 'login_failed', 889750529758, 'anonymous', '127.0.0.1', '01a220ac-3b54-7857-824d-d7c88408300e', '01a220ac-3b54-7857-824d-d7c88408300e', 1795844488058671, 1, '', '\xe02e89825287a43c3beef484eec557fe8de481bbb9d367559e877bc6c5df3219', '\x6d02c93f3f66a4a5359d7944aa0e6e915e2a8670307ea8a725638f7b62ba05be');
INSERT INTO public.events VALUES (5, '01a220ac-3ba1-7f4b-a916-87e8b7d2fd7a', 'login_failed', 889750529758, 'anonymous', '127.0.0.1', '01a220ac-3b7b-76fa-9696-747ca6de681d', '01a220ac-3b7b-76fa-9696-747ca6de681d', 1795844488097956, 1, '', '\x6d02c93f3f66a4a5359d7944aa0e6e915e2a8670307ea8a725638f7b62ba05be', '\x1c0f71ed144acac2519d5357a82ad3dd74acec9aa8971c80f36e95484e34893f');
INSERT INTO public.events VALUES (6, '01a220ac-3bc9-7ce5-bd5b-ee714081ec90', 'login_failed', 889750529758, 'anonymous', '127.0.0.1', '01a220ac-3ba2-7a67-a7c0-209fc38336b8', '01a220ac-3ba2-7a67-a7c0-209fc38336b8', 1795844488137806, 1, '', '\x1c0f71ed144acac2519d5357a82ad3dd74acec9aa8971c80f36e95484e34893f', '\x9f08a8053358065af1bd637ae8da8ede843bda22f30fa5dea2353b455015cda2');
INSERT INTO public.events VALUES (7, '01a220ac-3bc9-7ce9-a85e-edd28b3a1ce6', 'account_locked', 889750529758, 'anonymous', '127.0.0.1', '01a220ac-3ba2-7a67-a7c0-209fc38336b8', '01a220ac-3ba2-7a67-a7c0-209fc38336b8', 1795844488137807, 1, '', '\x9f08a8053358065af1bd637ae8da8ede843bda22f30fa5dea2353b455015cda2', '\xf95c1079244d8b9e52985e0f4c9d2f0e7a4252a6e441e391ec40b478e1e9f135');


--
-- Data for Name: goose_db_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.goose_db_version VALUES (1, 0, true, '2026-11-28 05:41:29.720126');
INSERT INTO public.goose_db_version VALUES (2, 1, true, '2026-11-28 05:41:29.724369');
INSERT INTO public.goose_db_version VALUES (3, 2, true, '2026-11-28 05:41:29.748814');


--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency_keys VALUES ('kept-key-1', '448493870142', '\x6bc710f73c9d789972d99f7144af36199e2d41b156f1bb2700c3775e0e58acc3', 1, '01a220ac-3b02-74a3-9aa6-95c00cf4090e', 1795844487938290);
INSERT INTO public.idempotency_keys VALUES ('kept-key-2', '391503017983', '\x0e6922bc4f9163a53f7fafb8cba457c4c76feb0efab2b273dbccde14876a2fb8', 1, '01a220ac-3b02-7ebc-ba4d-262a7e398d4c', 1795844487938921);
INSERT INTO public.idempotency_keys VALUES ('kept-key-3', '448493870142', '\xb23a5b6448edc32e18f38e721210ef835b0804bb2653c50e9ad71bbcfb33fd25', 1, '01a220ac-3b03-74fd-9341-8096ab5dbc7c', 1795844487939312);
INSERT INTO public.idempotency_keys VALUES ('kept-key-4', '391503017983', '\x778f3768abbf8741ea9a92f462c9ce0d80fac90d17b46b1eabf8d2eef7f6dd72', 1, '01a220ac-3b03-7a04-9450-928af60709a5', 1795844487939626);
INSERT INTO public.idempotency_keys VALUES ('kept-key-5', '448493870142', '\xb5388ae8eac0c821f260cfe60fd3868277aa2b8d048fd30373bafedcac125fc4', 1, '01a220ac-3b03-7f68-baab-e2560d766c14', 1795844487939963);
INSERT INTO public.idempotency_keys VALUES ('kept-key-6', '448493870142', '\xb5d13c4f54c1ecf05f6853561579f839a16c2adefb571fc293c9ac362f2ebb89', 2, '01a220ac-3b04-7791-8931-09d44351ee3e', 1795844487940473);
INSERT INTO public.idempotency_keys VALUES ('kept-key-7', 'open_account:cb2f4d17c194f06888ae90528d67a09bd5d6bba3f8f307f716579c269c12897d', '\xcb2f4d17c194f06888ae90528d67a09bd5d6bba3f8f307f716579c269c12897d', 1, '01a220ac-3b2c-785e-9b55-73a05dca9229', 1795844487980523);


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

INSERT INTO public.recovery_codes VALUES (391503017983, '\x1a95dce73be2121f019bfe504a307c3cb1588e9504703433ee1d12f8f3628401');
INSERT INTO public.recovery_codes VALUES (391503017983, '\x4bfcd853fa07dcd58c603446e054e93163d639b767f4c079bfcf9665567c3342');
INSERT INTO public.recovery_codes VALUES (391503017983, '\x5190104d484e504e642cc98da71ca3944229f1c94ce2b1e7611bfee345fac4d1');
INSERT INTO public.recovery_codes VALUES (391503017983, '\x766d377d67be6ac3cc5d6116b0fff78cc40d441851c33741220fa948bc822cea');
INSERT INTO public.recovery_codes VALUES (391503017983, '\x7afa12ae04cdaad6564e3b7f169c80388db027b231bc78919b92ddfe1cdcbd32');
INSERT INTO public.recovery_codes VALUES (391503017983, '\x9f0f50261da9259ef0a8bf92f1b828b4972032682e60a6c902e45d2fce03155c');
INSERT INTO public.recovery_codes VALUES (391503017983, '\xa66babef78aa200fdbafcf63bfec0a54f7191e502bf1ef6dd037ee6bfce3f27f');
INSERT INTO public.recovery_codes VALUES (391503017983, '\xeb19d01dc44a9073514f9171ace711503dc6f24f7041f68ccbec6f5a85b39e5a');
INSERT INTO public.recovery_codes VALUES (391503017983, '\xf468930560e88a8f468acb426de8bd87547fce84963aa68639a130c344659a8e');
INSERT INTO public.recovery_codes VALUES (391503017983, '\xf888bccb1ba50f287590b782701ba2bc74e6f13a0a21b05af31b90cea4182f2a');


--
-- Data for Name: second_factors; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.second_factors VALUES (391503017983, '\x08a75a6fcd913a572e9272142c7058e8b6e202620e775e55bf5c7110b271415c4b6dff50f0a1ff2c50c9f7b3e0579beb5f928f577df1993eefb2ef1b', '9e85c3a3', 2, 1795844488020102, 59861482);


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sessions VALUES ('01a220ac-3aeb-75f3-acde-21278fbfb8f4', 448493870142, '01a220ac-3aeb-75f3-a45e-6110441282ac', 1795844487915372, 1796449287915372, NULL, '127.0.0.1', 'Go-http-client/1.1', 1795844487915372, 0, false, false);
INSERT INTO public.sessions VALUES ('01a220ac-3b01-7378-9259-af0aef5e062b', 391503017983, '01a220ac-3b01-7378-bc7b-95268c906877', 1795844487937217, 1796449287937217, NULL, '127.0.0.1', 'Go-http-client/1.1', 1795844487937217, 0, true, false);


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

INSERT INTO public.transactions VALUES ('01a220ac-3a85-774f-85ac-ad8efa929a50', 448493870142, 1, NULL, 1, 1000, 'USD', 1000, 1795844487813457, '', NULL, NULL, '\x73a0529f924832ab8d167627fdb2bb4d9b7f71c6686744156a4688fb932f5dc8', '');
INSERT INTO public.transactions VALUES ('01a220ac-3aae-76b8-a612-165f2c423cbd', 391503017983, 1, NULL, 1, 0, 'USD', 0, 1795844487854420, '', NULL, NULL, '\xf774b08337213530e97bf170079e182bb0a5ed16aef4e6d944828fc97136b8fb', '');
INSERT INTO public.transactions VALUES ('01a220ac-3ad6-7f47-a3f8-46fd159d64dc', 889750529758, 1, NULL, 1, 70, 'USD', 70, 1795844487894955, '', NULL, NULL, '\x11458723f0fb2ef2765f600fbda644de4cb88c5536245f9853c68e678928c717', '');
INSERT INTO public.transactions VALUES ('01a220ac-3b02-74a3-9aa6-95c00cf4090e', 448493870142, 2, '01a220ac-3a85-774f-85ac-ad8efa929a50', 5, 300, 'USD', 700, 1795844487938290, 'Rent', '01a220ac-3b02-74a3-b225-22a5672f2bec', 391503017983, '\x7ae2e3a4c33f3d9a283969421daff31eaf095fdd84ad22cd317291ebc08550ff', '');
INSERT INTO public.transactions VALUES ('01a220ac-3b02-74a3-b42f-50ab63461356', 391503017983, 2, '01a220ac-3aae-76b8-a612-165f2c423cbd', 4, 300, 'USD', 300, 1795844487938290, 'Rent', '01a220ac-3b02-74a3-b225-22a5672f2bec', 448493870142, '\xd98d427090129278af596f158bf7e829081fc2a0ac625515078d5e4593d81555', '');
INSERT INTO public.transactions VALUES ('01a220ac-3b02-7ebc-a934-15495e96fd1d', 448493870142, 3, '01a220ac-3b02-74a3-9aa6-95c00cf4090e', 4, 40, 'USD', 740, 1795844487938921, '', '01a220ac-3b02-7ebc-b586-190b36114d89', 391503017983, '\x2bbbff0778e3224beb7f70af31866cc8f9f6fc683676e154c6ef41ca6c6f5c9c', '');
INSERT INTO public.transactions VALUES ('01a220ac-3b02-7ebc-ba4d-262a7e398d4c', 391503017983, 3, '01a220ac-3b02-74a3-b42f-50ab63461356', 5, 40, 'USD', 260, 1795844487938921, '', '01a220ac-3b02-7ebc-b586-190b36114d89', 448493870142, '\x139afa538352aed20a3c9ea7a4e403f5bf8b9f15f2d5d190d70be3a161b98a74', '');
INSERT INTO public.transactions VALUES ('01a220ac-3b03-74fd-9341-8096ab5dbc7c', 448493870142, 4, '01a220ac-3b02-7ebc-a934-15495e96fd1d', 2, 25, 'USD', 765, 1795844487939312, 'Cash', NULL, NULL, '\x3f56e4e7ac3a1f0cd4f997e1da95d4d2975574afa5689c49a9148c42b0ba8986', '');
INSERT INTO public.transactions VALUES ('01a220ac-3b03-7a04-9450-928af60709a5', 391503017983, 4, '01a220ac-3b02-7ebc-ba4d-262a7e398d4c', 3, 60, 'USD', 200, 1795844487939626, '', NULL, NULL, '\xdf4998e91de33abd034791327137e6016ea7e9f402482162509a881dcceddc17', '');
INSERT INTO public.transactions VALUES ('01a220ac-3b03-7f68-8dba-1516d4819af2', 391503017983, 5, '01a220ac-3b03-7a04-9450-928af60709a5', 4, 10, 'USD', 210, 1795844487939963, '', '01a220ac-3b03-7f68-8cb8-a97ec0b12bad', 448493870142, '\xd2b42c46f1a710e9661136c29bc8c646df70f2ee1919e7a118fd3f7cb0a9abf9', '2026-11/0001');
INSERT INTO public.transactions VALUES ('01a220ac-3b03-7f68-baab-e2560d766c14', 448493870142, 5, '01a220ac-3b03-74fd-9341-8096ab5dbc7c', 5, 10, 'USD', 755, 1795844487939963, '', '01a220ac-3b03-7f68-8cb8-a97ec0b12bad', 391503017983, '\xf97907113c616cca63de4dd87cd9f6f35615e85b3d085e522c1a50ad690fcda9', '2026-11/0001');
INSERT INTO public.transactions VALUES ('01a220ac-3b04-7791-9902-82933998d70a', 448493870142, 6, '01a220ac-3b03-7f68-baab-e2560d766c14', 5, 5, 'USD', 750, 1795844487940473, '', '01a220ac-3b04-7791-ab3a-e8ef62cc87f9', 391503017983, '\x54fc1d868399252d20ecc5358ca576266eb4e8588d825e44abda44137456a5f3', '2026-11/0002');
INSERT INTO public.transactions VALUES ('01a220ac-3b04-7791-aa3e-1689b0a288b4', 391503017983, 6, '01a220ac-3b03-7f68-8dba-1516d4819af2', 4, 5, 'USD', 215, 1795844487940473, '', '01a220ac-3b04-7791-ab3a-e8ef62cc87f9', 448493870142, '\x4fbc26bceb50f675f293a7711b3e620cbac3c3825b6a85a694485a8307c71e6e', '2026-11/0002');
INSERT INTO public.transactions VALUES ('01a220ac-3b2c-785e-9b55-73a05dca9229', 815498543900, 1, NULL, 1, 5, 'USD', 5, 1795844487980523, '', NULL, NULL, '\x871c1bfc8aa31c6ca910641b9979f22d26c13e436feddf8bf4d813ed68865a8e', '');


--
-- Data for Name: transfer_batches; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.transfer_batches VALUES ('01a220ac-3b04-7791-8931-09d44351ee3e', 448493870142, 'each', 1795844487940473, 5, '01a220ac-3b04-7791-9902-82933998d70a
refused reference_used');


--
-- Data for Name: unknown_account_attempts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.unknown_account_attempts VALUES (1, 0);


--
-- Name: goose_db_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.goose_db_version_id_seq', 3, true);


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
-- Name: transfer_batches transfer_batches_account_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transfer_batches
    ADD CONSTRAINT transfer_batches_account_number_fkey FOREIGN KEY (account_number) REFERENCES public.accounts(account_number);


--
-- PostgreSQL database dump complete
--


