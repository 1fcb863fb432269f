-- name: InsertInvitation :exec
INSERT INTO invitations (id, code_hash, uses_left, expires_at)
VALUES (sqlc.arg(id), sqlc.arg(code_hash), sqlc.arg(uses_left), sqlc.arg(expires_at));

-- name: GoodInvitation :one
-- No row for a code that is wrong, used up or expired.
SELECT id FROM invitations WHERE code_hash = sqlc.arg(code_hash) AND uses_left > 0 AND expires_at > sqlc.arg(now);

-- name: UseInvitation :execrows
-- No row if it was used up or expired after it was checked.
UPDATE invitations SET uses_left = uses_left - 1 WHERE id = sqlc.arg(id) AND uses_left > 0 AND expires_at > sqlc.arg(now);

-- name: ListInvitationsByID :many
SELECT * FROM invitations WHERE id > sqlc.arg(after_id)
ORDER BY id
LIMIT CAST(sqlc.arg(row_limit) AS BIGINT);

-- name: DeleteInvitation :exec
DELETE FROM invitations WHERE id = sqlc.arg(id);

-- name: PurgeInvitations :execrows
DELETE FROM invitations
WHERE id IN (SELECT i.id FROM invitations AS i WHERE i.expires_at < sqlc.arg(before) OR i.uses_left = 0
             ORDER BY i.id LIMIT CAST(sqlc.arg(row_limit) AS BIGINT));
