-- name: InsertTransferBatch :exec
INSERT INTO transfer_batches (id, account_number, mode, created_at, total_amount, results)
VALUES (sqlc.arg(id), sqlc.arg(account_number), sqlc.arg(mode), sqlc.arg(created_at), sqlc.arg(total_amount), sqlc.arg(results));

-- name: TransferBatchByID :one
SELECT * FROM transfer_batches WHERE id = sqlc.arg(id);

-- name: ListTransferBatchesByID :many
SELECT * FROM transfer_batches WHERE id > sqlc.arg(after_id)
ORDER BY id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);
