-- +goose Up
-- The audit trail is one chain: each event has the next sequence, and a hash over itself and the previous event's hash.
-- Existing events are chained in the order of their ids, with an empty server_request_id and detail. The contract's
-- introduction specifies the hash. The types no longer have a CHECK, so new ones need no migration.
ALTER TABLE events
    DROP CONSTRAINT events_event_type_check,
    ADD COLUMN server_request_id TEXT NOT NULL DEFAULT '', -- always the server's own; the client may have chosen request_id
    ADD COLUMN detail TEXT NOT NULL DEFAULT '',
    ADD COLUMN sequence BIGINT,
    ADD COLUMN previous_hash BYTEA,
    ADD COLUMN hash BYTEA;

-- +goose StatementBegin
DO $$
DECLARE
    at BIGINT := 0;
    last BYTEA := decode(repeat('00', 32), 'hex');
    e RECORD;
BEGIN
    FOR e IN SELECT * FROM events ORDER BY id LOOP
        at := at + 1;
        UPDATE events SET sequence = at, previous_hash = last, hash = sha256(convert_to(concat_ws(E'\n',
            'previous_hash=' || encode(last, 'hex'), 'sequence=' || at, 'id=' || e.id, 'event_type=' || e.event_type,
            'account_number=' || CASE e.account_number WHEN 0 THEN '' ELSE lpad(e.account_number::TEXT, 12, '0') END,
            'actor=' || e.actor, 'client_address=' || e.client_address, 'request_id=' || e.request_id, 'server_request_id=',
            'timestamp=' || to_char(to_timestamp(e.timestamp / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')
                || '.' || lpad((e.timestamp % 1000000)::TEXT, 6, '0') || 'Z',
            'count=' || e.count, 'detail='), 'UTF8'))
        WHERE id = e.id RETURNING hash INTO last;
    END LOOP;
END;
$$;
-- +goose StatementEnd

ALTER TABLE events
    ALTER COLUMN server_request_id DROP DEFAULT,
    ALTER COLUMN detail DROP DEFAULT,
    ALTER COLUMN sequence SET NOT NULL,
    ALTER COLUMN previous_hash SET NOT NULL,
    ALTER COLUMN hash SET NOT NULL,
    ADD UNIQUE (sequence),
    ADD CHECK (sequence >= 1),
    ADD CHECK (length(previous_hash) = 32),
    ADD CHECK (length(hash) = 32);

-- The end of the chain, which shows when events at the end have been cut off.
CREATE TABLE event_chain (
    id       BIGINT PRIMARY KEY CHECK (id = 1),
    sequence BIGINT NOT NULL, -- of the newest event; 0 before the first
    hash     BYTEA  NOT NULL CHECK (length(hash) = 32)
);
INSERT INTO event_chain VALUES (1, 0, decode(repeat('00', 32), 'hex'));
UPDATE event_chain SET sequence = newest.sequence, hash = newest.hash
FROM (SELECT sequence, hash FROM events ORDER BY sequence DESC LIMIT 1) AS newest;

-- +goose StatementBegin
CREATE FUNCTION refuse_change_to_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: it cannot be changed or deleted';
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER events_are_never_changed BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change_to_trail();

CREATE TRIGGER events_are_never_truncated BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_to_trail();

CREATE TRIGGER event_chain_is_never_deleted BEFORE DELETE ON event_chain
    FOR EACH ROW EXECUTE FUNCTION refuse_change_to_trail();

CREATE TRIGGER event_chain_is_never_truncated BEFORE TRUNCATE ON event_chain
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_to_trail();

-- +goose StatementBegin
CREATE FUNCTION extend_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE event_chain SET sequence = NEW.sequence, hash = NEW.hash WHERE sequence = NEW.sequence - 1 AND hash = NEW.previous_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this event does not follow the last one';
    END IF;
    RETURN NULL;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER events_extend_their_chain AFTER INSERT ON events
    FOR EACH ROW EXECUTE FUNCTION extend_chain();

-- The chain's end moves by one event at a time.
-- +goose StatementBegin
CREATE FUNCTION check_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence + 1
       OR NOT EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence AND hash = NEW.hash) THEN
        RAISE EXCEPTION 'the audit trail is append-only: its end moves by one event';
    END IF;
    RETURN NEW;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER event_chain_follows_events BEFORE UPDATE ON event_chain
    FOR EACH ROW EXECUTE FUNCTION check_chain();
