-- name: InsertTransaction :exec
INSERT INTO transactions (id, account_number, sequence, transaction_type, amount, currency, balance_after, timestamp,
                          description, transfer_id, counterparty_account, hash)
VALUES (sqlc.arg(id), sqlc.arg(account_number), sqlc.arg(sequence), sqlc.arg(transaction_type), sqlc.arg(amount),
        sqlc.arg(currency), sqlc.arg(balance_after), sqlc.arg(timestamp), sqlc.arg(description), sqlc.narg(transfer_id),
        sqlc.narg(counterparty_account), sqlc.arg(hash));

-- name: TransactionByID :one
SELECT * FROM transactions WHERE id = sqlc.arg(id);

-- name: ListTransactions :many
-- Newest first, from before a sequence. An empty transaction_type stands for every type.
SELECT * FROM transactions
WHERE account_number = sqlc.arg(account_number) AND sequence < sqlc.arg(before_sequence)
  AND (CAST(sqlc.arg(transaction_type) AS TEXT) = '' OR transaction_type = CAST(sqlc.arg(transaction_type) AS TEXT))
  AND timestamp >= sqlc.arg(from_time) AND timestamp < sqlc.arg(to_time)
ORDER BY sequence DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListTransactionsBySequence :many
SELECT * FROM transactions
WHERE account_number = sqlc.arg(account_number) AND sequence > sqlc.arg(after_sequence)
ORDER BY sequence
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: CountTransactionsSince :one
-- Ids are time-ordered, so the primary key also serves as an index by time.
SELECT CAST(COUNT(*) AS BIGINT) AS transactions FROM transactions WHERE id >= sqlc.arg(first_id);

-- name: CountTransactions :one
SELECT CAST(COUNT(*) AS BIGINT) AS transactions FROM transactions;

-- name: UnpairedTransfer :one
-- The first leg of a transfer that has not exactly one other leg. Reads the whole history.
SELECT * FROM transactions AS leg
WHERE leg.transfer_id IS NOT NULL AND 1 <> (
    SELECT COUNT(*) FROM transactions AS twin
    WHERE twin.account_number = leg.counterparty_account AND twin.counterparty_account = leg.account_number
      AND twin.transfer_id = leg.transfer_id AND twin.amount = leg.amount AND twin.currency = leg.currency
      AND twin.transaction_type <> leg.transaction_type)
ORDER BY leg.id
LIMIT 1;

-- name: OrphanTransaction :one
-- The first entry whose account does not exist. Reads the whole history.
SELECT * FROM transactions AS entry
WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.account_number = entry.account_number)
ORDER BY entry.account_number, entry.sequence
LIMIT 1;
