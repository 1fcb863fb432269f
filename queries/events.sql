-- name: LockEventChain :one
-- The end of the audit trail, which the next event follows. A transaction locks this row last: it may hold other locks while
-- it waits, and no transaction that holds this row waits for those.
SELECT sequence, hash FROM event_chain
WHERE id = 1
FOR UPDATE;

-- name: EventChainEnd :one
SELECT sequence, hash FROM event_chain WHERE id = 1;

-- name: InsertEvent :exec
INSERT INTO events (sequence, id, event_type, account_number, actor, client_address, request_id, server_request_id, timestamp, count,
                    detail, previous_hash, hash)
VALUES (sqlc.arg(sequence), sqlc.arg(id), sqlc.arg(event_type), sqlc.arg(account_number), sqlc.arg(actor), sqlc.arg(client_address),
        sqlc.arg(request_id), sqlc.arg(server_request_id), sqlc.arg(timestamp), sqlc.arg(count), sqlc.arg(detail),
        sqlc.arg(previous_hash), sqlc.arg(hash));

-- name: ListEvents :many
-- Newest first, starting before an id. An empty event_type matches every type.
SELECT * FROM events
WHERE id < sqlc.arg(before_id)
  AND (CAST(sqlc.arg(event_type) AS TEXT) = '' OR event_type = CAST(sqlc.arg(event_type) AS TEXT))
  AND (NOT CAST(sqlc.arg(by_account) AS BOOLEAN) OR account_number = CAST(sqlc.arg(account_number) AS BIGINT))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListAccountEvents :many
-- Like ListEvents, for one account, using the account's index.
SELECT * FROM events
WHERE account_number = sqlc.arg(account_number) AND id < sqlc.arg(before_id)
  AND (CAST(sqlc.arg(event_type) AS TEXT) = '' OR event_type = CAST(sqlc.arg(event_type) AS TEXT))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListUnlocks :many
-- When an account was unlocked, from an id on, newest first.
SELECT timestamp FROM events
WHERE account_number = sqlc.arg(account_number) AND id >= sqlc.arg(since_id) AND event_type = 'account_unlocked'
ORDER BY id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListEventsBySequence :many
SELECT * FROM events
WHERE sequence > sqlc.arg(after_sequence)
ORDER BY sequence
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: CountDemotions :one
-- How many times an account has stopped being an administrator's.
SELECT CAST(COUNT(*) AS BIGINT) AS demotions FROM events
WHERE account_number = sqlc.arg(account_number) AND event_type = 'role_changed' AND detail LIKE 'admin>%';
