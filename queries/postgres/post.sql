-- The statements of a batch. Each takes arrays, with an element for each row, so that the same few read and write a batch of any size.

-- name: LockAccounts :many
-- Locks accounts in ascending order, so that servers that share a database do not wait for each other in a circle.
SELECT account_number, balance, held, currency, last_sequence, last_id, last_hash, last_timestamp,
       CAST(status = 'closed' AS BOOLEAN) AS closed, debits_frozen, credits_frozen, frozen_until,
       limit_per_transfer, limit_daily, limit_monthly, spent_day, spent_on_day, spent_month, spent_in_month
FROM accounts
WHERE account_number = ANY(sqlc.arg(account_numbers)::bigint[])
ORDER BY account_number
FOR UPDATE;

-- name: SessionsByID :many
-- Each is what SessionByID returns.
SELECT s.id, s.customer_id, s.account_number, s.refresh_jti, s.last_used_at, s.expires_at, s.ended_at, s.second_factor, s.long_pin, c.role,
       c.sign_in_locked
FROM sessions AS s
JOIN customers AS c ON c.id = s.customer_id
WHERE s.id = ANY(sqlc.arg(ids)::uuid[]);

-- name: IdempotencyKeysByName :many
-- Looks up each name in the index. The plan of a join would, if it was made while the table was small, read the whole index for each batch
-- until PostgreSQL analyzes the table; LIMIT fixes the order.
SELECT k.idempotency_key, k.scope, k.fingerprint, k.kind, k.id
FROM (SELECT unnest(sqlc.arg(keys)::text[]) AS idempotency_key, unnest(sqlc.arg(scopes)::text[]) AS scope) AS asked
CROSS JOIN LATERAL (
    SELECT * FROM idempotency_keys AS i WHERE i.idempotency_key = asked.idempotency_key AND i.scope = asked.scope LIMIT 1
) AS k;

-- name: ReferencesTaken :many
-- One lookup for each reference, as in IdempotencyKeysByName.
SELECT t.account_number, t.reference
FROM (SELECT unnest(sqlc.arg(account_numbers)::bigint[]) AS account_number, unnest(sqlc.arg(refs)::text[]) AS reference) AS asked
CROSS JOIN LATERAL (
    SELECT sent.account_number, sent.reference FROM transactions AS sent
    WHERE sent.account_number = asked.account_number AND sent.reference = asked.reference
      AND sent.reference <> '' AND sent.transaction_type = 5
    LIMIT 1
) AS t;

-- name: ReversedAmounts :many
-- Each is what ReversedAmount returns. An entry that nothing reverses is missing.
SELECT t.reverses_id, CAST(SUM(t.amount) AS BIGINT) AS amount, COUNT(*) AS times FROM transactions AS t
WHERE t.reverses_id = ANY(sqlc.arg(ids)::uuid[])
GROUP BY t.reverses_id;

-- name: HoldsByID :many
SELECT * FROM holds WHERE id = ANY(sqlc.arg(ids)::uuid[]);

-- name: DueHolds :many
-- As ListDueHolds, for each of several accounts.
SELECT h.*
FROM (SELECT unnest(sqlc.arg(account_numbers)::bigint[]) AS account_number) AS asked
CROSS JOIN LATERAL (
    SELECT * FROM holds
    WHERE holds.account_number = asked.account_number AND holds.status = 'pending' AND holds.expires_at <= sqlc.arg(now)::bigint
    ORDER BY holds.expires_at
    LIMIT CAST(sqlc.arg(row_limit) AS BIGINT)
) AS h;

-- name: InsertTransactions :exec
-- As InsertTransaction. A zero stands for NULL.
INSERT INTO transactions (id, account_number, sequence, previous_id, transaction_type, amount, currency, balance_after,
                          timestamp, description, reference, via, hold_id, reverses_id, transfer_id, counterparty_account, hash)
SELECT unnest(sqlc.arg(ids)::uuid[]), unnest(sqlc.arg(account_numbers)::bigint[]), unnest(sqlc.arg(sequences)::bigint[]),
       NULLIF(unnest(sqlc.arg(previous_ids)::uuid[]), '00000000-0000-0000-0000-000000000000'), unnest(sqlc.arg(transaction_types)::bigint[]), unnest(sqlc.arg(amounts)::bigint[]),
       unnest(sqlc.arg(currencies)::text[]), unnest(sqlc.arg(balances)::bigint[]), unnest(sqlc.arg(timestamps)::bigint[]),
       unnest(sqlc.arg(descriptions)::text[]), unnest(sqlc.arg(refs)::text[]), unnest(sqlc.arg(vias)::text[]),
       NULLIF(unnest(sqlc.arg(hold_ids)::uuid[]), '00000000-0000-0000-0000-000000000000'),
       NULLIF(unnest(sqlc.arg(reverses_ids)::uuid[]), '00000000-0000-0000-0000-000000000000'),
       NULLIF(unnest(sqlc.arg(transfer_ids)::uuid[]), '00000000-0000-0000-0000-000000000000'),
       NULLIF(unnest(sqlc.arg(counterparties)::bigint[]), 0), unnest(sqlc.arg(hashes)::bytea[]);

-- name: UpdateSpents :exec
-- As UpdateSpent.
UPDATE accounts AS a
SET spent_day = c.spent_day, spent_on_day = c.spent_on_day, spent_month = c.spent_month, spent_in_month = c.spent_in_month
FROM (SELECT unnest(sqlc.arg(account_numbers)::bigint[]) AS account_number, unnest(sqlc.arg(days)::bigint[]) AS spent_day,
             unnest(sqlc.arg(on_days)::bigint[]) AS spent_on_day, unnest(sqlc.arg(months)::bigint[]) AS spent_month,
             unnest(sqlc.arg(in_months)::bigint[]) AS spent_in_month) AS c
WHERE a.account_number = c.account_number;

-- name: InsertIdempotencyKeys :exec
-- Fails if a key is taken. This waits for a concurrent owner of a key to commit or roll back.
INSERT INTO idempotency_keys (idempotency_key, scope, fingerprint, kind, id, created_at)
SELECT unnest(sqlc.arg(keys)::text[]), unnest(sqlc.arg(scopes)::text[]), unnest(sqlc.arg(fingerprints)::bytea[]),
       unnest(sqlc.arg(kinds)::bigint[]), unnest(sqlc.arg(ids)::uuid[]), unnest(sqlc.arg(times)::bigint[]);

-- name: TouchIdempotencyKeys :exec
-- As TouchIdempotencyKey: the answers wait for the commit.
UPDATE idempotency_keys AS k SET created_at = k.created_at
FROM (SELECT unnest(sqlc.arg(keys)::text[]) AS idempotency_key, unnest(sqlc.arg(scopes)::text[]) AS scope) AS asked
WHERE k.idempotency_key = asked.idempotency_key AND k.scope = asked.scope;
