-- name: InsertSession :exec
INSERT INTO sessions (id, customer_id, account_number, refresh_jti, client_address, user_agent, created_at, last_used_at, expires_at,
                      wrong_pins, second_factor, long_pin)
VALUES (sqlc.arg(id), sqlc.arg(customer_id), sqlc.arg(account_number), sqlc.arg(refresh_jti), sqlc.arg(client_address), sqlc.arg(user_agent),
        sqlc.arg(created_at), sqlc.arg(created_at), sqlc.arg(expires_at), 0, sqlc.arg(second_factor), sqlc.arg(long_pin));

-- name: SessionByID :one
-- Includes what every request needs from the customer, read at the same moment.
SELECT s.id, s.customer_id, s.account_number, s.refresh_jti, s.last_used_at, s.expires_at, s.ended_at, s.second_factor, s.long_pin, c.role,
       c.sign_in_locked
FROM sessions AS s
JOIN customers AS c ON c.id = s.customer_id
WHERE s.id = sqlc.arg(id);

-- name: UpdateSessionRefresh :execrows
-- Spends a refresh token exactly once, however many requests send it, and records who uses the session. Recording that at
-- each request would make every read a write.
UPDATE sessions
SET refresh_jti = sqlc.arg(successor_jti), last_used_at = sqlc.arg(used_at), client_address = sqlc.arg(client_address),
    user_agent = sqlc.arg(user_agent)
WHERE id = sqlc.arg(id) AND refresh_jti = sqlc.arg(refresh_jti) AND ended_at IS NULL;

-- name: UpdateSessionUse :exec
-- Records a repeat of the last renewal, which spends nothing.
UPDATE sessions
SET last_used_at = sqlc.arg(used_at), client_address = sqlc.arg(client_address), user_agent = sqlc.arg(user_agent)
WHERE id = sqlc.arg(id) AND ended_at IS NULL;

-- name: ListSessions :many
-- Live sessions, last used first.
SELECT id, client_address, user_agent, created_at, last_used_at, expires_at FROM sessions
WHERE customer_id = sqlc.arg(customer_id) AND ended_at IS NULL AND expires_at > sqlc.arg(now)
  AND last_used_at > sqlc.arg(idle_since)
ORDER BY last_used_at DESC, id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: CountLiveSessions :one
SELECT CAST(COUNT(*) AS BIGINT) FROM sessions
WHERE customer_id = sqlc.arg(customer_id) AND ended_at IS NULL AND expires_at > sqlc.arg(now)
  AND last_used_at > sqlc.arg(idle_since);

-- name: EndSession :one
-- No row if it has already ended.
UPDATE sessions SET ended_at = CAST(sqlc.arg(ended_at) AS BIGINT) WHERE id = sqlc.arg(id) AND ended_at IS NULL
RETURNING refresh_jti, expires_at;

-- name: CountSessionWrongPin :one
-- Counts a wrong PIN given inside a session.
UPDATE sessions SET wrong_pins = wrong_pins + 1 WHERE id = sqlc.arg(id) RETURNING wrong_pins;

-- name: ResetSessionWrongPins :exec
UPDATE sessions SET wrong_pins = 0 WHERE id = sqlc.arg(id) AND wrong_pins > 0;

-- name: UpdateSessionProofs :exec
UPDATE sessions SET second_factor = sqlc.arg(second_factor), long_pin = sqlc.arg(long_pin) WHERE id = sqlc.arg(id);

-- name: ProveSessionSecondFactor :exec
UPDATE sessions SET second_factor = TRUE WHERE id = sqlc.arg(id);

-- name: ForgetSecondFactor :exec
-- After the second factor is turned off, no session of the customer has proved it.
UPDATE sessions SET second_factor = FALSE WHERE customer_id = sqlc.arg(customer_id) AND second_factor;

-- name: EndOtherSessions :execrows
UPDATE sessions SET ended_at = CAST(sqlc.arg(ended_at) AS BIGINT)
WHERE customer_id = sqlc.arg(customer_id) AND id <> sqlc.arg(id) AND ended_at IS NULL;

-- name: EndExcessSessions :execrows
-- Ends the least recently used sessions of a customer, except one given session and as many others as are kept.
UPDATE sessions SET ended_at = CAST(sqlc.arg(ended_at) AS BIGINT)
WHERE id IN (SELECT s.id FROM sessions AS s
             WHERE s.customer_id = sqlc.arg(customer_id) AND s.id <> sqlc.arg(id) AND s.ended_at IS NULL
             ORDER BY s.last_used_at DESC, s.id DESC
             LIMIT CAST(sqlc.arg(row_limit) AS BIGINT) OFFSET CAST(sqlc.arg(kept) AS BIGINT));

-- name: EndSessions :execrows
-- Ends some of the sessions that have not ended, across all customers.
UPDATE sessions SET ended_at = CAST(sqlc.arg(ended_at) AS BIGINT)
WHERE id IN (SELECT s.id FROM sessions AS s WHERE s.ended_at IS NULL LIMIT CAST(sqlc.arg(row_limit) AS BIGINT));

-- name: PurgeSessions :execrows
DELETE FROM sessions
WHERE id IN (SELECT s.id FROM sessions AS s WHERE s.expires_at < sqlc.arg(before)
             ORDER BY s.expires_at LIMIT CAST(sqlc.arg(row_limit) AS BIGINT));

-- name: PurgeIdleSessions :execrows
DELETE FROM sessions
WHERE id IN (SELECT s.id FROM sessions AS s WHERE s.last_used_at <= sqlc.arg(idle_since)
             ORDER BY s.last_used_at LIMIT CAST(sqlc.arg(row_limit) AS BIGINT));

-- name: ListSessionsByID :many
SELECT * FROM sessions WHERE id > sqlc.arg(after_id)
ORDER BY id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: InsertCopiedSession :exec
INSERT INTO sessions (id, customer_id, account_number, refresh_jti, created_at, expires_at, ended_at, client_address, user_agent, last_used_at,
                      wrong_pins, second_factor, long_pin)
VALUES (sqlc.arg(id), sqlc.arg(customer_id), sqlc.arg(account_number), sqlc.arg(refresh_jti), sqlc.arg(created_at), sqlc.arg(expires_at),
        sqlc.narg(ended_at), sqlc.arg(client_address), sqlc.arg(user_agent), sqlc.arg(last_used_at), sqlc.arg(wrong_pins),
        sqlc.arg(second_factor), sqlc.arg(long_pin));

-- name: DeleteSession :exec
DELETE FROM sessions WHERE id = sqlc.arg(id);
