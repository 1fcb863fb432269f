-- Ids are time-ordered, so the primary keys also serve as indexes by time.

-- name: CountTransactionsBetween :one
SELECT CAST(COUNT(*) AS BIGINT) AS transactions FROM transactions
WHERE id >= sqlc.arg(first_id) AND id < sqlc.arg(before_id);

-- name: CountEventsBetween :one
SELECT CAST(COUNT(*) AS BIGINT) AS events FROM events
WHERE id >= sqlc.arg(first_id) AND id < sqlc.arg(before_id) AND event_type = sqlc.arg(event_type);

-- name: CountAccountsOpenedBetween :one
SELECT CAST(COUNT(*) AS BIGINT) AS accounts FROM accounts
WHERE created_at >= sqlc.arg(from_time) AND created_at < sqlc.arg(to_time);
