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
