package bank

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
)

// KeyLifetime is how long an idempotency key is remembered at least.
const KeyLifetime = 24 * time.Hour

// once is a request under an idempotency key. The zero once has no key, and every such request is a new one.
type once struct {
	scope, key  string
	fingerprint []byte
}

// onceFor is the key of a customer's request, scoped to the account.
func (b *Bank) onceFor(account AccountNumber, key, operation string, request any) (once, error) {
	if key == "" {
		return once{}, nil
	}
	fingerprint, err := b.fingerprint(operation, request)
	return once{scope: account.String(), key: key, fingerprint: fingerprint}, err
}

// onceForAnyone is the key of a request that nobody has signed in for. The fingerprint is part of the scope: two strangers
// who happen to use the same key must not meet.
func (b *Bank) onceForAnyone(key, operation string, request any) (once, error) {
	if key == "" {
		return once{}, nil
	}
	fingerprint, err := b.fingerprint(operation, request)
	return once{scope: operation + ":" + hex.EncodeToString(fingerprint), key: key, fingerprint: fingerprint}, err
}

// fingerprint tells one request from another. It is keyed, because a request may hold a PIN that a bare hash would give
// away to whoever reads the table.
func (b *Bank) fingerprint(operation string, request any) ([]byte, error) {
	encoded, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("encode a request: %w", err)
	}
	mac := hmac.New(sha256.New, b.print[:])
	mac.Write([]byte(operation + "\n"))
	mac.Write(encoded)
	return mac.Sum(nil), nil
}

// claim books the key for the entry that the caller is about to write in the same transaction. If an earlier request has
// done the work, it returns that one's entry instead: entries never change, so the answer made from it is the same again.
// A refused request rolls its claim back with everything else.
func (o once) claim(ctx context.Context, q db.Querier, id uuid.UUID, now time.Time) (earlier *Transaction, err error) {
	if o.key == "" {
		return nil, nil
	}
	claimed, err := q.InsertIdempotencyKey(ctx, db.InsertIdempotencyKeyParams{
		Scope: o.scope, IdempotencyKey: o.key, Fingerprint: o.fingerprint, TransactionID: id, CreatedAt: now.UnixMicro(),
	})
	if err != nil || claimed == 1 {
		return nil, err
	}
	row, err := q.IdempotencyKeyByKey(ctx, db.IdempotencyKeyByKeyParams{IdempotencyKey: o.key, Scope: o.scope})
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(row.Fingerprint, o.fingerprint) {
		return nil, refuse(CodeIdempotencyKeyReused, "This Idempotency-Key belongs to an earlier, different request.")
	}
	transaction, err := transactionByID(ctx, q, row.TransactionID)
	return &transaction, err
}
