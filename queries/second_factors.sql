-- name: SecondFactorByCustomer :one
SELECT * FROM second_factors WHERE customer_id = sqlc.arg(customer_id);

-- name: InsertSecondFactor :execrows
-- Replaces an unconfirmed secret. No row if one is in use.
INSERT INTO second_factors (customer_id, sealed_for, sealed_secret, key_id, tries_left, last_used_step)
VALUES (sqlc.arg(customer_id), sqlc.arg(sealed_for), sqlc.arg(sealed_secret), sqlc.arg(key_id), sqlc.arg(tries_left), 0)
ON CONFLICT (customer_id) DO UPDATE
SET sealed_for = excluded.sealed_for, sealed_secret = excluded.sealed_secret, key_id = excluded.key_id, tries_left = excluded.tries_left
WHERE second_factors.confirmed_at IS NULL;

-- name: CountSecondFactorTry :one
-- Counts before the code is checked, so that parallel guesses cannot exceed the tries left. No row if there is nothing to
-- confirm.
UPDATE second_factors SET tries_left = tries_left - 1
WHERE customer_id = sqlc.arg(customer_id) AND tries_left > 0 AND confirmed_at IS NULL
RETURNING *;

-- name: ConfirmSecondFactor :execrows
-- No row if it was replaced or confirmed after its code was checked.
UPDATE second_factors SET confirmed_at = CAST(sqlc.arg(confirmed_at) AS BIGINT), last_used_step = sqlc.arg(used_step)
WHERE customer_id = sqlc.arg(customer_id) AND sealed_secret = sqlc.arg(sealed_secret) AND confirmed_at IS NULL;

-- name: UseSecondFactorStep :execrows
-- A code is valid once: no row if its step, or a later one, was used.
UPDATE second_factors SET last_used_step = sqlc.arg(used_step)
WHERE customer_id = sqlc.arg(customer_id) AND last_used_step < sqlc.arg(used_step);

-- name: ResealSecondFactor :execrows
-- No row if it was replaced after it was read.
UPDATE second_factors SET sealed_secret = sqlc.arg(new_sealed), key_id = sqlc.arg(key_id)
WHERE customer_id = sqlc.arg(customer_id) AND sealed_secret = sqlc.arg(old_sealed);

-- name: DeleteSecondFactor :execrows
DELETE FROM second_factors WHERE customer_id = sqlc.arg(customer_id);

-- name: ListSecondFactors :many
SELECT * FROM second_factors WHERE customer_id > sqlc.arg(after_customer)
ORDER BY customer_id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: InsertCopiedSecondFactor :exec
INSERT INTO second_factors (customer_id, sealed_for, sealed_secret, key_id, tries_left, confirmed_at, last_used_step)
VALUES (sqlc.arg(customer_id), sqlc.arg(sealed_for), sqlc.arg(sealed_secret), sqlc.arg(key_id), sqlc.arg(tries_left), sqlc.narg(confirmed_at),
        sqlc.arg(last_used_step));

-- name: InsertRecoveryCode :exec
INSERT INTO recovery_codes (customer_id, code_hash) VALUES (sqlc.arg(customer_id), sqlc.arg(code_hash));

-- name: CountRecoveryCodes :one
SELECT CAST(COUNT(*) AS BIGINT) AS codes FROM recovery_codes WHERE customer_id = sqlc.arg(customer_id);

-- name: DeleteRecoveryCode :execrows
-- A code is valid once: no row if it was used or never existed.
DELETE FROM recovery_codes WHERE customer_id = sqlc.arg(customer_id) AND code_hash = sqlc.arg(code_hash);

-- name: DeleteRecoveryCodes :exec
DELETE FROM recovery_codes WHERE customer_id = sqlc.arg(customer_id);

-- name: ListRecoveryCodes :many
SELECT * FROM recovery_codes
WHERE customer_id > sqlc.arg(after_customer) OR (customer_id = sqlc.arg(after_customer) AND code_hash > sqlc.arg(after_hash))
ORDER BY customer_id, code_hash
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);
