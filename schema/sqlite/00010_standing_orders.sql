-- +goose Up
-- Transfers that an account's owner has ordered for certain dates. Dates are days since 1970-01-01 of the bank's time zone.
CREATE TABLE standing_orders (
    id             TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    account_number INTEGER NOT NULL REFERENCES accounts (account_number), -- the sender's
    to_account     INTEGER NOT NULL REFERENCES accounts (account_number),
    amount         INTEGER NOT NULL CHECK (amount >= 1),
    description    TEXT    NOT NULL,
    frequency      TEXT    NOT NULL CHECK (frequency IN ('once', 'daily', 'weekly', 'monthly', 'yearly')),
    every          INTEGER NOT NULL CHECK (every >= 1), -- units between two dates
    first_on       INTEGER NOT NULL,
    month_day      INTEGER NOT NULL CHECK (month_day BETWEEN 0 AND 31), -- 0 if the frequency has none
    until_on       INTEGER,          -- the last date that there can be
    times          INTEGER NOT NULL CHECK (times >= 0), -- how many dates there are; 0 for no bound
    if_short       TEXT    NOT NULL CHECK (if_short IN ('skip', 'retry')),
    created_at     INTEGER NOT NULL,
    -- What changes:
    status         TEXT    NOT NULL CHECK (status IN ('active', 'paused', 'ended', 'completed')),
    end_reason     TEXT    NOT NULL, -- '' unless it has ended
    next_index     INTEGER NOT NULL CHECK (next_index >= 0), -- of the next date among all, from 0
    next_on        INTEGER,          -- that date; NULL when there is none
    try_on         INTEGER,          -- when it is to run: that date, or later if the balance was short
    CHECK ((status IN ('active', 'paused')) = (next_on IS NOT NULL)),
    CHECK ((next_on IS NULL) = (try_on IS NULL)),
    CHECK (try_on >= next_on)
) STRICT, WITHOUT ROWID;

CREATE INDEX standing_orders_by_account ON standing_orders (account_number, id);
CREATE INDEX standing_orders_due ON standing_orders (try_on, id) WHERE status = 'active';

-- What was ordered never changes, and an order that is over stays so.
-- +goose StatementBegin
CREATE TRIGGER standing_orders_keep_what_was_ordered BEFORE UPDATE ON standing_orders
WHEN OLD.status IN ('ended', 'completed') OR NEW.next_index < OLD.next_index
  OR NEW.id <> OLD.id OR NEW.account_number <> OLD.account_number OR NEW.to_account <> OLD.to_account OR NEW.amount <> OLD.amount
  OR NEW.description <> OLD.description OR NEW.frequency <> OLD.frequency OR NEW.every <> OLD.every OR NEW.first_on <> OLD.first_on
  OR NEW.month_day <> OLD.month_day OR NEW.until_on IS NOT OLD.until_on OR NEW.times <> OLD.times OR NEW.if_short <> OLD.if_short
  OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'a standing order can only go on, pause and end');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER standing_orders_are_never_deleted BEFORE DELETE ON standing_orders
BEGIN
    SELECT RAISE(ABORT, 'standing orders cannot be deleted');
END;
-- +goose StatementEnd

-- INSERT OR REPLACE deletes without running the trigger above.
-- +goose StatementBegin
CREATE TRIGGER standing_orders_are_never_replaced BEFORE INSERT ON standing_orders
WHEN EXISTS (SELECT 1 FROM standing_orders WHERE id = NEW.id AND status IN ('ended', 'completed'))
BEGIN
    SELECT RAISE(ABORT, 'this standing order exists, and is over');
END;
-- +goose StatementEnd

-- What became of a date. The row is written in the transaction that moves the money, so the primary key makes each date run once.
CREATE TABLE standing_order_runs (
    order_id       TEXT    NOT NULL REFERENCES standing_orders (id),
    due_on         INTEGER NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('posted', 'skipped', 'failed')),
    code           TEXT    NOT NULL, -- why nothing was posted
    transaction_id TEXT    UNIQUE CHECK (length(transaction_id) = 36), -- the sender's entry
    ran_at         INTEGER NOT NULL,
    PRIMARY KEY (order_id, due_on),
    CHECK ((status = 'posted') = (transaction_id IS NOT NULL)),
    CHECK ((status = 'posted') = (code = ''))
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER standing_order_runs_are_never_changed BEFORE UPDATE ON standing_order_runs
BEGIN
    SELECT RAISE(ABORT, 'the history is append-only: runs cannot be changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER standing_order_runs_are_never_deleted BEFORE DELETE ON standing_order_runs
BEGIN
    SELECT RAISE(ABORT, 'the history is append-only: runs cannot be deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER standing_order_runs_are_never_replaced BEFORE INSERT ON standing_order_runs
WHEN EXISTS (SELECT 1 FROM standing_order_runs WHERE order_id = NEW.order_id AND due_on = NEW.due_on OR transaction_id = NEW.transaction_id)
BEGIN
    SELECT RAISE(ABORT, 'the history is append-only: this date has run');
END;
-- +goose StatementEnd
