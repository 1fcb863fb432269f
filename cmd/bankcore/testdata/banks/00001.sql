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

INSERT INTO public.accounts VALUES (996392646971, 'Ada Lovelace', 'adalovelace', 'customer', 1795831169754050, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$jRrkbdLv87tf2cugpP/1Vg$QQy6DYRYfbZuXBXpmRlQl+E2pYinaIOkQYzZuagR7UY', 3, true, 'USD', 70, 1, '01a21fe1-02da-70cc-af16-4074f72b5517', '\xa678c3b277e0063a147760b8172d8f5f1403ccb99e572ccdd4ce29d8e0e70e09', 1795831169754050);
INSERT INTO public.accounts VALUES (972405618877, 'Ada Lovelace', 'adalovelace', 'customer', 1795831168846356, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$YDy34ar5iSgmzOf0snsV4Q$Udt8+LOTu/PwTJLzhX8mR08W/POTaNlZyP5sCgZMJJE', 0, false, 'USD', 765, 4, '01a21fe1-0369-7922-90a8-410157e7d7e2', '\xb4982faee91fdf81415e7419e56f6f1abe2289ec8f352ddbfe7d3d6239ab8ae6', 1795831169897571);
INSERT INTO public.accounts VALUES (607912303866, 'Ada Lovelace', 'adalovelace', 'customer', 1795831169330486, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$BLmWtEvSHxjNGzvUtTmBxQ$6PtMruFG20QB5E851yqEDECzXPAAUwWtYnJZj4edqCU', 0, false, 'USD', 200, 4, '01a21fe1-0369-7e20-86b1-345cfdf347d7', '\xe4fa2e82387f792bd3c0ec4c244035ce9b531919d43ba88a5859b1a849e6307c', 1795831169897883);
INSERT INTO public.accounts VALUES (218389165851, 'Emmy Noether', 'emmynoether', 'customer', 1795831169965429, 'open', '$argon2id$v=19$m=19456,t=2,p=1,keyid=7x8Mx48f$MlCyiSdMJoQQLu7yDPFMpA$OrNW3Qm7D2P2FAxW9peSf4AQC6K7bog3SRnaEVhQoqo', 0, false, 'USD', 5, 1, '01a21fe1-03ad-76dd-8ca8-7fb03d7db98b', '\x726eb108a404a17df481604fd9dd9e5b730e6194d44eb566dd71f7d343ba9e4c', 1795831169965429);


--
-- Data for Name: event_chain; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event_chain VALUES (1, 7, '\xcf73efd52c8e395fb3a12c372b230e280485062f585d859f69d53a6d41ca96bd');


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES (1, '01a21fe1-032d-7970-91e5-0b31c0e4da59', 'signed_in', 972405618877, '972405618877', '127.0.0.1', '01a21fe1-02dd-7173-bf7c-ed5f45f7f011', '01a21fe1-02dd-7173-bf7c-ed5f45f7f011', 1795831169837590, 1, '01a21fe1-032d-7631-ad6e-b67f263cd0fe', '\x0000000000000000000000000000000000000000000000000000000000000000', '\x06db826307fa2797f039bae10d643078b44c4b0d5a12794d4691b32bd3741604');
INSERT INTO public.events VALUES (2, '01a21fe1-0364-7306-8fda-488e470faafb', 'signed_in', 607912303866, '607912303866', '127.0.0.1', '01a21fe1-0330-7a62-8fc5-c800efe50d69', '01a21fe1-0330-7a62-8fc5-c800efe50d69', 1795831169892189, 1, '01a21fe1-0363-7ee9-967c-af5c3c3df04e', '\x06db826307fa2797f039bae10d643078b44c4b0d5a12794d4691b32bd3741604', '\x4486fc2427f7f99cea945938df6ccde33f642786b3ceac3aa8f055171d9e2427');
INSERT INTO public.events VALUES (3, '01a21fe1-03e5-71ca-9b49-a0dd98b411a6', 'second_factor_enabled', 607912303866, '607912303866', '127.0.0.1', '01a21fe1-03e4-7a90-80e4-ac68c1929316', '01a21fe1-03e4-7a90-80e4-ac68c1929316', 1795831170021112, 1, '', '\x4486fc2427f7f99cea945938df6ccde33f642786b3ceac3aa8f055171d9e2427', '\xdc727509371e45db86033a64a70a4b6385554b7c9866086d8908632c212a8f7d');
INSERT INTO public.events VALUES (4, '01a21fe1-042a-7f85-9e91-9cbb712dce51', 'login_failed', 996392646971, 'anonymous', '127.0.0.1', '01a21fe1-03e5-7a75-a802-7ed72a4647c6', '01a21fe1-03e5-7a75-a802-7ed72a4647c6', 1795831170090970, 1, '', '\xdc727509371e45db86033a64a70a4b6385554b7c9866086d8908632c212a8f7d', '\xb57c4a0feec3738f971ef86f84b6fd7a2985e59095ec9fab832efee1a61d162b');
INSERT INTO public.events VALUES (5, '01a21fe1-04a9-7b2f-9d09-4a718f1db18b', 'login_failed', 996392646971, 'anonymous', '127.0.0.1', '01a21fe1-042b-7a23-9f66-f7c73a71cd71', '01a21fe1-042b-7a23-9f66-f7c73a71cd71', 1795831170217699, 1, '', '\xb57c4a0feec3738f971ef86f84b6fd7a2985e59095ec9fab832efee1a61d162b', '\xbbc4a88e489894e2dd8840f5719468ba6d6cec12c96cb7a178f763eb3023df4c');
INSERT INTO public.events VALUES (6, '01a21fe1-04f8-7c49-bba9-a9820a784c95', 'login_failed', 996392646971, 'anonymous', '127.0.0.1', '01a21fe1-04b2-761e-ab9a-cc9244575c48', '01a21fe1-04b2-761e-ab9a-cc9244575c48', 1795831170296768, 1, '', '\xbbc4a88e489894e2dd8840f5719468ba6d6cec12c96cb7a178f763eb3023df4c', '\xa27c3c6270b7a8a0afad295398ffec6c0b7fcdb70757e7beefdad0ca1d9a4243');
INSERT INTO public.events VALUES (7, '01a21fe1-04f8-7c4d-abf3-a54d6748b49e', 'account_locked', 996392646971, 'anonymous', '127.0.0.1', '01a21fe1-04b2-761e-ab9a-cc9244575c48', '01a21fe1-04b2-761e-ab9a-cc9244575c48', 1795831170296769, 1, '', '\xa27c3c6270b7a8a0afad295398ffec6c0b7fcdb70757e7beefdad0ca1d9a4243', '\xcf73efd52c8e395fb3a12c372b230e280485062f585d859f69d53a6d41ca96bd');


--
-- Data for Name: goose_db_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.goose_db_version VALUES (1, 0, true, '2026-11-28 01:59:32.587001');
INSERT INTO public.goose_db_version VALUES (2, 1, true, '2026-11-28 01:59:32.59231');


--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency_keys VALUES ('kept-key-1', '972405618877', '\xf3d8bcb7e1cb8e903bb6115de4387113badc2770cb17d27a51bf78ca23b840d1', 1, '01a21fe1-0367-7a08-b315-34f8da0ad6af', 1795831169895627);
INSERT INTO public.idempotency_keys VALUES ('kept-key-2', '607912303866', '\x4905da222ea83f0344d9bb5f35798e9491bec78a87ffa25d8bf7297b5a506e3e', 1, '01a21fe1-0368-7f0e-b1e7-0aa98550bdad', 1795831169896941);
INSERT INTO public.idempotency_keys VALUES ('kept-key-3', '972405618877', '\x57c42aaf91963ace83f7cc28cde7d27fc5ea9604c34b20f4da10ff0468c804be', 1, '01a21fe1-0369-7922-90a8-410157e7d7e2', 1795831169897571);
INSERT INTO public.idempotency_keys VALUES ('kept-key-4', '607912303866', '\xbb4722b1e47fa4e43cd55a3cd3e13fd5300b776a8b5318f63be13288bfa04d16', 1, '01a21fe1-0369-7e20-86b1-345cfdf347d7', 1795831169897883);
INSERT INTO public.idempotency_keys VALUES ('kept-key-5', 'open_account:cb2f4d17c194f06888ae90528d67a09bd5d6bba3f8f307f716579c269c12897d', '\xcb2f4d17c194f06888ae90528d67a09bd5d6bba3f8f307f716579c269c12897d', 1, '01a21fe1-03ad-76dd-8ca8-7fb03d7db98b', 1795831169965429);


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

INSERT INTO public.recovery_codes VALUES (607912303866, '\x0e1ff7f7f39f4d5274963d926463fbaa64dcf94ed70a7d6399cbd672a7ebd68d');
INSERT INTO public.recovery_codes VALUES (607912303866, '\x1181c410ae22bf474a80e8193932b758a5513cea0ed7b9c0bcdd5421290389c8');
INSERT INTO public.recovery_codes VALUES (607912303866, '\x2bde080f0a9860815731872236c09da3ded47faad8e800ec38a4cabfc51abdc1');
INSERT INTO public.recovery_codes VALUES (607912303866, '\x596747ef38c629a36728719de99d90e63a4bc6bcb87edf448cc3edb8d9fbd1c6');
INSERT INTO public.recovery_codes VALUES (607912303866, '\x8559f000bb7980a9832a3a3b7656e818d4e2835240b907839a54e5ec1a54b452');
INSERT INTO public.recovery_codes VALUES (607912303866, '\x8b2256c785626a0c90b8a948054f8b84e0475c5548e8a059f06d6e85ed55246c');
INSERT INTO public.recovery_codes VALUES (607912303866, '\xbf94faadff310d4d0f6dffa69e84788ba7ec79e398587dea15b8cf6ccabc21a8');
INSERT INTO public.recovery_codes VALUES (607912303866, '\xc025a58c3cefea24828c23e2fcfc6c5504ef83f46241b66aa452fee036fad276');
INSERT INTO public.recovery_codes VALUES (607912303866, '\xf8630e95383ae4230d0dd1889876ee97f7b8f3ac40ed1ddaf35a80e118d891c9');
INSERT INTO public.recovery_codes VALUES (607912303866, '\xfeb25e8be2b3e77d11a6ec31e548fac40b52c175560e86430a7bfa57f89d8260');


--
-- Data for Name: second_factors; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.second_factors VALUES (607912303866, '\x02c51ab5186c39e201ec2db2cf94da8f13393ae644f9b85b97e588e6310bd0b6c728ac7bf3cfb12e489ea4c22047eaa705ad0ea38f92839e70cc767f', '9e85c3a3', 2, 1795831170021016, 59861039);


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sessions VALUES ('01a21fe1-032d-7631-ad6e-b67f263cd0fe', 972405618877, '01a21fe1-032d-7631-b2bf-880bbdd64211', 1795831169837387, 1796435969837387, NULL, '127.0.0.1', 'Go-http-client/1.1', 1795831169837387, 0, false, false);
INSERT INTO public.sessions VALUES ('01a21fe1-0363-7ee9-967c-af5c3c3df04e', 607912303866, '01a21fe1-0363-7ee9-bafb-06fdcc177aba', 1795831169891932, 1796435969891932, NULL, '127.0.0.1', 'Go-http-client/1.1', 1795831169891932, 0, true, false);


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

INSERT INTO public.transactions VALUES ('01a21fe0-ff4e-75b2-81c5-ff8a4a7b651f', 972405618877, 1, NULL, 1, 1000, 'USD', 1000, 1795831168846356, '', NULL, NULL, '\xb01941f3aa53377bbdf3a0523fd6927d0fc8e872321cb3213827b775fdcdfe27');
INSERT INTO public.transactions VALUES ('01a21fe1-0132-77c6-9306-52b7dff05512', 607912303866, 1, NULL, 1, 0, 'USD', 0, 1795831169330486, '', NULL, NULL, '\xbae609ff93516f2696f8992ace2a5ba191f6064b088a69186c54c53880f16b01');
INSERT INTO public.transactions VALUES ('01a21fe1-02da-70cc-af16-4074f72b5517', 996392646971, 1, NULL, 1, 70, 'USD', 70, 1795831169754050, '', NULL, NULL, '\xa678c3b277e0063a147760b8172d8f5f1403ccb99e572ccdd4ce29d8e0e70e09');
INSERT INTO public.transactions VALUES ('01a21fe1-0367-7a08-a50e-514baf4b3f3f', 607912303866, 2, '01a21fe1-0132-77c6-9306-52b7dff05512', 4, 300, 'USD', 300, 1795831169895627, 'Rent', '01a21fe1-0367-7a08-9288-1ba3046dea20', 972405618877, '\xc2f68af1654e55978d4d21994697f534e8d9c3e8fa6342345b2e9325c3be7f5b');
INSERT INTO public.transactions VALUES ('01a21fe1-0367-7a08-b315-34f8da0ad6af', 972405618877, 2, '01a21fe0-ff4e-75b2-81c5-ff8a4a7b651f', 5, 300, 'USD', 700, 1795831169895627, 'Rent', '01a21fe1-0367-7a08-9288-1ba3046dea20', 607912303866, '\x38a2747f56dc57a19b765ac08a3a2afc1a40606cf6a8ee51588f6497a7802079');
INSERT INTO public.transactions VALUES ('01a21fe1-0368-7f0e-b1e7-0aa98550bdad', 607912303866, 3, '01a21fe1-0367-7a08-a50e-514baf4b3f3f', 5, 40, 'USD', 260, 1795831169896941, '', '01a21fe1-0368-7f0e-a940-faa590dc950e', 972405618877, '\x8f67620a3ceb39106f3e587e7144d85fb2ff3519d845c287c09bb67986246fd4');
INSERT INTO public.transactions VALUES ('01a21fe1-0368-7f0e-b6c2-02a551a3dfbf', 972405618877, 3, '01a21fe1-0367-7a08-b315-34f8da0ad6af', 4, 40, 'USD', 740, 1795831169896941, '', '01a21fe1-0368-7f0e-a940-faa590dc950e', 607912303866, '\xebebb7518e9146c1aeb7416f3b603c28f44f33aaeb58b76c1108a98930e78802');
INSERT INTO public.transactions VALUES ('01a21fe1-0369-7922-90a8-410157e7d7e2', 972405618877, 4, '01a21fe1-0368-7f0e-b6c2-02a551a3dfbf', 2, 25, 'USD', 765, 1795831169897571, 'Cash', NULL, NULL, '\xb4982faee91fdf81415e7419e56f6f1abe2289ec8f352ddbfe7d3d6239ab8ae6');
INSERT INTO public.transactions VALUES ('01a21fe1-0369-7e20-86b1-345cfdf347d7', 607912303866, 4, '01a21fe1-0368-7f0e-b1e7-0aa98550bdad', 3, 60, 'USD', 200, 1795831169897883, '', NULL, NULL, '\xe4fa2e82387f792bd3c0ec4c244035ce9b531919d43ba88a5859b1a849e6307c');
INSERT INTO public.transactions VALUES ('01a21fe1-03ad-76dd-8ca8-7fb03d7db98b', 218389165851, 1, NULL, 1, 5, 'USD', 5, 1795831169965429, '', NULL, NULL, '\x726eb108a404a17df481604fd9dd9e5b730e6194d44eb566dd71f7d343ba9e4c');


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


