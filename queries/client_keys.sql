-- name: InsertClientKey :execrows
-- No row if the id is taken.
INSERT INTO client_keys (id, client_id, secret_hash, created_at, last_used_at, revoked_at)
VALUES (sqlc.arg(id), sqlc.arg(client_id), sqlc.arg(secret_hash), sqlc.arg(created_at), NULL, NULL)
ON CONFLICT (id) DO NOTHING;

-- name: ClientKeyByID :one
-- A key and its client, whether or not they can still be used.
SELECT sqlc.embed(k), sqlc.embed(c) FROM client_keys AS k
JOIN service_clients AS c ON c.id = k.client_id
WHERE k.id = sqlc.arg(id);

-- name: ListClientKeys :many
-- Those of one client that are not revoked, oldest first.
SELECT * FROM client_keys WHERE client_id = sqlc.arg(client_id) AND revoked_at IS NULL
ORDER BY created_at, id;

-- name: ListClientUses :many
-- When keys of each client with an id in a range were last used, revoked keys included; no row for a client of which none was.
SELECT client_id, CAST(MAX(last_used_at) AS BIGINT) AS last_used_at FROM client_keys
WHERE client_id >= sqlc.arg(first_id) AND client_id <= sqlc.arg(last_id) AND last_used_at IS NOT NULL
GROUP BY client_id;

-- name: RevokeClientKey :execrows
-- No row if the client has no such key, or it is revoked already.
UPDATE client_keys SET revoked_at = sqlc.arg(revoked_at)
WHERE id = sqlc.arg(id) AND client_id = sqlc.arg(client_id) AND revoked_at IS NULL;

-- name: RevokeClientKeys :exec
UPDATE client_keys SET revoked_at = sqlc.arg(revoked_at) WHERE client_id = sqlc.arg(client_id) AND revoked_at IS NULL;

-- name: TouchClientKey :exec
-- Another server may have written a later use.
UPDATE client_keys SET last_used_at = CAST(sqlc.arg(used_at) AS BIGINT)
WHERE id = sqlc.arg(id) AND (last_used_at IS NULL OR last_used_at < CAST(sqlc.arg(used_at) AS BIGINT));

-- name: ListClientKeysByHash :many
-- Ordered by a column that every database sorts alike; text is not.
SELECT * FROM client_keys WHERE secret_hash > sqlc.arg(after_hash)
ORDER BY secret_hash
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: PutCopiedClientKey :exec
INSERT INTO client_keys (id, client_id, secret_hash, created_at, last_used_at, revoked_at)
VALUES (sqlc.arg(id), sqlc.arg(client_id), sqlc.arg(secret_hash), sqlc.arg(created_at), sqlc.arg(last_used_at), sqlc.arg(revoked_at))
ON CONFLICT (id) DO UPDATE
SET client_id = excluded.client_id, secret_hash = excluded.secret_hash, created_at = excluded.created_at,
    last_used_at = excluded.last_used_at, revoked_at = excluded.revoked_at;
