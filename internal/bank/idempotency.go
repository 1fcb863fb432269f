package bank

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// KeyLifetime is the minimum time for which an idempotency key is remembered.
const KeyLifetime = 24 * time.Hour

// idempotencyKey identifies a request under an idempotency key. The zero idempotencyKey has no key, and every such request is
// a new one.
type idempotencyKey struct {
	text   string
	claims []claim // one for each SECRET_KEY, the one in use first
}

// claim is what is stored of a request, under one SECRET_KEY.
type claim struct {
	scope       string
	fingerprint []byte
}

// accountKey returns the key of a request of an account's owner, scoped to the account. The values are those of fingerprintOf.
func (b *Bank) accountKey(account ledger.AccountNumber, key, operation string, values ...any) idempotencyKey {
	return b.keyIn(func([]byte) string { return account.String() }, key, operation, values)
}

// actorKey returns the key of a request that is not about one of the caller's accounts, or not about one yet, scoped to the caller.
func (b *Bank) actorKey(caller auth.Caller, key, operation string, values ...any) idempotencyKey {
	return b.keyIn(func([]byte) string { return caller.Scope() }, key, operation, values)
}

// postingKey is accountKey for an account's owner, and actorKey for anybody else.
func (b *Bank) postingKey(caller auth.Caller, own bool, account ledger.AccountNumber, key, operation string, values ...any) idempotencyKey {
	if own {
		return b.accountKey(account, key, operation, values...)
	}
	return b.actorKey(caller, key, operation, values...)
}

// anonymousKey returns the key of a request without a session. The fingerprint is part of the scope: two clients that happen
// to use the same key must not collide.
func (b *Bank) anonymousKey(key, operation string, values ...any) idempotencyKey {
	return b.keyIn(func(fingerprint []byte) string { return operation + ":" + hex.EncodeToString(fingerprint) }, key, operation, values)
}

func (b *Bank) keyIn(scope func(fingerprint []byte) string, key, operation string, values []any) idempotencyKey {
	if key == "" {
		return idempotencyKey{}
	}
	k := idempotencyKey{text: key}
	for _, keys := range b.keys {
		fingerprint := fingerprintOf(keys, operation, values)
		k.claims = append(k.claims, claim{scope(fingerprint), fingerprint})
	}
	return k
}

// fingerprintOf returns a fingerprint of a request: of its operation, and of the numbers and texts that it consists of, normalized,
// with defaults filled in, and without secrets. Two requests have the same one if they mean the same, however they are written.
//
// It is keyed: with a bare hash, an attacker who can read the table could guess what a request held.
func fingerprintOf(keys *credentials.Keys, operation string, values []any) []byte {
	var room, word [256]byte
	message := room[:0]
	for _, value := range append([]any{operation}, values...) {
		text := fmt.Append(word[:0], value)
		message = append(strconv.AppendInt(message, int64(len(text)), 10), ':') // the length shows where a text ends, whatever it holds
		message = append(append(message, text...), '\n')
	}
	return keys.MAC(credentials.ForFingerprints, string(message))
}

// scopes returns the scopes in which the request may have been stored.
func (k idempotencyKey) scopes() []string {
	var all []string
	for _, c := range k.claims {
		all = append(all, c.scope)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// matches reports whether a stored fingerprint is this request's, under any SECRET_KEY.
func (k idempotencyKey) matches(stored []byte) bool {
	key := ledger.Key{Fingerprints: k.fingerprints()}
	return key.Matches(stored)
}

// order returns the key of an order. Its scope is the same under every SECRET_KEY.
func (k idempotencyKey) order(kind ledger.Kind, id uuid.UUID) ledger.Key {
	if k.text == "" {
		return ledger.Key{}
	}
	return ledger.Key{
		KeyName:      ledger.KeyName{Scope: k.claims[0].scope, Text: k.text},
		Fingerprints: k.fingerprints(),
		Claim:        ledger.Claim{Fingerprint: k.claims[0].fingerprint, Kind: kind, ID: id},
	}
}

func (k idempotencyKey) fingerprints() [][]byte {
	var all [][]byte
	for _, c := range k.claims {
		all = append(all, c.fingerprint)
	}
	return all
}

// claim stores the key for what was written in the same transaction. It comes last, so its result need not be waited for: if the key was
// there before, the whole transaction fails with store.ErrDuplicate. A refused request never gets here and does not use up its key.
func (k idempotencyKey) claim(ctx context.Context, q db.Querier, made ledger.Claim) error {
	if k.text == "" {
		return nil
	}
	current := k.claims[0]
	for _, scope := range k.scopes() { // in an order that all servers share, so that they cannot deadlock
		if err := q.InsertIdempotencyKey(ctx, db.InsertIdempotencyKeyParams{
			IdempotencyKey: k.text, Scope: scope, Fingerprint: current.fingerprint, Kind: int64(made.Kind), ID: made.ID,
			CreatedAt: made.Time.UnixMicro(),
		}); err != nil {
			return err
		}
		if scope == current.scope {
			continue
		}
		// The insert under another SECRET_KEY was only a check, the one that also conflicts with a server about to write there.
		if err := q.DeleteIdempotencyKey(ctx, db.DeleteIdempotencyKeyParams{
			IdempotencyKey: k.text, Scope: scope, ID: made.ID,
		}); err != nil {
			return err
		}
	}
	return nil
}

// work makes something in a transaction and returns it, with what its key is to name.
type work[T any] = func(ctx context.Context, q db.Querier) (T, ledger.Claim, error)

// keyed returns what a key names, as it was when it was made.
type keyed[T any] = func(ctx context.Context, q db.Querier, claim ledger.Claim) (T, error)

// recorded records the event of what was made. It comes after the key: see LockEventChain.
type recorded[T any] = func(ctx context.Context, q db.Querier, made T) error

// writeOnce runs work in its own transaction, at most once under the key. It reports whether what it returns was made by an earlier
// request under the key.
func writeOnce[T any](ctx context.Context, b *Bank, key idempotencyKey, found keyed[T], record recorded[T], do work[T],
) (made T, replayed bool, err error) {
	made, claim, err := writeKeyed(ctx, b, key, record, do)
	if err == nil || key.text == "" {
		return made, false, err
	}
	var none T
	first := err
	unknown := errors.Is(err, ErrUnknown)
	if unknown {
		// If the first attempt was committed, the second one conflicts with its key, waiting for it if necessary.
		var again T
		if again, _, err = writeKeyed(context.WithoutCancel(ctx), b, key, record, do); err == nil {
			return again, false, nil
		}
	}
	var id uuid.UUID
	made, err = earlier(ctx, b, key, err, func(ctx context.Context, q db.Querier, named ledger.Claim) (T, error) {
		id = named.ID
		return found(ctx, q, named)
	})
	switch {
	case err == nil:
		// Our own second attempt is not a replay to a client that sent one request.
		return made, !unknown || id != claim.ID, nil
	case unknown && !ledger.IsRefusal(err):
		return none, false, first // the outcome is still unknown
	}
	return none, false, err
}

// writeKeyed runs work and claims the key. If the error is ErrUnknown, the claim it returns is the one that may have been stored: hence the
// variables, since the generic Update returns nothing with an error.
func writeKeyed[T any](ctx context.Context, b *Bank, key idempotencyKey, record recorded[T], do work[T],
) (made T, claim ledger.Claim, err error) {
	err = b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		var err error
		if made, claim, err = do(ctx, q); err != nil {
			return err
		}
		if err := key.claim(ctx, q, claim); err != nil {
			return err
		}
		return record(ctx, q, made)
	})
	return made, claim, err
}

