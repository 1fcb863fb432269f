-- name: InsertPinResetCode :exec
-- Replaces the customer's earlier code.
INSERT INTO pin_reset_codes (customer_id, code_hash, tries_left, expires_at)
VALUES (sqlc.arg(customer_id), sqlc.arg(code_hash), sqlc.arg(tries_left), sqlc.arg(expires_at))
ON CONFLICT (customer_id) DO UPDATE
SET code_hash = excluded.code_hash, tries_left = excluded.tries_left, expires_at = excluded.expires_at;

-- name: CountPinResetTry :one
-- Counts before the code is checked, so that parallel guesses cannot exceed the tries left. No row if there is no code to
-- guess.
UPDATE pin_reset_codes SET tries_left = tries_left - 1
WHERE customer_id = sqlc.arg(customer_id) AND tries_left > 0 AND expires_at > sqlc.arg(now)
RETURNING code_hash;

-- name: DeletePinResetCode :execrows
-- No row if the code was used or replaced after it was checked.
DELETE FROM pin_reset_codes WHERE customer_id = sqlc.arg(customer_id) AND code_hash = sqlc.arg(code_hash);

-- name: DeletePinResetCodes :execrows
DELETE FROM pin_reset_codes;

-- name: PurgePinResetCodes :execrows
DELETE FROM pin_reset_codes
WHERE customer_id IN (SELECT c.customer_id FROM pin_reset_codes AS c WHERE c.expires_at < sqlc.arg(before)
                         ORDER BY c.expires_at LIMIT CAST(sqlc.arg(row_limit) AS BIGINT));
