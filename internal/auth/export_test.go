package auth

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// These are exported to the tests in package auth_test. They open accounts, so they import package bank.

const (
	MaxRepeats    = maxRepeats
	MaxClientKeys = maxClientKeys
	UseBatch      = useBatch
)

var ErrHashReplaced = errHashReplaced

func (s *Service) NoteKeyUse(key string, at time.Time) { s.keyUses.note(key, at) }

func (s *Service) TakeKeyUses() map[string]time.Time { return s.keyUses.take() }

func (s *Service) Tokens() *credentials.Tokens { return s.tokens }

// ProvePin runs fn for a caller on this machine who proves a PIN.
func (s *Service) ProvePin(ctx context.Context, number ledger.AccountNumber, pin string, fn func()) error {
	given := proof{who: signingIn(Caller{}, 0), number: number, pin: pin}
	return s.prove(ctx, given, func(context.Context, db.Querier, proved) error {
		fn()
		return nil
	})
}

// ResetCount resets the count of a customer's attempts after a right PIN with this hash.
func ResetCount(ctx context.Context, q db.Querier, customer uuid.UUID, hash string) error {
	return resetCount(ctx, q, Caller{}, attempt{customer: customer, hash: hash}, hash)
}
