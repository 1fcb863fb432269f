-- name: InsertHold :exec
-- A trigger adds what it has left to what is held of its account.
INSERT INTO holds (id, account_number, to_account, amount, currency, description, reference, placed_by, created_at, expires_at, status,
                   captured, closed_at)
VALUES (sqlc.arg(id), sqlc.arg(account_number), sqlc.narg(to_account), sqlc.arg(amount), sqlc.arg(currency), sqlc.arg(description),
        sqlc.arg(reference), sqlc.arg(placed_by), sqlc.arg(created_at), sqlc.arg(expires_at), sqlc.arg(status), sqlc.arg(captured),
        sqlc.narg(closed_at));

-- name: UpdateHold :exec
-- A trigger lowers what is held of its account.
UPDATE holds SET status = sqlc.arg(status), captured = sqlc.arg(captured), closed_at = sqlc.narg(closed_at)
WHERE id = sqlc.arg(id);

-- name: HoldByID :one
SELECT * FROM holds WHERE id = sqlc.arg(id);

-- name: ListDueHolds :many
-- Those of an account that are pending and have expired, the earliest first.
SELECT * FROM holds
WHERE account_number = sqlc.arg(account_number) AND status = 'pending' AND expires_at <= sqlc.arg(now)
ORDER BY expires_at
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListAccountsWithDueHolds :many
-- Those with the hold that has expired first come first.
SELECT account_number FROM holds
WHERE status = 'pending' AND expires_at <= sqlc.arg(now)
GROUP BY account_number
ORDER BY MIN(expires_at), account_number
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListHolds :many
-- An account's, newest first, starting before an id. A pending one that is due counts as expired. An empty status matches every hold.
SELECT * FROM holds
WHERE account_number = sqlc.arg(account_number) AND id < sqlc.arg(before_id)
  AND (CAST(sqlc.arg(status) AS TEXT) = ''
       OR CASE WHEN status = 'pending' AND expires_at <= sqlc.arg(now) THEN 'expired' ELSE status END = sqlc.arg(status))
ORDER BY id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: SumHeld :one
-- What an account's pending holds have left.
SELECT CAST(COALESCE(SUM(amount - captured), 0) AS BIGINT) AS held FROM holds
WHERE account_number = sqlc.arg(account_number) AND status = 'pending';

-- name: ListHoldsByID :many
SELECT * FROM holds WHERE id > sqlc.arg(after_id)
ORDER BY id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: PutCopiedHold :exec
INSERT INTO holds (id, account_number, to_account, amount, currency, description, reference, placed_by, created_at, expires_at, status,
                   captured, closed_at)
VALUES (sqlc.arg(id), sqlc.arg(account_number), sqlc.narg(to_account), sqlc.arg(amount), sqlc.arg(currency), sqlc.arg(description),
        sqlc.arg(reference), sqlc.arg(placed_by), sqlc.arg(created_at), sqlc.arg(expires_at), sqlc.arg(status), sqlc.arg(captured),
        sqlc.narg(closed_at))
ON CONFLICT (id) DO UPDATE SET status = excluded.status, captured = excluded.captured, closed_at = excluded.closed_at;
