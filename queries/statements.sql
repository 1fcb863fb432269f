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
