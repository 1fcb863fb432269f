-- name: InsertAccount :execrows
-- No row if the number is taken; the caller then draws another.
INSERT INTO accounts (account_number, account_holder_name, holder_name_folded, role, created_at, status, pin_hash,
                      failed_attempts, sign_in_locked, currency, balance, last_sequence, last_hash, last_timestamp)
VALUES (sqlc.arg(account_number), sqlc.arg(account_holder_name), sqlc.arg(holder_name_folded), sqlc.arg(role),
        sqlc.arg(created_at), 'open', sqlc.arg(pin_hash), 0, FALSE, sqlc.arg(currency), 0, 0, sqlc.arg(last_hash),
        sqlc.arg(created_at))
ON CONFLICT (account_number) DO NOTHING;

-- name: AccountByNumber :one
SELECT * FROM accounts WHERE account_number = sqlc.arg(account_number);

-- name: LockAccount :one
-- Locks an account and reads what its next entry follows from.
SELECT account_number, balance, currency, last_sequence, last_id, last_hash, last_timestamp FROM accounts
WHERE account_number = sqlc.arg(account_number)
FOR UPDATE;

-- name: CountPinAttempt :one
-- Counts before the PIN is checked, and locks at the last attempt, so that neither parallel guesses nor a crash between
-- counting and hashing allow another guess. A right PIN undoes both.
UPDATE accounts
SET failed_attempts = failed_attempts + 1, sign_in_locked = (failed_attempts + 1 >= CAST(sqlc.arg(most) AS BIGINT))
WHERE account_number = sqlc.arg(account_number) AND NOT sign_in_locked
RETURNING pin_hash, failed_attempts;

-- name: CountUnknownAccountAttempt :exec
UPDATE unknown_account_attempts SET attempts = attempts + 1 WHERE id = 1;

-- name: ResetPinAttempts :execrows
-- After a right PIN. No row if the PIN was changed while this one was checked.
UPDATE accounts SET failed_attempts = 0, sign_in_locked = FALSE
WHERE account_number = sqlc.arg(account_number) AND pin_hash = sqlc.arg(pin_hash);

-- name: TakePinAttemptBack :execrows
-- After a right PIN that alone does not sign in: takes back this attempt only. No row if the PIN has been changed meanwhile.
UPDATE accounts
SET failed_attempts = CASE WHEN failed_attempts > 0 THEN failed_attempts - 1 ELSE 0 END,
    sign_in_locked = (failed_attempts - 1 >= CAST(sqlc.arg(most) AS BIGINT))
WHERE account_number = sqlc.arg(account_number) AND pin_hash = sqlc.arg(pin_hash);

-- name: UnlockAccount :execrows
UPDATE accounts SET failed_attempts = 0, sign_in_locked = FALSE
WHERE account_number = sqlc.arg(account_number) AND sign_in_locked;

-- name: UpdatePin :execrows
-- No row if the PIN was changed while the old one was checked.
UPDATE accounts SET pin_hash = sqlc.arg(new_hash), failed_attempts = 0, sign_in_locked = FALSE
WHERE account_number = sqlc.arg(account_number) AND pin_hash = sqlc.arg(old_hash);

-- name: ResetPin :exec
-- Replaces a forgotten PIN and lifts the lock.
UPDATE accounts SET pin_hash = sqlc.arg(new_hash), failed_attempts = 0, sign_in_locked = FALSE
WHERE account_number = sqlc.arg(account_number);

-- name: UpdateRole :execrows
UPDATE accounts SET role = sqlc.arg(role) WHERE account_number = sqlc.arg(account_number);

-- name: InsertCopiedAccount :exec
-- The account has no entries yet.
INSERT INTO accounts (account_number, account_holder_name, holder_name_folded, role, created_at, status, pin_hash,
                      failed_attempts, sign_in_locked, currency, balance, last_sequence, last_hash, last_timestamp)
VALUES (sqlc.arg(account_number), sqlc.arg(account_holder_name), sqlc.arg(holder_name_folded), sqlc.arg(role),
        sqlc.arg(created_at), sqlc.arg(status), sqlc.arg(pin_hash), sqlc.arg(failed_attempts), sqlc.arg(sign_in_locked),
        sqlc.arg(currency), 0, 0, sqlc.arg(last_hash), sqlc.arg(created_at));

-- name: UpdateCopiedAccount :exec
-- Updates what can change without an entry.
UPDATE accounts
SET account_holder_name = sqlc.arg(account_holder_name), holder_name_folded = sqlc.arg(holder_name_folded),
    role = sqlc.arg(role), status = sqlc.arg(status), pin_hash = sqlc.arg(pin_hash),
    failed_attempts = sqlc.arg(failed_attempts), sign_in_locked = sqlc.arg(sign_in_locked)
WHERE account_number = sqlc.arg(account_number);

-- name: ListAccounts :many
-- Newest first, starting before a position. An empty name_pattern matches every account.
SELECT * FROM accounts
WHERE (created_at, account_number) < (CAST(sqlc.arg(before_created_at) AS BIGINT), CAST(sqlc.arg(before_number) AS BIGINT))
  AND (NOT CAST(sqlc.arg(by_lock) AS BOOLEAN) OR sign_in_locked = CAST(sqlc.arg(locked) AS BOOLEAN))
  AND (CAST(sqlc.arg(name_pattern) AS TEXT) = ''
       OR holder_name_folded LIKE CAST(sqlc.arg(name_pattern) AS TEXT)
       OR CAST(account_number AS TEXT) LIKE CAST(sqlc.arg(number_pattern) AS TEXT))
ORDER BY created_at DESC, account_number DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListAccountsByNumber :many
SELECT * FROM accounts WHERE account_number > sqlc.arg(after_number)
ORDER BY account_number
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: UpdateHolderNameFolded :exec
UPDATE accounts SET holder_name_folded = sqlc.arg(holder_name_folded) WHERE account_number = sqlc.arg(account_number);

-- name: CountAccounts :one
SELECT CAST(COUNT(*) AS BIGINT) AS accounts,
       CAST(COALESCE(SUM(CASE WHEN sign_in_locked THEN 1 ELSE 0 END), 0) AS BIGINT) AS locked
FROM accounts;

-- name: ListTotalBalances :many
SELECT currency, CAST(SUM(balance) AS BIGINT) AS balance FROM accounts GROUP BY currency ORDER BY currency;
