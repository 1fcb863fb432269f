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
-- Newest first, from one id to before another. An empty event_type matches every type, and an empty actor every actor.
SELECT * FROM events
WHERE id < sqlc.arg(before_id) AND id >= sqlc.arg(first_id)
  AND (CAST(sqlc.arg(actor) AS TEXT) = '' OR actor = CAST(sqlc.arg(actor) AS TEXT))
  AND (CAST(sqlc.arg(event_type) AS TEXT) = '' OR event_type = CAST(sqlc.arg(event_type) AS TEXT))
  AND (NOT CAST(sqlc.arg(by_account) AS BOOLEAN) OR account_number = CAST(sqlc.arg(account_number) AS BIGINT))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListAccountEvents :many
-- Like ListEvents, for all accounts of one account's customer, using the accounts' index.
SELECT * FROM events
WHERE account_number IN (SELECT other.account_number FROM accounts AS a JOIN accounts AS other ON other.customer_id = a.customer_id
                         WHERE a.account_number = sqlc.arg(account_number)) AND id < sqlc.arg(before_id)
  AND (CAST(sqlc.arg(event_type) AS TEXT) = '' OR event_type = CAST(sqlc.arg(event_type) AS TEXT))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListUnlocks :many
-- When the customer of an account was unlocked, by the number of any of their accounts, from an id on, newest first.
SELECT timestamp FROM events
WHERE account_number IN (SELECT other.account_number FROM accounts AS a JOIN accounts AS other ON other.customer_id = a.customer_id
                         WHERE a.account_number = sqlc.arg(account_number)) AND id >= sqlc.arg(since_id) AND event_type = 'account_unlocked'
ORDER BY id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListClientKeyMakers :many
-- Who has made a key of a service client, from an id on.
SELECT DISTINCT actor FROM events
WHERE account_number = 0 AND id >= sqlc.arg(since_id) AND event_type = 'client_key_created'
  AND detail LIKE CAST(sqlc.arg(detail_pattern) AS TEXT);

-- name: ListEventsBySequence :many
SELECT * FROM events
WHERE sequence > sqlc.arg(after_sequence)
ORDER BY sequence
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: CountDemotions :one
-- How many times a customer, by the number of any of their accounts, has stopped being an employee or an administrator.
SELECT CAST(COUNT(*) AS BIGINT) AS demotions FROM events
WHERE account_number IN (SELECT other.account_number FROM accounts AS a JOIN accounts AS other ON other.customer_id = a.customer_id
                         WHERE a.account_number = sqlc.arg(account_number))
  AND event_type = 'role_changed' AND detail NOT LIKE 'customer>%';
