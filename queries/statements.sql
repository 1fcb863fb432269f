-- name: LastTransactionBefore :one
-- The newest entry from before a time. Times never go back within a history, so its balance is that of this moment.
SELECT * FROM transactions
WHERE account_number = sqlc.arg(account_number) AND timestamp < sqlc.arg(before_time)
ORDER BY sequence DESC
LIMIT 1;

-- name: ListStatementTransactions :many
-- Oldest first, from after a sequence up to another one.
SELECT * FROM transactions
WHERE account_number = sqlc.arg(account_number) AND sequence > sqlc.arg(after_sequence) AND sequence <= sqlc.arg(last_sequence)
ORDER BY sequence
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListDailyMovements :many
-- What came in and went out on each day of UTC, counted from 1970, that had an entry.
SELECT CAST(timestamp / 86400000000 AS BIGINT) AS day,
       CAST(SUM(CASE WHEN transaction_type IN ('withdrawal', 'transfer_out') THEN 0 ELSE amount END) AS BIGINT) AS money_in,
       CAST(SUM(CASE WHEN transaction_type IN ('withdrawal', 'transfer_out') THEN amount ELSE 0 END) AS BIGINT) AS money_out
FROM transactions
WHERE account_number = sqlc.arg(account_number) AND timestamp >= sqlc.arg(from_time)
GROUP BY timestamp / 86400000000
ORDER BY timestamp / 86400000000;
