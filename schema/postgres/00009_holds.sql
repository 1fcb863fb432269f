-- +goose Up
-- Money of an account that is reserved, until it is captured, given back, or the time is over.

-- What the account's pending holds have left. Only the triggers of holds move it. The check is on both columns, so that no debit can take
-- what is held.
ALTER TABLE accounts ADD COLUMN held BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0 AND held <= balance);

CREATE TABLE holds (
    id             UUID   NOT NULL PRIMARY KEY,
    account_number BIGINT NOT NULL REFERENCES accounts (account_number),
    to_account     BIGINT REFERENCES accounts (account_number), -- who gets what is captured; NULL for a withdrawal
    amount         BIGINT NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
    currency       TEXT   NOT NULL,
    description    TEXT   NOT NULL,
    reference      TEXT   NOT NULL, -- '' for none
    placed_by      TEXT   NOT NULL, -- owner, staff, or client:<id>
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    status         TEXT   NOT NULL CHECK (status IN ('pending', 'captured', 'voided', 'expired')),
    captured       BIGINT NOT NULL CHECK (captured BETWEEN 0 AND amount), -- so far
    closed_at      BIGINT,
    CHECK ((status = 'pending') = (closed_at IS NULL)),
    CHECK (to_account <> account_number)
) WITH (fillfactor = 70);

CREATE INDEX holds_by_account ON holds (account_number, id);
CREATE INDEX holds_pending_by_account ON holds (account_number, expires_at) WHERE status = 'pending';
CREATE INDEX holds_pending_by_expiry ON holds (expires_at, id) WHERE status = 'pending';

-- What was agreed on never changes, and what has ended stays so. One that is written again as it is, is not changed.
-- +goose StatementBegin
CREATE FUNCTION refuse_change_to_hold() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- +goose StatementEnd

CREATE TRIGGER holds_end_once BEFORE UPDATE OR DELETE ON holds
    FOR EACH ROW EXECUTE FUNCTION refuse_change_to_hold();

CREATE TRIGGER holds_are_never_truncated BEFORE TRUNCATE ON holds
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_to_hold();

-- +goose StatementBegin
CREATE FUNCTION move_held() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- +goose StatementEnd

CREATE TRIGGER holds_move_their_account AFTER INSERT OR UPDATE ON holds
    FOR EACH ROW EXECUTE FUNCTION move_held();

-- What is held moves by the trigger above alone.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION check_account() RETURNS trigger LANGUAGE plpgsql AS $$
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
$$;
-- +goose StatementEnd
