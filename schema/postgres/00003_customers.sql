-- +goose Up
-- A customer is a person with a PIN, and has any number of accounts. What was kept with an account so far, from the name to the second
-- factor, is its customer's.

CREATE TABLE customers (
    id              UUID    NOT NULL PRIMARY KEY, -- time-ordered
    name            TEXT    NOT NULL,
    name_folded     TEXT    NOT NULL, -- in the form for searching
    role            TEXT    NOT NULL CHECK (role = 'customer' OR role = 'employee' OR role = 'admin'),
    created_at      BIGINT  NOT NULL,
    pin_hash        TEXT    NOT NULL,
    failed_attempts BIGINT  NOT NULL CHECK (failed_attempts >= 0), -- wrong PINs in a row
    sign_in_locked  BOOLEAN NOT NULL -- no PIN is accepted; sessions go on
) WITH (fillfactor = 70);

-- So far every account has been a customer. The id is a UUID of version 7: the millisecond of the opening, and the account's number.
INSERT INTO customers (id, name, name_folded, role, created_at, pin_hash, failed_attempts, sign_in_locked)
SELECT CAST(lpad(to_hex(created_at / 1000), 12, '0') || '70008000' || lpad(to_hex(account_number), 12, '0') AS UUID),
       account_holder_name, holder_name_folded, role, created_at, pin_hash, failed_attempts, sign_in_locked
FROM accounts;

ALTER TABLE accounts ADD COLUMN customer_id UUID REFERENCES customers (id);
ALTER TABLE accounts DISABLE TRIGGER accounts_are_checked;
UPDATE accounts
SET customer_id = CAST(lpad(to_hex(created_at / 1000), 12, '0') || '70008000' || lpad(to_hex(account_number), 12, '0') AS UUID);
ALTER TABLE accounts ENABLE TRIGGER accounts_are_checked;

ALTER TABLE accounts ALTER COLUMN customer_id SET NOT NULL;
ALTER TABLE accounts DROP COLUMN account_holder_name;
ALTER TABLE accounts DROP COLUMN holder_name_folded;
ALTER TABLE accounts DROP COLUMN role;
ALTER TABLE accounts DROP COLUMN pin_hash;
ALTER TABLE accounts DROP COLUMN failed_attempts;
ALTER TABLE accounts DROP COLUMN sign_in_locked;

ALTER TABLE accounts ADD COLUMN nickname TEXT NOT NULL DEFAULT ''; -- the customer's own name for it

CREATE INDEX accounts_by_customer ON accounts (customer_id);

-- Tokens name the customer now, so those given out so far are worthless, and their sessions are over.
DELETE FROM token_blacklist;
DROP TABLE sessions;

CREATE TABLE sessions (
    id             UUID    NOT NULL PRIMARY KEY,
    customer_id    UUID    NOT NULL REFERENCES customers (id),
    account_number BIGINT  NOT NULL REFERENCES accounts (account_number), -- the one that the customer signed in with
    refresh_jti    UUID    NOT NULL, -- the one refresh token that is not spent
    created_at     BIGINT  NOT NULL,
    expires_at     BIGINT  NOT NULL,
    ended_at       BIGINT,
    client_address TEXT    NOT NULL, -- who uses it, as of the last renewal of tokens
    user_agent     TEXT    NOT NULL,
    last_used_at   BIGINT  NOT NULL,
    wrong_pins     BIGINT  NOT NULL, -- in a row, given inside the session; the third one ends it
    second_factor  BOOLEAN NOT NULL, -- what it has proved; the rights of staff depend on it
    long_pin       BOOLEAN NOT NULL
);

CREATE INDEX sessions_by_customer ON sessions (customer_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_use ON sessions (last_used_at);

CREATE TABLE second_factors_of_accounts AS
SELECT a.customer_id, CAST(a.account_number AS TEXT) AS sealed_for, f.sealed_secret, f.key_id, f.tries_left, f.confirmed_at, f.last_used_step
FROM second_factors AS f JOIN accounts AS a ON a.account_number = f.account_number;

DROP TABLE second_factors;

CREATE TABLE second_factors (
    customer_id    UUID   NOT NULL PRIMARY KEY REFERENCES customers (id),
    sealed_for     TEXT   NOT NULL, -- bound into the seal and the recovery codes: the customer's id, or an account number in older ones
    sealed_secret  BYTEA  NOT NULL CHECK (length(sealed_secret) = 60), -- nonce, 20 bytes of secret, tag
    key_id         TEXT   NOT NULL,
    tries_left     BIGINT NOT NULL CHECK (tries_left >= 0), -- for its confirmation
    confirmed_at   BIGINT,
    last_used_step BIGINT NOT NULL -- codes up to this time step are used up
);

INSERT INTO second_factors SELECT * FROM second_factors_of_accounts;

DROP TABLE second_factors_of_accounts;

CREATE TABLE recovery_codes_of_accounts AS
SELECT a.customer_id, c.code_hash FROM recovery_codes AS c JOIN accounts AS a ON a.account_number = c.account_number;

DROP TABLE recovery_codes;

CREATE TABLE recovery_codes (
    customer_id UUID  NOT NULL REFERENCES customers (id),
    code_hash   BYTEA NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (customer_id, code_hash)
);

INSERT INTO recovery_codes SELECT * FROM recovery_codes_of_accounts;

DROP TABLE recovery_codes_of_accounts;

-- A code's hash depends on whom it is for, and each is good for minutes only.
DROP TABLE pin_reset_codes;

CREATE TABLE pin_reset_codes (
    customer_id UUID   NOT NULL PRIMARY KEY REFERENCES customers (id),
    code_hash   BYTEA  NOT NULL CHECK (length(code_hash) = 32),
    tries_left  BIGINT NOT NULL CHECK (tries_left >= 0),
    expires_at  BIGINT NOT NULL
);

CREATE INDEX pin_reset_codes_by_expiry ON pin_reset_codes (expires_at);

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION check_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.account_number NOT BETWEEN 100000000000 AND 999999999999
       OR NEW.balance NOT BETWEEN 0 AND 9007199254740991
       OR NEW.currency !~ '^[A-Z]{3}$'
       OR NEW.status <> 'open'
       OR length(NEW.nickname) > 50
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
$$;
-- +goose StatementEnd
