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

INSERT INTO public.accounts VALUES (138016361493, 'Ada Lovelace', 'adalovelace', 'customer', 1795841708259432, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$q/5AQ78v7eeZ4tMU+8jn3A$iEOcGMBj4XCQpuFl2HGZCZJpy3Q/OmyAEUgrgr4xV5o', 3, true, 'USD', 70, 1, '01a22081-d0e3-76e9-a401-bcff927c6304', '\xe6e446efa5f6205b3a7fb2e06a61c240b48869398b0c383e0a345199bfc654e9', 1795841708259432);
INSERT INTO public.accounts VALUES (215394251395, 'Ada Lovelace', 'adalovelace', 'customer', 1795841707793322, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$HcVJn1vp5VlGRDkUI5ZI+A$8CWbbdrjgzT6aeR9cI0NTB2Z4QOvexJWHlgL+fjZqSw', 0, false, 'USD', 750, 6, '01a22081-d25e-7b95-9d4f-ee5402c0d1ff', '\x43d4758f99d1cda5ccef7118bda6932e8215cf83d7487d5dfbd3412fe73d13e7', 1795841708638724);
INSERT INTO public.accounts VALUES (153104376774, 'Ada Lovelace', 'adalovelace', 'customer', 1795841708179529, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$zDfs3uuS1VHPQ7Se02iQqA$lCgGtol5r9nDS3pBpdBp97TSr+kPJ5LZDQ7s+38mqpA', 0, false, 'USD', 215, 6, '01a22081-d25e-7b95-b92f-b8f874e1d0b3', '\xb53c14ee7dde44abd312687e4a52d3a7ff9e4cb204c26cb0db0b3effec85f907', 1795841708638724);
INSERT INTO public.accounts VALUES (741963893127, 'Emmy Noether', 'emmynoether', 'customer', 1795841709020416, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$E1AZUxQ8T4b3L8URD80i1Q$7ayF9UtZaAWfRBuE6DQDpPvelsxdjJoNXyKYOEVJ4xI', 0, false, 'USD', 5, 1, '01a22081-d3dc-76a7-b26b-99d568caedea', '\xbf7dc30951bb5f2add91c68380683c16addb8b30accf7785e7a91da89bed1396', 1795841709020416);


--
-- Data for Name: event_chain; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event_chain VALUES (1, 7, '\x4a343f40dd2695f211751c2006fc5059911231ff565def94baded27fad5262ca');


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES (1, '01a22081-d167-7000-b2a9-79ea7f61cb04', 'signed_in', 215394251395, '215394251395', '127.0.0.1', '01a22081-d0f5-799e-9347-df77ef1512ba', '01a22081-d0f5-799e-9347-df77ef1512ba', 1795841708391000, 1, '01a22081-d166-7cc4-ab7e-eb7cb3cc47f2', '\x0000000000000000000000000000000000000000000000000000000000000000', '\xd2b9626b95f9673cef08ada098c5ab1ec56430e48efe9c471279e7cc74664844');
INSERT INTO public.events VALUES (2, '01a22081-d224-7851-88a5-0ec4c8279bb6', 'signed_in', 153104376774, '153104376774', '127.0.0.1', '01a22081-d169-7314-9930-28eef2cc1b50', '01a22081-d169-7314-9930-28eef2cc1b50', 1795841708580520, 1, '01a22081-d224-7024-a4f5-99a1a93f0e6e', '\xd2b9626b95f9673cef08ada098c5ab1ec56430e48efe9c471279e7cc74664844', '\xb84aa16b19d9abf1485969d6fabba5f872c1383a14ba8545ca2178d8b292f572');
INSERT INTO public.events VALUES (3, '01a22081-d560-773f-9531-601eb7d4b6b2', 'second_factor_enabled', 153104376774, '153104376774', '127.0.0.1', '01a22081-d560-7079-8311-7826ebf5c26e', '01a22081-d560-7079-8311-7826ebf5c26e', 1795841709408453, 1, '', '\xb84aa16b19d9abf1485969d6fabba5f872c1383a14ba8545ca2178d8b292f572', '\x3406cf58295fae1119e30b6acc021bb00dfe2c871fa60f16d57b1082b34fe054');
INSERT INTO public.events VALUES (4, '01a22081-d675-7343-9e34-935790b655b2', 'login_failed', 138016361493, 'anonymous', '127.0.0.1', '01a22081-d566-795f-a4f5-1a31d00cc2af', '01a22081-d566-795f-a4f5-1a31d00cc2af', 1795841709685204, 1, '', '\x3406cf58295fae1119e30b6acc021bb00dfe2c871fa60f16d57b1082b34fe054', '\x64bfe7e7c7b0b9ba0e1346c4fc72e66f558b025eddddaea7493c6da3541396b5');
INSERT INTO public.events VALUES (5, '01a22081-d798-7b06-84d8-82498789f0da', 'login_failed', 138016361493, 'anonymous', '127.0.0.1', '01a22081-d675-7e86-b30c-d8d79dbc7644', '01a22081-d675-7e86-b30c-d8d79dbc7644', 1795841709976689, 1, '', '\x64bfe7e7c7b0b9ba0e1346c4fc72e66f558b025eddddaea7493c6da3541396b5', '\xbee853ef2aa906e95505eb0c72f0100b1cc5fba93858c3790ae1717a5c1151e4');
INSERT INTO public.events VALUES (6, '01a22081-da32-7e04-84b9-1439f8499c44', 'login_failed', 138016361493, 'anonymous', '127.0.0.1', '01a22081-d7a3-76ca-a4bb-dbc6ac720a2d', '01a22081-d7a3-76ca-a4bb-dbc6ac720a2d', 1795841710642876, 1, '', '\xbee853ef2aa906e95505eb0c72f0100b1cc5fba93858c3790ae1717a5c1151e4', '\x31ccaca2da0ce96216962352bc4206b945b875b291180fbed04409d922c9127f');
INSERT INTO public.events VALUES (7, '01a22081-da32-7e08-981a-217a08877eb2', 'account_locked', 138016361493, 'anonymous', '127.0.0.1', '01a22081-d7a3-76ca-a4bb-dbc6ac720a2d', '01a22081-d7a3-76ca-a4bb-dbc6ac720a2d', 1795841710642877, 1, '', '\x31ccaca2da0ce96216962352bc4206b945b875b291180fbed04409d922c9127f', '\x4a343f40dd2695f211751c2006fc5059911231ff565def94baded27fad5262ca');


--
-- Data for Name: goose_db_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.goose_db_version VALUES (1, 0, true, '2026-11-28 04:55:15.825221');
INSERT INTO public.goose_db_version VALUES (2, 1, true, '2026-11-28 04:55:15.832975');
INSERT INTO public.goose_db_version VALUES (3, 2, true, '2026-11-28 04:55:15.932191');


--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency_keys VALUES ('kept-key-1', '215394251395', '\xd534b28d45c1acd4871db36b2e544faea056cfeb1dd3a0f8e7d7c8413d284caa', 1, '01a22081-d22f-7306-ba5d-a488d1b3c8d1', 1795841708591189);
INSERT INTO public.idempotency_keys VALUES ('kept-key-2', '153104376774', '\xdd6463cc92b9d2b50ce0c9f8ba31bec358e695191a1687d52cd8402bb2a9a76a', 1, '01a22081-d234-7600-b42d-83931c589460', 1795841708596375);
INSERT INTO public.idempotency_keys VALUES ('kept-key-3', '215394251395', '\x0fd0f7a1b364c72171b49c78fc9ddf2cf7f9a86bacd87ecf368363c0f44ffc2b', 1, '01a22081-d240-7d4b-b768-16c14b42ee10', 1795841708608831);
INSERT INTO public.idempotency_keys VALUES ('kept-key-4', '153104376774', '\x38f2c6e8553619aec80a530f588cd077f27a04c8dbf75b50ad8d871d7a867781', 1, '01a22081-d245-7db6-b8a8-2c5a2e30f5dc', 1795841708613857);
INSERT INTO public.idempotency_keys VALUES ('kept-key-5', '215394251395', '\x5563f00f9827869e60f5160e35aa4f0394ab55ca9c89c18d756d43014f9a2cba', 1, '01a22081-d251-7de3-b68b-0b0693eedd58', 1795841708625868);
INSERT INTO public.idempotency_keys VALUES ('kept-key-6', '215394251395', '\xc2fddbd07881bf9a7eb634e7a3e517766b08d73eed70adb3cb66e3ecf350333a', 2, '01a22081-d25e-7b95-9ae5-0e5263fcd678', 1795841708638724);
INSERT INTO public.idempotency_keys VALUES ('kept-key-7', 'open_account:cb2f4d17c194f06888ae90528d67a09bd5d6bba3f8f307f716579c269c12897d', '\xcb2f4d17c194f06888ae90528d67a09bd5d6bba3f8f307f716579c269c12897d', 1, '01a22081-d3dc-76a7-b26b-99d568caedea', 1795841709020416);


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

INSERT INTO public.recovery_codes VALUES (153104376774, '\x0a62b88526448ed37d652e66fc6199a3bcd3fd6a6ba054e86de540ce1403d35f');
INSERT INTO public.recovery_codes VALUES (153104376774, '\x149dbb79988066642adc9a608c906b8d72c0f91bcbc087f3263b5ca6a2b55184');
INSERT INTO public.recovery_codes VALUES (153104376774, '\x3c1b86134d5c583b37fa5d22c74598eaab6c860eaeb5b9236a3edb0e4bed7953');
INSERT INTO public.recovery_codes VALUES (153104376774, '\x408d995c91be355b4c087ed916214b3900b1e43da68b32674327edc5cf8a334f');
INSERT INTO public.recovery_codes VALUES (153104376774, '\x769bfae0b0e346673757b631717f2e95c056042eaf699e62a29770746d4f7a82');
INSERT INTO public.recovery_codes VALUES (153104376774, '\xb1d0994c411c3aa5967d823029e11dc9eb510d6d5c381648c3d5160fdc52cd54');
INSERT INTO public.recovery_codes VALUES (153104376774, '\xc08c87465fea022e6c82fdaee9fa3d80bbd4c964b9b8f6303010de4ed962f6b4');
INSERT INTO public.recovery_codes VALUES (153104376774, '\xcf7f27425f824af1b04a536b3c2e674e7be76a7dd837160475be71e08515aed5');
INSERT INTO public.recovery_codes VALUES (153104376774, '\xd82acfa6c331bec8be11ee3e22264632ba7612584d68a646654081cfa5011ee0');
INSERT INTO public.recovery_codes VALUES (153104376774, '\xe57fe2bd9acdf07197ddf8e48335b0517dd3b4130ef1c8e108f148e3af70cd35');


--
-- Data for Name: second_factors; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.second_factors VALUES (153104376774, '\xf25a0de81280d71896cdc62ea7e2ea0ce717e059aa9a296e288d086318bb282594a55255669f8679a9d12b081cf5b7b049fff038e8058b504cd08513', '9e85c3a3', 2, 1795841709408377, 59861390);


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sessions VALUES ('01a22081-d166-7cc4-ab7e-eb7cb3cc47f2', 215394251395, '01a22081-d166-7cc4-8e7f-5feb7789b063', 1795841708390798, 1796446508390798, NULL, '127.0.0.1', 'Go-http-client/1.1', 1795841708390798, 0, false, false);
INSERT INTO public.sessions VALUES ('01a22081-d224-7024-a4f5-99a1a93f0e6e', 153104376774, '01a22081-d224-7024-bf65-05fa23de347e', 1795841708580009, 1796446508580009, NULL, '127.0.0.1', 'Go-http-client/1.1', 1795841708580009, 0, true, false);


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

INSERT INTO public.transactions VALUES ('01a22081-cf11-7526-a915-6b442bda4993', 215394251395, 1, NULL, 1, 1000, 'USD', 1000, 1795841707793322, '', NULL, NULL, '\x7d26e38d4bd01508e0439be4a765f991b81415996d87feb419033ed7adb08637', '');
INSERT INTO public.transactions VALUES ('01a22081-d093-7876-9c6b-c9920aab9ecd', 153104376774, 1, NULL, 1, 0, 'USD', 0, 1795841708179529, '', NULL, NULL, '\x23d0dc4117bc65386443d851ba72f1219f9f7c6b4536c1cf5a62fb772e913a86', '');
INSERT INTO public.transactions VALUES ('01a22081-d0e3-76e9-a401-bcff927c6304', 138016361493, 1, NULL, 1, 70, 'USD', 70, 1795841708259432, '', NULL, NULL, '\xe6e446efa5f6205b3a7fb2e06a61c240b48869398b0c383e0a345199bfc654e9', '');
INSERT INTO public.transactions VALUES ('01a22081-d22f-7306-83eb-bf66025c608c', 153104376774, 2, '01a22081-d093-7876-9c6b-c9920aab9ecd', 4, 300, 'USD', 300, 1795841708591189, 'Rent', '01a22081-d22f-7306-8071-1a97c3454fa6', 215394251395, '\x0274e5989c860206450e76f2f91ab10b92a02e38d3a7c1fafaf4c488119cd2ba', '');
INSERT INTO public.transactions VALUES ('01a22081-d22f-7306-ba5d-a488d1b3c8d1', 215394251395, 2, '01a22081-cf11-7526-a915-6b442bda4993', 5, 300, 'USD', 700, 1795841708591189, 'Rent', '01a22081-d22f-7306-8071-1a97c3454fa6', 153104376774, '\x5d2bda3ab76b85b25f067610bcd2cf0b9e8d6cfbc5d20718bfbb7401dc7ce243', '');
INSERT INTO public.transactions VALUES ('01a22081-d234-7600-b42d-83931c589460', 153104376774, 3, '01a22081-d22f-7306-83eb-bf66025c608c', 5, 40, 'USD', 260, 1795841708596375, '', '01a22081-d234-7600-8f05-45abd1eb3d72', 215394251395, '\x2ed021dac1f10960d437d47d74bf672ac1a418fc38b604a1bf31a3e633e9d7e0', '');
INSERT INTO public.transactions VALUES ('01a22081-d234-7600-baf0-a0dd4879f988', 215394251395, 3, '01a22081-d22f-7306-ba5d-a488d1b3c8d1', 4, 40, 'USD', 740, 1795841708596375, '', '01a22081-d234-7600-8f05-45abd1eb3d72', 153104376774, '\xc836bccab94ad488e5440aaf3297d500a39cf5a58196fa56b8d817e1963b21be', '');
INSERT INTO public.transactions VALUES ('01a22081-d240-7d4b-b768-16c14b42ee10', 215394251395, 4, '01a22081-d234-7600-baf0-a0dd4879f988', 2, 25, 'USD', 765, 1795841708608831, 'Cash', NULL, NULL, '\x3b45af90df457bb7e87785492f081ffcc6a40691fae0a76e189569966eb8c5ba', '');
INSERT INTO public.transactions VALUES ('01a22081-d245-7db6-b8a8-2c5a2e30f5dc', 153104376774, 4, '01a22081-d234-7600-b42d-83931c589460', 3, 60, 'USD', 200, 1795841708613857, '', NULL, NULL, '\xf4d4d1907acc4262942e69dd783e09158e285850d38a6d45dd727a1e86ec408b', '');
INSERT INTO public.transactions VALUES ('01a22081-d251-7de3-8ef0-a06cd141ac5a', 153104376774, 5, '01a22081-d245-7db6-b8a8-2c5a2e30f5dc', 4, 10, 'USD', 210, 1795841708625868, '', '01a22081-d251-7de3-997f-0c418317ac1c', 215394251395, '\x30d1a24ce5e2e5f024a0ceee344c99ea61b5cf5705f82a4087d72af492705e65', '2026-11/0001');
INSERT INTO public.transactions VALUES ('01a22081-d251-7de3-b68b-0b0693eedd58', 215394251395, 5, '01a22081-d240-7d4b-b768-16c14b42ee10', 5, 10, 'USD', 755, 1795841708625868, '', '01a22081-d251-7de3-997f-0c418317ac1c', 153104376774, '\x6ec8a4754fc25ceec801ee85662c5e13bcd0d1830d167a661c2be6df85f95091', '2026-11/0001');
INSERT INTO public.transactions VALUES ('01a22081-d25e-7b95-9d4f-ee5402c0d1ff', 215394251395, 6, '01a22081-d251-7de3-b68b-0b0693eedd58', 5, 5, 'USD', 750, 1795841708638724, '', '01a22081-d25e-7b95-8eca-12f8a8e568f3', 153104376774, '\x43d4758f99d1cda5ccef7118bda6932e8215cf83d7487d5dfbd3412fe73d13e7', '2026-11/0002');
INSERT INTO public.transactions VALUES ('01a22081-d25e-7b95-b92f-b8f874e1d0b3', 153104376774, 6, '01a22081-d251-7de3-8ef0-a06cd141ac5a', 4, 5, 'USD', 215, 1795841708638724, '', '01a22081-d25e-7b95-8eca-12f8a8e568f3', 215394251395, '\xb53c14ee7dde44abd312687e4a52d3a7ff9e4cb204c26cb0db0b3effec85f907', '2026-11/0002');
INSERT INTO public.transactions VALUES ('01a22081-d3dc-76a7-b26b-99d568caedea', 741963893127, 1, NULL, 1, 5, 'USD', 5, 1795841709020416, '', NULL, NULL, '\xbf7dc30951bb5f2add91c68380683c16addb8b30accf7785e7a91da89bed1396', '');


--
-- Data for Name: transfer_batches; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.transfer_batches VALUES ('01a22081-d25e-7b95-9ae5-0e5263fcd678', 215394251395, 'each', 1795841708638724, 5, '01a22081-d25e-7b95-9d4f-ee5402c0d1ff
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
-- Name: transactions transactions_move_their_account; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER transactions_move_their_account AFTER INSERT ON public.transactions FOR EACH ROW EXECUTE FUNCTION public.move_account();


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


