package bank

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
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

// onceForAnyone is the key of a request without a session. The fingerprint is part of the scope: two strangers who happen
// to use the same key must not meet.
func (b *Bank) onceForAnyone(key, operation string, request any) (once, error) {
	if key == "" {
		return once{}, nil
	}
	fingerprint, err := b.fingerprint(operation, request)
	return once{scope: operation + ":" + hex.EncodeToString(fingerprint), key: key, fingerprint: fingerprint}, err
}

// fingerprint tells one request from another. It is keyed, because a bare hash would let a reader of the table try out what
// a request held.
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

// claim books the key for the entry that has been written in the same transaction. It comes last, so that it need not be
// waited for: the account's lock has kept others with this key away, and if one was there before, the whole transaction fails
// with store.ErrDuplicate. A refused request never comes here, and does not burn its key.
func (o once) claim(ctx context.Context, q db.Querier, id uuid.UUID, now time.Time) error {
	if o.key == "" {
		return nil
	}
	return q.InsertIdempotencyKey(ctx, db.InsertIdempotencyKeyParams{
		Scope: o.scope, IdempotencyKey: o.key, Fingerprint: o.fingerprint, TransactionID: id, CreatedAt: now.UnixMicro(),
	})
}

// earlier finds the entry that an earlier request under the key has written, which is why this one has failed, or would have
// been refused now: entries never change, so the answer made from it is the same again. If there is none, it returns the
// failure.
func (b *Bank) earlier(ctx context.Context, key once, failure error) (Transaction, error) {
	if !isRefusal(failure) && !errors.Is(failure, store.ErrDuplicate) {
		return Transaction{}, failure
	}
	var earlier Transaction
	err := b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		row, err := q.TouchIdempotencyKey(ctx, db.TouchIdempotencyKeyParams{IdempotencyKey: key.key, Scope: key.scope})
		if errors.Is(err, store.ErrNotFound) {
			return failure
		}
		if err != nil {
			return err
		}
		if !hmac.Equal(row.Fingerprint, key.fingerprint) {
			return errKeyReused
		}
		earlier, err = transactionByID(ctx, q, row.TransactionID)
		return err
	})
	if errors.Is(err, store.ErrDuplicate) { // and gone: another database has taken this one's place meanwhile
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return earlier, err
}

// GetIdempotencyKey reads the entry that a request under a key has written, for the account's owner. It reads as a replay
// does, and never tells of a commit that a failover would take back.
func (b *Bank) GetIdempotencyKey(ctx context.Context, caller Caller, number AccountNumber, key string) (Transaction, error) {
	if err := caller.mustOwn(number); err != nil {
		return Transaction{}, err
	}
	var written Transaction
	err := b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		row, err := q.TouchIdempotencyKey(ctx, db.TouchIdempotencyKeyParams{IdempotencyKey: key, Scope: number.String()})
		if errors.Is(err, store.ErrNotFound) {
			return refuse(CodeKeyNotFound, "No request under this key has taken effect in this account so far.")
		}
		if err != nil {
			return err
		}
		written, err = transactionByID(ctx, q, row.TransactionID)
		return err
	})
	return written, err
}
