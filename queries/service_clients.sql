-- name: InsertServiceClient :exec
INSERT INTO service_clients (id, name, permissions, account_numbers, ip_networks, rate_limit, created_at, expires_at, revoked_at)
VALUES (sqlc.arg(id), sqlc.arg(name), sqlc.arg(permissions), sqlc.arg(account_numbers), sqlc.arg(ip_networks), sqlc.arg(rate_limit),
        sqlc.arg(created_at), sqlc.arg(expires_at), sqlc.arg(revoked_at));

-- name: ServiceClientByID :one
SELECT * FROM service_clients WHERE id = sqlc.arg(id);

-- name: LockServiceClient :one
SELECT * FROM service_clients WHERE id = sqlc.arg(id)
FOR UPDATE;

-- name: UpdateServiceClient :exec
UPDATE service_clients
SET name = sqlc.arg(name), permissions = sqlc.arg(permissions), account_numbers = sqlc.arg(account_numbers),
    ip_networks = sqlc.arg(ip_networks), rate_limit = sqlc.arg(rate_limit), expires_at = sqlc.arg(expires_at)
WHERE id = sqlc.arg(id);

-- name: RevokeServiceClient :exec
UPDATE service_clients SET revoked_at = sqlc.arg(revoked_at) WHERE id = sqlc.arg(id) AND revoked_at IS NULL;

-- name: ListServiceClients :many
-- Newest first, starting before an id.
SELECT * FROM service_clients WHERE id < sqlc.arg(before_id)
ORDER BY id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListServiceClientsByID :many
SELECT * FROM service_clients WHERE id > sqlc.arg(after_id)
ORDER BY id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: PutCopiedServiceClient :exec
INSERT INTO service_clients (id, name, permissions, account_numbers, ip_networks, rate_limit, created_at, expires_at, revoked_at)
VALUES (sqlc.arg(id), sqlc.arg(name), sqlc.arg(permissions), sqlc.arg(account_numbers), sqlc.arg(ip_networks), sqlc.arg(rate_limit),
        sqlc.arg(created_at), sqlc.arg(expires_at), sqlc.arg(revoked_at))
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, permissions = excluded.permissions, account_numbers = excluded.account_numbers,
    ip_networks = excluded.ip_networks, rate_limit = excluded.rate_limit, created_at = excluded.created_at,
    expires_at = excluded.expires_at, revoked_at = excluded.revoked_at;
