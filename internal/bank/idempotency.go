package bank

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// KeyLifetime is how long an idempotency key is remembered at least.
const KeyLifetime = 24 * time.Hour

// once is a request under an idempotency key. The zero once has no key, and every such request is a new one.
type once struct {
	key    string
	claims []claim // by each SECRET_KEY, the one in use first
}

// claim is what a request is stored as, by one SECRET_KEY.
type claim struct {
	scope       string
	fingerprint []byte
}

// onceFor is the key of a customer's request, scoped to the account.
func (b *Bank) onceFor(account AccountNumber, key, operation string, request any) (once, error) {
	if key == "" {
		return once{}, nil
	}
	return b.onceIn(func([]byte) string { return account.String() }, key, operation, request)
}

// onceForAnyone is the key of a request without a session. The fingerprint is part of the scope: two strangers who happen
// to use the same key must not meet.
func (b *Bank) onceForAnyone(key, operation string, request any) (once, error) {
	if key == "" {
		return once{}, nil
	}
	return b.onceIn(func(fingerprint []byte) string { return operation + ":" + hex.EncodeToString(fingerprint) }, key, operation, request)
}

func (b *Bank) onceIn(scope func(fingerprint []byte) string, key, operation string, request any) (once, error) {
	encoded, err := json.Marshal(request)
	if err != nil {
		return once{}, fmt.Errorf("encode a request: %w", err)
	}
	o := once{key: key}
	for _, keys := range b.keys {
		fingerprint := keys.fingerprintOf(operation, encoded)
		o.claims = append(o.claims, claim{scope(fingerprint), fingerprint})
	}
	return o, nil
}

// fingerprintOf tells one request from another. It is keyed, because a bare hash would let a reader of the table try out what
// a request held.
func (k *keySet) fingerprintOf(operation string, encoded []byte) []byte {
	mac := hmac.New(sha256.New, k.fingerprint[:])
	mac.Write([]byte(operation + "\n"))
	mac.Write(encoded)
	return mac.Sum(nil)
}

// scopes are those in which the request may have been stored.
func (o once) scopes() []string {
	var all []string
	for _, c := range o.claims {
		all = append(all, c.scope)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// fits reports whether a stored fingerprint is this request's, by whichever SECRET_KEY.
func (o once) fits(stored []byte) bool {
	return slices.ContainsFunc(o.claims, func(c claim) bool { return hmac.Equal(stored, c.fingerprint) })
}

// claim books the key for the entry that has been written in the same transaction. It comes last, so that it need not be
// waited for: the account's lock has kept others with this key away, and if one was there before, the whole transaction fails
// with store.ErrDuplicate. A refused request never comes here, and does not burn its key.
func (o once) claim(ctx context.Context, q db.Querier, id uuid.UUID, now time.Time) error {
	if o.key == "" {
		return nil
	}
	current := o.claims[0]
	for _, scope := range o.scopes() { // in an order that all servers share, so that none waits for another in a circle
		if err := q.InsertIdempotencyKey(ctx, db.InsertIdempotencyKeyParams{
			Scope: scope, IdempotencyKey: o.key, Fingerprint: current.fingerprint, TransactionID: id, CreatedAt: now.UnixMicro(),
		}); err != nil {
			return err
		}
		if scope == current.scope {
			continue
		}
		// Another SECRET_KEY's scope was only looked at, in the one way that also meets a server that is about to write there.
		if err := q.DeleteIdempotencyKey(ctx, db.DeleteIdempotencyKeyParams{
			Scope: scope, IdempotencyKey: o.key, TransactionID: id,
		}); err != nil {
			return err
		}
	}
	return nil
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
		row, err := key.stored(ctx, q)
		if errors.Is(err, store.ErrNotFound) {
			return failure
		}
		if err != nil {
			return err
		}
		if !key.fits(row.Fingerprint) {
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

// stored finds what was stored under the key, in whichever scope, or returns store.ErrNotFound.
func (o once) stored(ctx context.Context, q db.Querier) (row db.TouchIdempotencyKeyRow, err error) {
	for _, scope := range o.scopes() {
		row, err = q.TouchIdempotencyKey(ctx, db.TouchIdempotencyKeyParams{IdempotencyKey: o.key, Scope: scope})
		if !errors.Is(err, store.ErrNotFound) {
			break
		}
	}
	return row, err
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
