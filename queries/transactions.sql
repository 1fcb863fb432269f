-- name: InsertTransaction :exec
-- A trigger also updates the account to this entry, or fails if the entry does not follow the account's last one.
INSERT INTO transactions (id, account_number, sequence, previous_id, transaction_type, amount, currency, balance_after,
                          timestamp, description, reference, via, hold_id, reverses_id, transfer_id, counterparty_account, hash)
VALUES (sqlc.arg(id), sqlc.arg(account_number), sqlc.arg(sequence), sqlc.narg(previous_id), sqlc.arg(transaction_type),
        sqlc.arg(amount), sqlc.arg(currency), sqlc.arg(balance_after), sqlc.arg(timestamp), sqlc.arg(description),
        sqlc.arg(reference), sqlc.arg(via), sqlc.narg(hold_id), sqlc.narg(reverses_id), sqlc.narg(transfer_id),
        sqlc.narg(counterparty_account), sqlc.arg(hash));

-- name: ReferenceTaken :one
-- Reports whether a transfer from the account has the reference.
SELECT EXISTS (SELECT 1 FROM transactions
               WHERE account_number = sqlc.arg(account_number) AND reference = sqlc.arg(reference) AND reference <> ''
                 AND transaction_type = 5);

-- name: ListTransactionTypes :many
SELECT * FROM transaction_types ORDER BY number;

-- name: TransactionByID :one
SELECT * FROM transactions WHERE id = sqlc.arg(id);

-- name: ListTransactions :many
-- Newest first, walking along the links from an entry until one is older than from_time. Each row leads to the next, so they
-- come in the order of the links, and no more are read than requested.
WITH RECURSIVE chain AS (
    SELECT * FROM transactions WHERE transactions.id = sqlc.arg(newest_id)
    UNION ALL
    SELECT entry.* FROM chain JOIN transactions AS entry ON entry.id = chain.previous_id
    WHERE chain.timestamp >= CAST(sqlc.arg(from_time) AS BIGINT)
)
SELECT * FROM chain
WHERE chain.timestamp >= CAST(sqlc.arg(from_time) AS BIGINT) AND chain.timestamp < CAST(sqlc.arg(to_time) AS BIGINT)
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListMilestones :many
-- An account's indexed entries, oldest first, from a time on and after a sequence.
SELECT id, sequence, timestamp FROM transactions
WHERE account_number = sqlc.arg(account_number) AND sequence % 64 = 0
  AND timestamp >= sqlc.arg(from_time) AND sequence > sqlc.arg(after_sequence)
ORDER BY timestamp, sequence
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListTransactionsBySequence :many
-- Reads the whole history: there is no index by account and sequence.
SELECT * FROM transactions
WHERE account_number = sqlc.arg(account_number) AND sequence > sqlc.arg(after_sequence)
ORDER BY sequence
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListTransactionsByID :many
-- Entries of all accounts, roughly in the order they were written: ids of the same moment, or from clocks that differ, may be
-- out of order.
SELECT * FROM transactions WHERE id > sqlc.arg(after_id)
ORDER BY id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: CountTransactionsSince :one
-- Ids are time-ordered, so the primary key also serves as an index by time.
SELECT CAST(COUNT(*) AS BIGINT) AS transactions FROM transactions WHERE id >= sqlc.arg(first_id);

-- name: CountTransactions :one
SELECT CAST(COUNT(*) AS BIGINT) AS transactions FROM transactions;

-- name: UnpairedTransfer :one
-- The first leg of a transfer that does not have exactly one other leg. Reads the whole history.
SELECT * FROM transactions
WHERE transfer_id IN (
    SELECT leg.transfer_id FROM transactions AS leg
    WHERE leg.transfer_id IS NOT NULL
    GROUP BY leg.transfer_id
    HAVING COUNT(*) <> 2 OR MIN(leg.transaction_type) + MAX(leg.transaction_type) NOT IN (4 + 5, 6 + 7)
        OR MIN(leg.amount) <> MAX(leg.amount) OR MIN(leg.currency) <> MAX(leg.currency)
        OR MIN(leg.account_number) <> MIN(leg.counterparty_account)
        OR MAX(leg.account_number) <> MAX(leg.counterparty_account))
ORDER BY id
LIMIT 1;

-- name: StrayTransaction :one
-- The first entry that is in no account's chain: the account does not exist or ends before it, or another entry has the same
-- sequence. Reads the whole history.
SELECT * FROM transactions AS entry
WHERE NOT EXISTS (SELECT 1 FROM accounts
                  WHERE accounts.account_number = entry.account_number AND accounts.last_sequence >= entry.sequence)
   OR (entry.account_number, entry.sequence) IN (
    SELECT twin.account_number, twin.sequence FROM transactions AS twin
    GROUP BY twin.account_number, twin.sequence
    HAVING COUNT(*) > 1)
ORDER BY entry.account_number, entry.sequence
LIMIT 1;
