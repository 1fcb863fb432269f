-- name: InsertAccount :execrows
-- No row if the number is taken; the caller then draws another.
INSERT INTO accounts (account_number, customer_id, nickname, created_at, status, currency, balance, last_sequence, last_hash, last_timestamp)
VALUES (sqlc.arg(account_number), sqlc.arg(customer_id), sqlc.arg(nickname), sqlc.arg(created_at), 'open', sqlc.arg(currency), 0, 0,
        sqlc.arg(last_hash), sqlc.arg(created_at))
ON CONFLICT (account_number) DO NOTHING;

-- name: AccountByNumber :one
SELECT sqlc.embed(a), sqlc.embed(c) FROM accounts AS a
JOIN customers AS c ON c.id = a.customer_id
WHERE a.account_number = sqlc.arg(account_number);

-- name: CustomerOfAccount :one
SELECT customer_id FROM accounts WHERE account_number = sqlc.arg(account_number);

-- name: LockAccount :one
-- Locks an account and reads what its next entry follows from.
SELECT account_number, balance, held, currency, last_sequence, last_id, last_hash, last_timestamp,
       CAST(status = 'closed' AS BOOLEAN) AS closed, debits_frozen, credits_frozen, frozen_until,
       limit_per_transfer, limit_daily, limit_monthly, spent_day, spent_on_day, spent_month, spent_in_month
FROM accounts
WHERE account_number = sqlc.arg(account_number)
FOR UPDATE;

-- name: UpdateSpent :exec
UPDATE accounts
SET spent_day = sqlc.arg(spent_day), spent_on_day = sqlc.arg(spent_on_day), spent_month = sqlc.arg(spent_month),
    spent_in_month = sqlc.arg(spent_in_month)
WHERE account_number = sqlc.arg(account_number);

-- name: UpdateFreeze :exec
UPDATE accounts
SET status = sqlc.arg(status), debits_frozen = sqlc.arg(debits_frozen), credits_frozen = sqlc.arg(credits_frozen),
    frozen_until = sqlc.narg(frozen_until), status_reason = sqlc.arg(status_reason)
WHERE account_number = sqlc.arg(account_number);

-- name: CloseAccount :execrows
-- No row if there is money in the account.
UPDATE accounts
SET status = 'closed', debits_frozen = FALSE, credits_frozen = FALSE, frozen_until = NULL, status_reason = sqlc.arg(status_reason)
WHERE account_number = sqlc.arg(account_number) AND balance = 0;

-- name: UpdateLimits :exec
UPDATE accounts
SET limit_per_transfer = sqlc.narg(limit_per_transfer), limit_daily = sqlc.narg(limit_daily), limit_monthly = sqlc.narg(limit_monthly),
    spent_day = sqlc.arg(spent_day), spent_on_day = sqlc.arg(spent_on_day), spent_month = sqlc.arg(spent_month),
    spent_in_month = sqlc.arg(spent_in_month)
WHERE account_number = sqlc.arg(account_number);

-- name: InsertCopiedAccount :exec
-- The account has no entries yet.
INSERT INTO accounts (account_number, customer_id, nickname, created_at, status, debits_frozen, credits_frozen, frozen_until,
                      status_reason, limit_per_transfer, limit_daily, limit_monthly, spent_day, spent_on_day, spent_month,
                      spent_in_month, currency, balance, last_sequence, last_hash, last_timestamp)
VALUES (sqlc.arg(account_number), sqlc.arg(customer_id), sqlc.arg(nickname), sqlc.arg(created_at), sqlc.arg(status),
        sqlc.arg(debits_frozen), sqlc.arg(credits_frozen), sqlc.narg(frozen_until), sqlc.arg(status_reason),
        sqlc.narg(limit_per_transfer), sqlc.narg(limit_daily), sqlc.narg(limit_monthly), sqlc.arg(spent_day),
        sqlc.arg(spent_on_day), sqlc.arg(spent_month), sqlc.arg(spent_in_month), sqlc.arg(currency), 0, 0, sqlc.arg(last_hash),
        sqlc.arg(created_at));

-- name: UpdateCopiedAccount :exec
-- Updates what can change without an entry.
UPDATE accounts
SET nickname = sqlc.arg(nickname), status = sqlc.arg(status), debits_frozen = sqlc.arg(debits_frozen),
    credits_frozen = sqlc.arg(credits_frozen), frozen_until = sqlc.narg(frozen_until), status_reason = sqlc.arg(status_reason),
    limit_per_transfer = sqlc.narg(limit_per_transfer), limit_daily = sqlc.narg(limit_daily),
    limit_monthly = sqlc.narg(limit_monthly), spent_day = sqlc.arg(spent_day), spent_on_day = sqlc.arg(spent_on_day),
    spent_month = sqlc.arg(spent_month), spent_in_month = sqlc.arg(spent_in_month)
WHERE account_number = sqlc.arg(account_number);

-- name: ListAccounts :many
-- Newest first, starting before a position. An empty name_pattern matches every account.
SELECT sqlc.embed(a), sqlc.embed(c) FROM accounts AS a
JOIN customers AS c ON c.id = a.customer_id
WHERE (a.created_at, a.account_number) < (CAST(sqlc.arg(before_created_at) AS BIGINT), CAST(sqlc.arg(before_number) AS BIGINT))
  AND (NOT CAST(sqlc.arg(by_lock) AS BOOLEAN) OR c.sign_in_locked = CAST(sqlc.arg(locked) AS BOOLEAN))
  AND (NOT CAST(sqlc.arg(by_role) AS BOOLEAN) OR (c.role <> 'customer') = CAST(sqlc.arg(staff) AS BOOLEAN))
  AND (CAST(sqlc.arg(name_pattern) AS TEXT) = ''
       OR c.name_folded LIKE CAST(sqlc.arg(name_pattern) AS TEXT)
       OR CAST(a.account_number AS TEXT) LIKE CAST(sqlc.arg(number_pattern) AS TEXT))
ORDER BY a.created_at DESC, a.account_number DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListCustomerAccounts :many
-- Oldest first.
SELECT * FROM accounts WHERE customer_id = sqlc.arg(customer_id)
ORDER BY created_at, account_number
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: CountCustomerAccounts :one
SELECT CAST(COUNT(*) AS BIGINT) AS accounts FROM accounts WHERE customer_id = sqlc.arg(customer_id);

-- name: UpdateNickname :execrows
UPDATE accounts SET nickname = sqlc.arg(nickname) WHERE account_number = sqlc.arg(account_number);

-- name: ListAccountsByNumber :many
SELECT * FROM accounts WHERE account_number > sqlc.arg(after_number)
ORDER BY account_number
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: CountAccounts :one
SELECT CAST(COUNT(*) AS BIGINT) AS accounts FROM accounts;

-- name: CountLockedAccounts :one
SELECT CAST(COUNT(*) AS BIGINT) AS accounts FROM accounts
WHERE customer_id IN (SELECT id FROM customers WHERE sign_in_locked);

-- name: ListTotalBalances :many
SELECT currency, CAST(SUM(balance) AS BIGINT) AS balance FROM accounts GROUP BY currency ORDER BY currency;
