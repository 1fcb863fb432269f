-- name: InsertStandingOrder :exec
INSERT INTO standing_orders (id, account_number, to_account, amount, description, frequency, every, first_on, month_day, until_on, times,
                             if_short, created_at, status, end_reason, next_index, next_on, try_on)
VALUES (sqlc.arg(id), sqlc.arg(account_number), sqlc.arg(to_account), sqlc.arg(amount), sqlc.arg(description), sqlc.arg(frequency),
        sqlc.arg(every), sqlc.arg(first_on), sqlc.arg(month_day), sqlc.narg(until_on), sqlc.arg(times), sqlc.arg(if_short),
        sqlc.arg(created_at), 'active', '', 0, sqlc.arg(first_on), sqlc.arg(first_on));

-- name: StandingOrderByID :one
SELECT * FROM standing_orders WHERE id = sqlc.arg(id);

-- name: LockStandingOrder :one
SELECT * FROM standing_orders WHERE id = sqlc.arg(id)
FOR UPDATE;

-- name: CountStandingOrders :one
-- Those that are not over.
SELECT COUNT(*) FROM standing_orders
WHERE account_number = sqlc.arg(account_number) AND status IN ('active', 'paused');

-- name: ListStandingOrders :many
SELECT * FROM standing_orders
WHERE account_number = sqlc.arg(account_number) AND id < sqlc.arg(before_id)
ORDER BY id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListDueStandingOrders :many
-- Those to run by a day, after a place in the order in which they run.
SELECT id, CAST(try_on AS BIGINT) AS try_on FROM standing_orders
WHERE status = 'active' AND try_on <= CAST(sqlc.arg(today) AS BIGINT) AND try_on >= CAST(sqlc.arg(after_on) AS BIGINT)
  AND (try_on > CAST(sqlc.arg(after_on) AS BIGINT) OR id > sqlc.arg(after_id))
ORDER BY try_on, id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: UpdateStandingOrder :exec
UPDATE standing_orders
SET status = sqlc.arg(status), end_reason = sqlc.arg(end_reason), next_index = sqlc.arg(next_index), next_on = sqlc.narg(next_on),
    try_on = sqlc.narg(try_on)
WHERE id = sqlc.arg(id);

-- name: InsertStandingOrderRun :exec
INSERT INTO standing_order_runs (order_id, due_on, status, code, transaction_id, ran_at)
VALUES (sqlc.arg(order_id), sqlc.arg(due_on), sqlc.arg(status), sqlc.arg(code), sqlc.narg(transaction_id), sqlc.arg(ran_at));

-- name: ListStandingOrderRuns :many
SELECT * FROM standing_order_runs
WHERE order_id = sqlc.arg(order_id) AND due_on < sqlc.arg(before_on)
ORDER BY due_on DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListStandingOrdersByID :many
SELECT * FROM standing_orders WHERE id > sqlc.arg(after_id)
ORDER BY id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListStandingOrderRunsByOrder :many
SELECT * FROM standing_order_runs
WHERE order_id > sqlc.arg(after_order) OR order_id = sqlc.arg(after_order) AND due_on > sqlc.arg(after_on)
ORDER BY order_id, due_on
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: CountSharedRunEntries :one
-- Entries that several runs name.
SELECT COUNT(*) FROM
(SELECT transaction_id FROM standing_order_runs WHERE transaction_id IS NOT NULL GROUP BY transaction_id HAVING COUNT(*) > 1) AS shared;

-- name: PutCopiedStandingOrder :exec
INSERT INTO standing_orders (id, account_number, to_account, amount, description, frequency, every, first_on, month_day, until_on, times,
                             if_short, created_at, status, end_reason, next_index, next_on, try_on)
VALUES (sqlc.arg(id), sqlc.arg(account_number), sqlc.arg(to_account), sqlc.arg(amount), sqlc.arg(description), sqlc.arg(frequency),
        sqlc.arg(every), sqlc.arg(first_on), sqlc.arg(month_day), sqlc.narg(until_on), sqlc.arg(times), sqlc.arg(if_short),
        sqlc.arg(created_at), sqlc.arg(status), sqlc.arg(end_reason), sqlc.arg(next_index), sqlc.narg(next_on), sqlc.narg(try_on))
ON CONFLICT (id) DO UPDATE
SET status = excluded.status, end_reason = excluded.end_reason, next_index = excluded.next_index, next_on = excluded.next_on,
    try_on = excluded.try_on;
