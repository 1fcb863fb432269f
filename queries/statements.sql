-- name: ListQuarterHourMovements :many
-- What came in and went out in each quarter of an hour (numbered from 1970) that had an entry, walking back along the links
-- from an entry over at most entry_limit entries.
WITH RECURSIVE chain AS (
    SELECT previous_id, transaction_type, amount, timestamp, CAST(1 AS BIGINT) AS place
    FROM transactions WHERE transactions.id = sqlc.arg(newest_id)
    UNION ALL
    SELECT entry.previous_id, entry.transaction_type, entry.amount, entry.timestamp, chain.place + 1
    FROM chain JOIN transactions AS entry ON entry.id = chain.previous_id
    WHERE chain.timestamp >= CAST(sqlc.arg(from_time) AS BIGINT) AND chain.place < CAST(sqlc.arg(entry_limit) AS BIGINT)
)
SELECT CAST(chain.timestamp / 900000000 AS BIGINT) AS quarter_hour,
       CAST(SUM(CASE WHEN kind.direction > 0 THEN chain.amount ELSE 0 END) AS BIGINT) AS money_in,
       CAST(SUM(CASE WHEN kind.direction < 0 THEN chain.amount ELSE 0 END) AS BIGINT) AS money_out
FROM chain JOIN transaction_types AS kind ON kind.number = chain.transaction_type
WHERE chain.timestamp >= CAST(sqlc.arg(from_time) AS BIGINT)
GROUP BY chain.timestamp / 900000000
ORDER BY chain.timestamp / 900000000;

-- name: SumMovements :many
-- Adds up a step of all entries, in the order of their ids: those after an id and up to another one, row_limit at most. Entries after
-- to_time count for the step, but not for the sums. The sums have the last id of each, and the greatest of them is where the next step
-- begins.
SELECT step.currency, step.transaction_type, step.via,
       CAST(SUM(CASE WHEN step.timestamp <= CAST(sqlc.arg(to_time) AS BIGINT) THEN step.amount ELSE 0 END) AS BIGINT) AS amount,
       CAST(COUNT(*) AS BIGINT) AS entries, CAST(MAX(CAST(step.id AS TEXT)) AS TEXT) AS last_id
FROM (SELECT id, currency, transaction_type, via, amount, timestamp FROM transactions
      WHERE transactions.id > sqlc.arg(after_id) AND transactions.id <= sqlc.arg(to_id)
      ORDER BY transactions.id LIMIT CAST(sqlc.arg(row_limit) AS BIGINT)) AS step
GROUP BY step.currency, step.transaction_type, step.via;
