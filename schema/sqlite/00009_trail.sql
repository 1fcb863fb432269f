-- +goose Up
-- The audit trail is one chain: each event has the next sequence, and a hash over itself and the previous event's hash.
-- Existing events are chained in the order of their ids, with an empty server_request_id and detail. The contract's
-- introduction specifies the hash; sha256 is a function of this program. The types no longer have a CHECK, so new ones need
-- no migration.
CREATE TABLE ordered_events (
    sequence INTEGER PRIMARY KEY,
    id       TEXT NOT NULL
) STRICT;
INSERT INTO ordered_events SELECT ROW_NUMBER() OVER (ORDER BY id), id FROM events;

CREATE TABLE chained_events (
    sequence          INTEGER PRIMARY KEY CHECK (sequence >= 1),
    id                TEXT    NOT NULL UNIQUE CHECK (length(id) = 36),
    event_type        TEXT    NOT NULL,
    account_number    INTEGER NOT NULL, -- 0 for the whole bank
    actor             TEXT    NOT NULL,
    client_address    TEXT    NOT NULL,
    request_id        TEXT    NOT NULL, -- echoed in the response; the client may have chosen it
    server_request_id TEXT    NOT NULL, -- always the server's own
    timestamp         INTEGER NOT NULL,
    count             INTEGER NOT NULL,
    detail            TEXT    NOT NULL,
    previous_hash     BLOB    NOT NULL CHECK (length(previous_hash) = 32),
    hash              BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

INSERT INTO chained_events
WITH RECURSIVE chain (sequence, previous_hash, hash) AS (
    SELECT 0, zeroblob(32), zeroblob(32)
    UNION ALL
    SELECT o.sequence, chain.hash, sha256(
        'previous_hash=' || lower(hex(chain.hash)) || char(10) || 'sequence=' || o.sequence || char(10) || 'id=' || e.id || char(10) ||
        'event_type=' || event_type || char(10) ||
        'account_number=' || CASE account_number WHEN 0 THEN '' ELSE printf('%012d', account_number) END || char(10) ||
        'actor=' || actor || char(10) || 'client_address=' || client_address || char(10) || 'request_id=' || request_id || char(10) ||
        'server_request_id=' || char(10) ||
        'timestamp=' || strftime('%Y-%m-%dT%H:%M:%S', timestamp / 1000000, 'unixepoch') || printf('.%06dZ', timestamp % 1000000) || char(10) ||
        'count=' || count || char(10) || 'detail=')
    FROM chain JOIN ordered_events AS o ON o.sequence = chain.sequence + 1 JOIN events AS e ON e.id = o.id
)
SELECT chain.sequence, id, event_type, account_number, actor, client_address, request_id, '', timestamp, count, '', previous_hash, hash
FROM chain JOIN ordered_events USING (sequence) JOIN events USING (id);

DROP TABLE ordered_events;
DROP TABLE events;
ALTER TABLE chained_events RENAME TO events;
CREATE INDEX events_by_account ON events (account_number, id);

-- The end of the chain, which shows when events at the end have been cut off.
CREATE TABLE event_chain (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL, -- of the newest event; 0 before the first
    hash     BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO event_chain SELECT 1, 0, zeroblob(32);
UPDATE event_chain SET sequence = newest.sequence, hash = newest.hash
FROM (SELECT sequence, hash FROM events ORDER BY sequence DESC LIMIT 1) AS newest;

-- +goose StatementBegin
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only: events cannot be changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only: events cannot be deleted');
END;
-- +goose StatementEnd

-- INSERT OR REPLACE deletes without running the trigger above.
-- +goose StatementBegin
CREATE TRIGGER events_are_never_replaced BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence)
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only: this event exists');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER events_extend_their_chain AFTER INSERT ON events
BEGIN
    UPDATE event_chain SET sequence = NEW.sequence, hash = NEW.hash WHERE sequence = NEW.sequence - 1 AND hash = NEW.previous_hash;
    SELECT RAISE(ABORT, 'this event does not follow the last one') WHERE changes() = 0;
END;
-- +goose StatementEnd

-- The chain's end moves by one event at a time.
-- +goose StatementBegin
CREATE TRIGGER event_chain_follows_events BEFORE UPDATE ON event_chain
WHEN NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence + 1
  OR NOT EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence AND hash = NEW.hash)
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only: its end moves by one event');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER event_chain_is_never_deleted BEFORE DELETE ON event_chain
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only: it has one end');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER event_chain_is_never_replaced BEFORE INSERT ON event_chain
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only: it has one end');
END;
-- +goose StatementEnd
