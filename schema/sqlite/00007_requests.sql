-- +goose Up
-- What somebody has asked for and somebody else decides. The wanted value travels with the request, and is applied in the transaction of
-- its approval.
CREATE TABLE requests (
    id             TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    kind           TEXT    NOT NULL,
    account_number INTEGER NOT NULL REFERENCES accounts (account_number),
    wanted         TEXT    NOT NULL, -- JSON, as the kind has it
    note           TEXT    NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'withdrawn', 'expired')),
    requested_by   TEXT    NOT NULL, -- a customer's id, or client:<id>
    decided_by     TEXT,
    decision_note  TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    decided_at     INTEGER,
    result_id      TEXT    CHECK (length(result_id) = 36), -- the entry that an approved movement has posted
    CHECK ((status IN ('approved', 'rejected')) = (decided_by IS NOT NULL)),
    CHECK (decided_by <> requested_by),
    CHECK ((status = 'pending') = (decided_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX requests_by_account ON requests (account_number, id);
CREATE INDEX requests_pending ON requests (id) WHERE status = 'pending';

-- What was asked for never changes, and neither does a decision.
-- +goose StatementBegin
CREATE TRIGGER requests_are_decided_once BEFORE UPDATE ON requests
WHEN OLD.status <> 'pending' OR NEW.status = 'pending'
  OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.account_number <> OLD.account_number OR NEW.wanted <> OLD.wanted
  OR NEW.note <> OLD.note OR NEW.requested_by <> OLD.requested_by OR NEW.created_at <> OLD.created_at OR NEW.expires_at <> OLD.expires_at
BEGIN
    SELECT RAISE(ABORT, 'a request can only be decided, and only once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER requests_are_never_deleted BEFORE DELETE ON requests
BEGIN
    SELECT RAISE(ABORT, 'requests cannot be deleted');
END;
-- +goose StatementEnd

-- INSERT OR REPLACE deletes without running the trigger above.
-- +goose StatementBegin
CREATE TRIGGER requests_are_never_replaced BEFORE INSERT ON requests
WHEN EXISTS (SELECT 1 FROM requests WHERE id = NEW.id AND status <> 'pending')
BEGIN
    SELECT RAISE(ABORT, 'this request exists, and is decided');
END;
-- +goose StatementEnd
