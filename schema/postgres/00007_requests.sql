-- +goose Up
-- What somebody has asked for and somebody else decides. The wanted value travels with the request, and is applied in the transaction of
-- its approval.
CREATE TABLE requests (
    id             UUID   NOT NULL PRIMARY KEY,
    kind           TEXT   NOT NULL,
    account_number BIGINT NOT NULL REFERENCES accounts (account_number),
    wanted         TEXT   NOT NULL, -- JSON, as the kind has it
    note           TEXT   NOT NULL,
    status         TEXT   NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'withdrawn', 'expired')),
    requested_by   TEXT   NOT NULL, -- a customer's id, or client:<id>
    decided_by     TEXT,
    decision_note  TEXT   NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    decided_at     BIGINT,
    result_id      UUID, -- the entry that an approved movement has posted
    CHECK ((status IN ('approved', 'rejected')) = (decided_by IS NOT NULL)),
    CHECK (decided_by <> requested_by),
    CHECK ((status = 'pending') = (decided_at IS NULL))
);

CREATE INDEX requests_by_account ON requests (account_number, id);
CREATE INDEX requests_pending ON requests (id) WHERE status = 'pending';

-- What was asked for never changes, and neither does a decision.
-- +goose StatementBegin
CREATE FUNCTION refuse_second_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'requests cannot be deleted';
    END IF;
    IF OLD.status <> 'pending' OR NEW.status = 'pending'
       OR (NEW.id, NEW.kind, NEW.account_number, NEW.wanted, NEW.note, NEW.requested_by, NEW.created_at, NEW.expires_at)
       IS DISTINCT FROM (OLD.id, OLD.kind, OLD.account_number, OLD.wanted, OLD.note, OLD.requested_by, OLD.created_at, OLD.expires_at) THEN
        RAISE EXCEPTION 'a request can only be decided, and only once';
    END IF;
    RETURN NEW;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER requests_are_decided_once BEFORE UPDATE OR DELETE ON requests
    FOR EACH ROW EXECUTE FUNCTION refuse_second_decision();

CREATE TRIGGER requests_are_never_truncated BEFORE TRUNCATE ON requests
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_second_decision();
