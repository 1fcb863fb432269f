-- name: InsertCustomer :exec
INSERT INTO customers (id, name, name_folded, role, created_at, pin_hash, failed_attempts, sign_in_locked)
VALUES (sqlc.arg(id), sqlc.arg(name), sqlc.arg(name_folded), sqlc.arg(role), sqlc.arg(created_at), sqlc.arg(pin_hash), 0, FALSE);

-- name: CustomerByID :one
SELECT * FROM customers WHERE id = sqlc.arg(id);

-- name: LockCustomer :one
SELECT id FROM customers WHERE id = sqlc.arg(id)
FOR UPDATE;

-- name: CustomerByAccount :one
SELECT c.* FROM customers AS c
JOIN accounts AS a ON a.customer_id = c.id
WHERE a.account_number = sqlc.arg(account_number);

-- name: CountPinAttempt :one
-- Counts before the PIN is checked, and locks at the last attempt, so that neither parallel guesses nor a crash between
-- counting and hashing allow another guess. A right PIN undoes both.
UPDATE customers
SET failed_attempts = failed_attempts + 1, sign_in_locked = (failed_attempts + 1 >= CAST(sqlc.arg(most) AS BIGINT))
WHERE id = (SELECT a.customer_id FROM accounts AS a WHERE a.account_number = sqlc.arg(account_number)) AND NOT sign_in_locked
RETURNING id, pin_hash, failed_attempts;

-- name: CountUnknownAccountAttempt :exec
UPDATE unknown_account_attempts SET attempts = attempts + 1 WHERE id = 1;

-- name: ResetPinAttempts :execrows
-- After a right PIN. No row if the PIN was changed while this one was checked.
UPDATE customers SET failed_attempts = 0, sign_in_locked = FALSE
WHERE id = sqlc.arg(id) AND pin_hash = sqlc.arg(pin_hash);

-- name: TakePinAttemptBack :execrows
-- After a right PIN that alone does not sign in: takes back this attempt only. No row if the PIN has been changed meanwhile.
UPDATE customers
SET failed_attempts = CASE WHEN failed_attempts > 0 THEN failed_attempts - 1 ELSE 0 END,
    sign_in_locked = (failed_attempts - 1 >= CAST(sqlc.arg(most) AS BIGINT))
WHERE id = sqlc.arg(id) AND pin_hash = sqlc.arg(pin_hash);

-- name: UnlockCustomer :execrows
UPDATE customers SET failed_attempts = 0, sign_in_locked = FALSE
WHERE id = sqlc.arg(id) AND sign_in_locked;

-- name: UpdatePin :execrows
-- No row if the PIN was changed while the old one was checked.
UPDATE customers SET pin_hash = sqlc.arg(new_hash), failed_attempts = 0, sign_in_locked = FALSE
WHERE id = sqlc.arg(id) AND pin_hash = sqlc.arg(old_hash);

-- name: ResetPin :exec
-- Replaces a forgotten PIN and lifts the lock.
UPDATE customers SET pin_hash = sqlc.arg(new_hash), failed_attempts = 0, sign_in_locked = FALSE
WHERE id = sqlc.arg(id);

-- name: UpdateRole :execrows
UPDATE customers SET role = sqlc.arg(role) WHERE id = sqlc.arg(id);

-- name: UpdateCustomerName :exec
UPDATE customers SET name = sqlc.arg(name), name_folded = sqlc.arg(name_folded) WHERE id = sqlc.arg(id);

-- name: UpdateNameFolded :exec
-- Unless the name has been changed meanwhile.
UPDATE customers SET name_folded = sqlc.arg(name_folded) WHERE id = sqlc.arg(id) AND name = sqlc.arg(name);

-- name: PutCopiedCustomer :exec
INSERT INTO customers (id, name, name_folded, role, created_at, pin_hash, failed_attempts, sign_in_locked)
VALUES (sqlc.arg(id), sqlc.arg(name), sqlc.arg(name_folded), sqlc.arg(role), sqlc.arg(created_at), sqlc.arg(pin_hash),
        sqlc.arg(failed_attempts), sqlc.arg(sign_in_locked))
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, name_folded = excluded.name_folded, role = excluded.role, created_at = excluded.created_at,
    pin_hash = excluded.pin_hash, failed_attempts = excluded.failed_attempts, sign_in_locked = excluded.sign_in_locked;

-- name: ListCustomersByID :many
SELECT * FROM customers WHERE id > sqlc.arg(after_id)
ORDER BY id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);
