-- +goose Up
-- An account can be frozen and closed, and can have limits on what leaves it.

ALTER TABLE accounts ADD COLUMN debits_frozen BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE accounts ADD COLUMN credits_frozen BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE accounts ADD COLUMN frozen_until BIGINT; -- NULL for a freeze without an end
ALTER TABLE accounts ADD COLUMN status_reason TEXT NOT NULL DEFAULT ''; -- why it is frozen or closed

-- NULL is no limit.
ALTER TABLE accounts ADD COLUMN limit_per_transfer BIGINT;
ALTER TABLE accounts ADD COLUMN limit_daily BIGINT;
ALTER TABLE accounts ADD COLUMN limit_monthly BIGINT;
-- What has left the account on a day, and in a month, of the bank's time zone. They are kept only while the account has such a limit.
ALTER TABLE accounts ADD COLUMN spent_day BIGINT NOT NULL DEFAULT 0; -- days since 1970-01-01
ALTER TABLE accounts ADD COLUMN spent_on_day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN spent_month BIGINT NOT NULL DEFAULT 0; -- months since January 1970
ALTER TABLE accounts ADD COLUMN spent_in_month BIGINT NOT NULL DEFAULT 0;

-- The bank's own currencies have codes of three to eight letters.
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
