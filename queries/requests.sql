-- name: InsertRequest :exec
INSERT INTO requests (id, kind, account_number, wanted, note, status, requested_by, decision_note, created_at, expires_at)
VALUES (sqlc.arg(id), sqlc.arg(kind), sqlc.arg(account_number), sqlc.arg(wanted), sqlc.arg(note), 'pending', sqlc.arg(requested_by), '',
        sqlc.arg(created_at), sqlc.arg(expires_at));

-- name: RequestByID :one
SELECT * FROM requests WHERE id = sqlc.arg(id);

-- name: LockRequest :one
SELECT * FROM requests WHERE id = sqlc.arg(id)
FOR UPDATE;

-- name: CountPendingRequests :one
-- Those of a kind about an account or, with a customer, about any account of the customer's.
SELECT COUNT(*) FROM requests AS r
WHERE r.status = 'pending' AND r.expires_at > sqlc.arg(now) AND r.kind = sqlc.arg(kind)
  AND (r.account_number = sqlc.arg(account_number)
       OR CAST(sqlc.arg(by_customer) AS BOOLEAN) AND r.account_number IN
           (SELECT a.account_number FROM accounts AS a WHERE a.customer_id = sqlc.arg(customer_id)));

-- name: DecideRequest :execrows
UPDATE requests
SET status = sqlc.arg(status), decided_by = sqlc.narg(decided_by), decision_note = sqlc.arg(decision_note), decided_at = CAST(sqlc.arg(decided_at) AS BIGINT),
    result_id = sqlc.narg(result_id)
WHERE id = sqlc.arg(id) AND status = 'pending';

-- name: ExpireRequests :many
UPDATE requests SET status = 'expired', decided_at = CAST(sqlc.arg(now) AS BIGINT)
WHERE id IN (SELECT r.id FROM requests AS r WHERE r.status = 'pending' AND r.expires_at <= CAST(sqlc.arg(now) AS BIGINT)
             ORDER BY r.id LIMIT CAST(sqlc.arg(row_limit) AS BIGINT))
  AND status = 'pending'
RETURNING id, kind, account_number;

-- name: ListPendingRequests :many
SELECT sqlc.embed(r), c.id AS customer_id, c.name AS customer_name, c.role AS customer_role FROM requests AS r
JOIN accounts AS a ON a.account_number = r.account_number
JOIN customers AS c ON c.id = a.customer_id
WHERE r.status = 'pending' AND r.expires_at > sqlc.arg(now) AND r.id < sqlc.arg(before_id)
  AND (CAST(sqlc.arg(kind) AS TEXT) = '' OR r.kind = sqlc.arg(kind))
ORDER BY r.id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: CountUndecidedRequests :one
SELECT COUNT(*) FROM requests WHERE status = 'pending' AND expires_at > sqlc.arg(now);

-- name: ListRequests :many
-- A pending request that is overdue counts as expired.
SELECT sqlc.embed(r), c.id AS customer_id, c.name AS customer_name, c.role AS customer_role FROM requests AS r
JOIN accounts AS a ON a.account_number = r.account_number
JOIN customers AS c ON c.id = a.customer_id
WHERE r.id < sqlc.arg(before_id)
  AND (CAST(sqlc.arg(kind) AS TEXT) = '' OR r.kind = sqlc.arg(kind))
  AND (CAST(sqlc.arg(status) AS TEXT) = ''
       OR CASE WHEN r.status = 'pending' AND r.expires_at <= sqlc.arg(now) THEN 'expired' ELSE r.status END = sqlc.arg(status))
ORDER BY r.id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListCustomerRequests :many
-- Those about any account of the customer's.
SELECT r.* FROM requests AS r
JOIN accounts AS a ON a.account_number = r.account_number
WHERE a.customer_id = sqlc.arg(customer_id) AND r.id < sqlc.arg(before_id)
ORDER BY r.id DESC
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: ListRequestsByID :many
SELECT * FROM requests WHERE id > sqlc.arg(after_id)
ORDER BY id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: PutCopiedRequest :exec
INSERT INTO requests (id, kind, account_number, wanted, note, status, requested_by, decided_by, decision_note, created_at, expires_at,
                      decided_at, result_id)
VALUES (sqlc.arg(id), sqlc.arg(kind), sqlc.arg(account_number), sqlc.arg(wanted), sqlc.arg(note), sqlc.arg(status), sqlc.arg(requested_by),
        sqlc.narg(decided_by), sqlc.arg(decision_note), sqlc.arg(created_at), sqlc.arg(expires_at), sqlc.narg(decided_at), sqlc.narg(result_id))
ON CONFLICT (id) DO UPDATE
SET status = excluded.status, decided_by = excluded.decided_by, decision_note = excluded.decision_note, decided_at = excluded.decided_at,
    result_id = excluded.result_id;
