-- name: InsertIdempotencyKey :exec
-- Fails when the key is taken. On PostgreSQL this waits for a concurrent owner of the key to commit or roll back.
INSERT INTO idempotency_keys (scope, idempotency_key, fingerprint, transaction_id, created_at)
VALUES (sqlc.arg(scope), sqlc.arg(idempotency_key), sqlc.arg(fingerprint), sqlc.arg(transaction_id), sqlc.arg(created_at));

-- name: TouchIdempotencyKey :one
-- Reads a key and its entry's id, and writes, so that the answer waits for a commit: see
-- docs/decisions/0033-unknown-commits-on-postgresql.md.
UPDATE idempotency_keys SET created_at = created_at
WHERE idempotency_key = sqlc.arg(idempotency_key) AND scope = sqlc.arg(scope)
RETURNING fingerprint, transaction_id;

-- name: PurgeIdempotencyKeys :execrows
DELETE FROM idempotency_keys
WHERE (idempotency_key, scope) IN (
    SELECT k.idempotency_key, k.scope FROM idempotency_keys AS k
    WHERE k.created_at < sqlc.arg(before) ORDER BY k.created_at LIMIT CAST(sqlc.arg(row_limit) AS BIGINT));

-- name: ListIdempotencyKeysByAge :many
-- By what every database orders alike, which is not so of texts.
SELECT * FROM idempotency_keys
WHERE created_at >= sqlc.arg(from_time) AND (created_at > sqlc.arg(from_time) OR transaction_id > sqlc.arg(after_transaction_id))
ORDER BY created_at, transaction_id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: InsertCopiedIdempotencyKey :exec
-- The key may be there for an entry of which the database that it is copied from knows no more.
INSERT INTO idempotency_keys (scope, idempotency_key, fingerprint, transaction_id, created_at)
VALUES (sqlc.arg(scope), sqlc.arg(idempotency_key), sqlc.arg(fingerprint), sqlc.arg(transaction_id), sqlc.arg(created_at))
ON CONFLICT (idempotency_key, scope) DO UPDATE
SET fingerprint = excluded.fingerprint, transaction_id = excluded.transaction_id, created_at = excluded.created_at;

-- name: DeleteIdempotencyKey :exec
-- Of this entry alone: the key may be there for another one by now.
DELETE FROM idempotency_keys
WHERE idempotency_key = sqlc.arg(idempotency_key) AND scope = sqlc.arg(scope) AND transaction_id = sqlc.arg(transaction_id);
