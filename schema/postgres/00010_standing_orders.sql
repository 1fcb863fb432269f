-- +goose Up
-- Transfers that an account's owner has ordered for certain dates. Dates are days since 1970-01-01 of the bank's time zone.
CREATE TABLE standing_orders (
    id             UUID   NOT NULL PRIMARY KEY,
    account_number BIGINT NOT NULL REFERENCES accounts (account_number), -- the sender's
    to_account     BIGINT NOT NULL REFERENCES accounts (account_number),
    amount         BIGINT NOT NULL CHECK (amount >= 1),
    description    TEXT   NOT NULL,
    frequency      TEXT   NOT NULL CHECK (frequency IN ('once', 'daily', 'weekly', 'monthly', 'yearly')),
    every          BIGINT NOT NULL CHECK (every >= 1), -- units between two dates
    first_on       BIGINT NOT NULL,
    month_day      BIGINT NOT NULL CHECK (month_day BETWEEN 0 AND 31), -- 0 if the frequency has none
    until_on       BIGINT,          -- the last date that there can be
    times          BIGINT NOT NULL CHECK (times >= 0), -- how many dates there are; 0 for no bound
    if_short       TEXT   NOT NULL CHECK (if_short IN ('skip', 'retry')),
    created_at     BIGINT NOT NULL,
    -- What changes:
    status         TEXT   NOT NULL CHECK (status IN ('active', 'paused', 'ended', 'completed')),
    end_reason     TEXT   NOT NULL, -- '' unless it has ended
    next_index     BIGINT NOT NULL CHECK (next_index >= 0), -- of the next date among all, from 0
    next_on        BIGINT,          -- that date; NULL when there is none
    try_on         BIGINT,          -- when it is to run: that date, or later if the balance was short
    CHECK ((status IN ('active', 'paused')) = (next_on IS NOT NULL)),
    CHECK ((next_on IS NULL) = (try_on IS NULL)),
    CHECK (try_on >= next_on)
);

CREATE INDEX standing_orders_by_account ON standing_orders (account_number, id);
CREATE INDEX standing_orders_due ON standing_orders (try_on, id) WHERE status = 'active';

-- What was ordered never changes, and an order that is over stays so.
-- +goose StatementBegin
CREATE FUNCTION refuse_another_standing_order() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- +goose StatementEnd

CREATE TRIGGER standing_orders_keep_what_was_ordered BEFORE UPDATE OR DELETE ON standing_orders
    FOR EACH ROW EXECUTE FUNCTION refuse_another_standing_order();

CREATE TRIGGER standing_orders_are_never_truncated BEFORE TRUNCATE ON standing_orders
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_another_standing_order();

-- What became of a date. The row is written in the transaction that moves the money, so the primary key makes each date run once.
CREATE TABLE standing_order_runs (
    order_id       UUID   NOT NULL REFERENCES standing_orders (id),
    due_on         BIGINT NOT NULL,
    status         TEXT   NOT NULL CHECK (status IN ('posted', 'skipped', 'failed')),
    code           TEXT   NOT NULL, -- why nothing was posted
    transaction_id UUID   UNIQUE, -- the sender's entry
    ran_at         BIGINT NOT NULL,
    PRIMARY KEY (order_id, due_on),
    CHECK ((status = 'posted') = (transaction_id IS NOT NULL)),
    CHECK ((status = 'posted') = (code = ''))
);

-- +goose StatementBegin
CREATE FUNCTION refuse_another_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history is append-only: runs cannot be changed or deleted';
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER standing_order_runs_are_never_changed BEFORE UPDATE OR DELETE ON standing_order_runs
    FOR EACH ROW EXECUTE FUNCTION refuse_another_run();

CREATE TRIGGER standing_order_runs_are_never_truncated BEFORE TRUNCATE ON standing_order_runs
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_another_run();