// earlier returns what an earlier request under the key has made, which is why this one has failed or would now be refused. If there is
// none, earlier returns the failure.
func earlier[T any](ctx context.Context, b *Bank, key idempotencyKey, failure error, found keyed[T]) (T, error) {
	var none T
	if !ledger.IsRefusal(failure) && !errors.Is(failure, store.ErrDuplicate) {
		return none, failure
	}
	made, err := store.Update(ctx, b.store, func(ctx context.Context, q db.Querier) (T, error) {
		row, err := key.stored(ctx, q)
		if errors.Is(err, store.ErrNotFound) {
			return none, failure
		}
		if err != nil {
			return none, err
		}
		if !key.matches(row.Fingerprint) {
			return none, ledger.ErrKeyReused
		}
		return found(ctx, q, ledger.Claim{Kind: ledger.Kind(row.Kind), ID: row.ID})
	})
	if errors.Is(err, store.ErrDuplicate) { // but now it is gone: another database has taken this one's place
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return made, err
}

// keyedEntry returns the entry that a key names. Entries never change, so the answer made from it is the same as before.
func keyedEntry(ctx context.Context, q db.Querier, claim ledger.Claim) (ledger.Entry, error) {
	if claim.Kind != ledger.KindEntry {
		return ledger.Entry{}, errUnknownKind(claim)
	}
	return transactionByID(ctx, q, claim.ID)
}

func errUnknownKind(claim ledger.Claim) error {
	return fmt.Errorf("an idempotency key names %s, of the unknown kind %d", claim.ID, claim.Kind)
}

// stored returns what was stored under the key, in any scope, or store.ErrNotFound.
func (k idempotencyKey) stored(ctx context.Context, q db.Querier) (row db.TouchIdempotencyKeyRow, err error) {
	for _, scope := range k.scopes() {
		row, err = q.TouchIdempotencyKey(ctx, db.TouchIdempotencyKeyParams{IdempotencyKey: k.text, Scope: scope})
		if !errors.Is(err, store.ErrNotFound) {
			break
		}
	}
	return row, err
}

// Keyed is what a request under a key made: an entry, or the batch of transfers, request, hold or standing order whose id is not
// uuid.Nil.
type Keyed struct {
	Entry         ledger.Entry
	Batch         uuid.UUID
	Request       uuid.UUID
	Hold          uuid.UUID
	StandingOrder uuid.UUID
}

// GetIdempotencyKey returns what a request under a key has made, for the account's owner. It reads in the same way as a replay, and
// never reports a commit that a failover could still undo.
func (b *Bank) GetIdempotencyKey(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, key string) (Keyed, error) {
	if err := b.auth.Require(ctx, caller, auth.SelfManage, number); err != nil {
		return Keyed{}, err
	}
	return store.Update(ctx, b.store, func(ctx context.Context, q db.Querier) (Keyed, error) {
		row, err := q.TouchIdempotencyKey(ctx, db.TouchIdempotencyKeyParams{IdempotencyKey: key, Scope: number.String()})
		if errors.Is(err, store.ErrNotFound) {
			return Keyed{}, refuse(CodeKeyNotFound, "No request under this key has taken effect in this account so far.")
		}
		if err != nil {
			return Keyed{}, err
		}
		switch kind := ledger.Kind(row.Kind); kind {
		case ledger.KindBatch:
			return Keyed{Batch: row.ID}, nil
		case ledger.KindRequest:
			return Keyed{Request: row.ID}, nil
		case ledger.KindHold:
			return Keyed{Hold: row.ID}, nil
		case ledger.KindStandingOrder:
			return Keyed{StandingOrder: row.ID}, nil
		default:
			entry, err := keyedEntry(ctx, q, ledger.Claim{Kind: kind, ID: row.ID})
			return Keyed{Entry: entry}, err
		}
	})
}
