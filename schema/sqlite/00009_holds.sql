-- +goose Up
-- Money of an account that is reserved, until it is captured, given back, or the time is over.

-- What the account's pending holds have left. Only the triggers of holds move it. The check is on both columns, so that no debit can take
-- what is held.
ALTER TABLE accounts ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0 AND held <= balance);

CREATE TABLE holds (
    id             TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    account_number INTEGER NOT NULL REFERENCES accounts (account_number),
    to_account     INTEGER REFERENCES accounts (account_number), -- who gets what is captured; NULL for a withdrawal
    amount         INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
    currency       TEXT    NOT NULL,
    description    TEXT    NOT NULL,
    reference      TEXT    NOT NULL, -- '' for none
    placed_by      TEXT    NOT NULL, -- owner, staff, or client:<id>
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('pending', 'captured', 'voided', 'expired')),
    captured       INTEGER NOT NULL CHECK (captured BETWEEN 0 AND amount), -- so far
    closed_at      INTEGER,
    CHECK ((status = 'pending') = (closed_at IS NULL)),
    CHECK (to_account <> account_number)
) STRICT, WITHOUT ROWID;

CREATE INDEX holds_by_account ON holds (account_number, id);
CREATE INDEX holds_pending_by_account ON holds (account_number, expires_at) WHERE status = 'pending';
CREATE INDEX holds_pending_by_expiry ON holds (expires_at, id) WHERE status = 'pending';

-- +goose StatementBegin
CREATE TRIGGER holds_reserve_money AFTER INSERT ON holds WHEN NEW.status = 'pending'
BEGIN
    UPDATE accounts SET held = held + (NEW.amount - NEW.captured) WHERE account_number = NEW.account_number;
END;
-- +goose StatementEnd

-- What was agreed on never changes, and what has ended stays so. One that is written again as it is, is not changed.
-- +goose StatementBegin
CREATE TRIGGER holds_end_once BEFORE UPDATE ON holds
WHEN NEW.id <> OLD.id OR NEW.account_number <> OLD.account_number OR NEW.to_account IS NOT OLD.to_account OR NEW.amount <> OLD.amount
  OR NEW.currency <> OLD.currency OR NEW.description <> OLD.description OR NEW.reference <> OLD.reference OR NEW.placed_by <> OLD.placed_by
  OR NEW.created_at <> OLD.created_at OR NEW.expires_at <> OLD.expires_at OR NEW.captured < OLD.captured
  OR OLD.status <> 'pending' AND (NEW.status <> OLD.status OR NEW.captured <> OLD.captured OR NEW.closed_at <> OLD.closed_at)
BEGIN
    SELECT RAISE(ABORT, 'a hold can only be captured or given back, and has ended for good then');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER holds_give_back AFTER UPDATE ON holds WHEN OLD.status = 'pending'
BEGIN
    UPDATE accounts
    SET held = held - (OLD.amount - OLD.captured) + CASE WHEN NEW.status = 'pending' THEN NEW.amount - NEW.captured ELSE 0 END
    WHERE account_number = NEW.account_number;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER holds_are_never_deleted BEFORE DELETE ON holds
BEGIN
    SELECT RAISE(ABORT, 'holds cannot be deleted');
END;
-- +goose StatementEnd

-- INSERT OR REPLACE deletes without running the trigger above.
-- +goose StatementBegin
CREATE TRIGGER holds_are_never_replaced BEFORE INSERT ON holds
WHEN EXISTS (SELECT 1 FROM holds WHERE id = NEW.id AND status <> 'pending')
BEGIN
    SELECT RAISE(ABORT, 'this hold exists, and has ended');
END;
-- +goose StatementEnd
