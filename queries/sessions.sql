-- name: InsertSession :exec
INSERT INTO sessions (id, account_number, refresh_jti, created_at, expires_at)
VALUES (sqlc.arg(id), sqlc.arg(account_number), sqlc.arg(refresh_jti), sqlc.arg(created_at), sqlc.arg(expires_at));

-- name: SessionByID :one
-- With what every request needs to know of the account, read at the same moment.
SELECT s.id, s.account_number, s.refresh_jti, s.expires_at, s.ended_at, a.role, a.is_locked
FROM sessions AS s
JOIN accounts AS a ON a.account_number = s.account_number
WHERE s.id = sqlc.arg(id);

-- name: UpdateSessionRefresh :execrows
-- Spends a refresh token exactly once, however many requests bring it.
UPDATE sessions SET refresh_jti = sqlc.arg(successor_jti)
WHERE id = sqlc.arg(id) AND refresh_jti = sqlc.arg(refresh_jti) AND ended_at IS NULL;

-- name: EndSession :execrows
UPDATE sessions SET ended_at = CAST(sqlc.arg(ended_at) AS BIGINT) WHERE id = sqlc.arg(id) AND ended_at IS NULL;

-- name: EndOtherSessions :execrows
UPDATE sessions SET ended_at = CAST(sqlc.arg(ended_at) AS BIGINT)
WHERE account_number = sqlc.arg(account_number) AND id <> sqlc.arg(id) AND ended_at IS NULL;

-- name: PurgeSessions :execrows
DELETE FROM sessions
WHERE id IN (SELECT s.id FROM sessions AS s WHERE s.expires_at < sqlc.arg(before)
             ORDER BY s.expires_at LIMIT CAST(sqlc.arg(row_limit) AS BIGINT));
