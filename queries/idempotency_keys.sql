-- name: InsertIdempotencyKey :exec
-- Fails when the key is taken. On PostgreSQL this waits for a concurrent owner of the key to commit or roll back.
INSERT INTO idempotency_keys (scope, idempotency_key, fingerprint, transaction_id, created_at)
VALUES (sqlc.arg(scope), sqlc.arg(idempotency_key), sqlc.arg(fingerprint), sqlc.arg(transaction_id), sqlc.arg(created_at));

-- name: IdempotencyKeyByKey :one
SELECT * FROM idempotency_keys WHERE idempotency_key = sqlc.arg(idempotency_key) AND scope = sqlc.arg(scope);

-- name: PurgeIdempotencyKeys :execrows
DELETE FROM idempotency_keys
WHERE (idempotency_key, scope) IN (
    SELECT k.idempotency_key, k.scope FROM idempotency_keys AS k
    WHERE k.created_at < sqlc.arg(before) ORDER BY k.created_at LIMIT CAST(sqlc.arg(row_limit) AS BIGINT));
