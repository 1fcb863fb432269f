-- name: RateLimitByKey :one
-- The accepted requests, and the time after they were read.
SELECT accepted, CAST((SELECT micros FROM database_clock) AS BIGINT) AS now FROM rate_limits
WHERE limit_name = sqlc.arg(limit_name) AND limit_key = sqlc.arg(limit_key);

-- name: LockRateLimit :one
-- Creates the row if there is none, and locks it until the transaction ends. The time is that of RETURNING, which is after
-- any earlier holder of the lock: a column's default or the conflicting row would have a time from before the wait.
INSERT INTO rate_limits AS l (limit_name, limit_key) VALUES (sqlc.arg(limit_name), sqlc.arg(limit_key))
ON CONFLICT (limit_name, limit_key) DO UPDATE SET expires_at = l.expires_at
RETURNING accepted, CAST((SELECT micros FROM database_clock) AS BIGINT) AS now;

-- name: UpdateRateLimit :exec
UPDATE rate_limits SET accepted = sqlc.arg(accepted), expires_at = sqlc.arg(expires_at)
WHERE limit_name = sqlc.arg(limit_name) AND limit_key = sqlc.arg(limit_key);

-- name: PurgeRateLimits :execrows
-- The condition appears twice, because a row that was found may be updated before it is deleted.
DELETE FROM rate_limits
WHERE expires_at <= (SELECT micros FROM database_clock) AND (limit_name, limit_key) IN (
    SELECT l.limit_name, l.limit_key FROM rate_limits AS l
    WHERE l.expires_at <= (SELECT micros FROM database_clock)
    ORDER BY l.expires_at LIMIT CAST(sqlc.arg(row_limit) AS BIGINT));
