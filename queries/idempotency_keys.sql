-- name: InsertIdempotencyKey :exec
-- Fails if the key is taken. On PostgreSQL this waits for a concurrent owner of the key to commit or roll back.
INSERT INTO idempotency_keys (idempotency_key, scope, fingerprint, kind, id, created_at)
VALUES (sqlc.arg(idempotency_key), sqlc.arg(scope), sqlc.arg(fingerprint), sqlc.arg(kind), sqlc.arg(id), sqlc.arg(created_at));

-- name: IdempotencyKeyByName :one
SELECT fingerprint, kind, id FROM idempotency_keys
WHERE idempotency_key = sqlc.arg(idempotency_key) AND scope = sqlc.arg(scope);

-- name: TouchIdempotencyKey :one
-- Reads a key and what it names. It also writes, so that the answer waits for a commit: see
-- docs/decisions/0033-unknown-commits-on-postgresql.md.
UPDATE idempotency_keys SET created_at = created_at
WHERE idempotency_key = sqlc.arg(idempotency_key) AND scope = sqlc.arg(scope)
RETURNING fingerprint, kind, id;

-- name: PurgeIdempotencyKeys :execrows
DELETE FROM idempotency_keys
WHERE (idempotency_key, scope) IN (
    SELECT k.idempotency_key, k.scope FROM idempotency_keys AS k
    WHERE k.created_at < sqlc.arg(before) ORDER BY k.created_at LIMIT CAST(sqlc.arg(row_limit) AS BIGINT));

-- name: ListIdempotencyKeysByAge :many
-- Ordered by columns that every database sorts alike; text is not.
SELECT * FROM idempotency_keys
WHERE created_at >= sqlc.arg(from_time) AND (created_at > sqlc.arg(from_time) OR id > sqlc.arg(after_id))
ORDER BY created_at, id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: InsertCopiedIdempotencyKey :exec
-- The target may still hold the key of an earlier request that the source has already purged.
INSERT INTO idempotency_keys (idempotency_key, scope, fingerprint, kind, id, created_at)
VALUES (sqlc.arg(idempotency_key), sqlc.arg(scope), sqlc.arg(fingerprint), sqlc.arg(kind), sqlc.arg(id), sqlc.arg(created_at))
ON CONFLICT (idempotency_key, scope) DO UPDATE
SET fingerprint = excluded.fingerprint, kind = excluded.kind, id = excluded.id, created_at = excluded.created_at;

-- name: DeleteIdempotencyKey :exec
-- For what it names only: the key may belong to something else by now.
DELETE FROM idempotency_keys
WHERE idempotency_key = sqlc.arg(idempotency_key) AND scope = sqlc.arg(scope) AND id = sqlc.arg(id);
