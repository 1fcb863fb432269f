-- name: InsertIdempotencyKey :execrows
-- No row when the key is taken. On PostgreSQL this waits for a concurrent owner of the key to commit or roll back.
INSERT INTO idempotency_keys (scope, idempotency_key, fingerprint, transaction_id, created_at)
VALUES (sqlc.arg(scope), sqlc.arg(idempotency_key), sqlc.arg(fingerprint), sqlc.arg(transaction_id), sqlc.arg(created_at))
ON CONFLICT (scope, idempotency_key) DO NOTHING;

-- name: IdempotencyKeyByKey :one
SELECT * FROM idempotency_keys WHERE scope = sqlc.arg(scope) AND idempotency_key = sqlc.arg(idempotency_key);

-- name: PurgeIdempotencyKeys :execrows
DELETE FROM idempotency_keys
WHERE (scope, idempotency_key) IN (
    SELECT k.scope, k.idempotency_key FROM idempotency_keys AS k
    WHERE k.created_at < sqlc.arg(before) ORDER BY k.created_at LIMIT CAST(sqlc.arg(row_limit) AS BIGINT));
