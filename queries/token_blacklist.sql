-- name: InsertBlacklistedToken :exec
INSERT INTO token_blacklist (jti, successor_jti, revoked_at, expires_at)
VALUES (sqlc.arg(jti), sqlc.narg(successor_jti), sqlc.arg(revoked_at), sqlc.arg(expires_at))
ON CONFLICT (jti) DO NOTHING;

-- name: BlacklistedTokenByJti :one
SELECT * FROM token_blacklist WHERE jti = sqlc.arg(jti);

-- name: PurgeTokenBlacklist :execrows
DELETE FROM token_blacklist
WHERE jti IN (SELECT t.jti FROM token_blacklist AS t WHERE t.expires_at < sqlc.arg(before)
              ORDER BY t.expires_at LIMIT CAST(sqlc.arg(row_limit) AS BIGINT));

-- name: ListBlacklistedTokensByJti :many
SELECT * FROM token_blacklist WHERE jti > sqlc.arg(after_jti)
ORDER BY jti
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: DeleteBlacklistedToken :exec
DELETE FROM token_blacklist WHERE jti = sqlc.arg(jti);
