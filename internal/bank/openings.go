package bank

import (
	"context"
	"errors"
	"time"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/store"
)

// OpenAccountParams holds the inputs of OpenAccount.
type OpenAccountParams struct {
	Holder         string
	Pin            string // not part of the fingerprint: see proveOpener
	InitialDeposit ledger.Money
	Currency       string // "" for the bank's own
	InvitationCode string // not part of the fingerprint either
	IdempotencyKey string // "" for none
}

// Opening is the account that a request, or an earlier request under the same key, has opened, as it was then.
type Opening struct {
	Account  Account
	Replayed bool
}

// OpenAccount opens an account, if the caller may, and writes the first entry of its history.
func (b *Bank) OpenAccount(ctx context.Context, caller Caller, p OpenAccountParams) (Opening, error) {
	if p.Currency == "" {
		p.Currency = b.currency
	}
	if err := p.check(); err != nil {
		return Opening{}, err
	}
	var err error
	if p.Holder, err = names.Normalize(p.Holder); err != nil {
		return Opening{}, invalid("/account_holder_name", err.Error())
	}
	key := b.anonymousKey(p.IdempotencyKey, "open_account", p.Holder, p.InitialDeposit, p.Currency)
	receipt, err := b.openOnce(ctx, caller, key, p)
	if err == nil && receipt.Replayed {
		err = b.proveOpener(ctx, caller, receipt.Transaction.Account, p.Pin)
	}
	if err != nil {
		return Opening{}, err
	}
	return Opening{Account: p.opened(receipt.Transaction), Replayed: receipt.Replayed}, nil
}

// openOnce opens the account, or finds that it was opened under the key. The answer to an earlier opening is repeated even if
// the caller could not open an account now.
func (b *Bank) openOnce(ctx context.Context, caller Caller, key idempotencyKey, p OpenAccountParams) (Receipt, error) {
	invited, err := b.mayOpen(ctx, caller, p.InvitationCode)
	if err != nil && key.text != "" {
		earlier, err := b.earlier(ctx, key, err)
		return Receipt{Transaction: earlier, Replayed: true}, err
	}
	if err != nil {
		return Receipt{}, err
	}
	hash, err := b.pins.hash(ctx, opening(caller), p.Pin)
	if err != nil {
		return Receipt{}, err
	}
	return b.writeOnce(ctx, key, func(ctx context.Context, q db.Querier) (ledger.Entry, error) {
		if err := b.useInvitation(ctx, q, invited); err != nil {
			return ledger.Entry{}, err
		}
		return b.insertOpening(ctx, q, p, hash)
	})
}

// writeOnce writes an account's first entry in its own transaction, at most once under its key.
func (b *Bank) writeOnce(ctx context.Context, key idempotencyKey, open openingWork) (Receipt, error) {
	entry, err := b.attempt(ctx, key, open)
	if err == nil || key.text == "" {
		return Receipt{Transaction: entry}, err
	}
	first := err
	unknown := errors.Is(err, ErrUnknown)
	if unknown {
		// If the first attempt was committed, the second one conflicts with its key, waiting for it if necessary.
		var again ledger.Entry
		if again, err = b.attempt(context.WithoutCancel(ctx), key, open); err == nil {
			return Receipt{Transaction: again}, nil
		}
	}
	earlier, found := b.earlier(ctx, key, err)
	switch {
	case found == nil:
		// Our own second attempt is not a replay to a client that sent one request.
		return Receipt{Transaction: earlier, Replayed: !unknown || earlier.ID != entry.ID}, nil
	case unknown && !isRefusal(found):
		return Receipt{}, first // the outcome is still unknown
	}
	return Receipt{}, found
}

// openingWork opens an account and returns its first entry.
type openingWork = func(ctx context.Context, q db.Querier) (ledger.Entry, error)

// attempt opens an account and claims the key. If the error is ErrUnknown, the entry it returns is the one that may have been written:
// hence the variable, since the generic Update returns nothing with an error.
func (b *Bank) attempt(ctx context.Context, key idempotencyKey, open openingWork) (ledger.Entry, error) {
	var written ledger.Entry
	err := b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		var err error
		if written, err = open(ctx, q); err != nil {
			return err
		}
		return key.claim(ctx, q, written.ID, written.Timestamp)
	})
	return written, err
}

// proveOpener checks the PIN of a repeated opening. The attempt counts as at a sign-in: otherwise a client that knows the
// rest of the request could guess PINs without ever locking the account.
func (b *Bank) proveOpener(ctx context.Context, caller Caller, number ledger.AccountNumber, pin string) error {
	given := proof{caller: caller, who: opening(caller), number: number, pin: pin}
	err := b.prove(ctx, given, func(context.Context, db.Querier, bool) error { return nil })
	switch {
	case errors.Is(err, errInvalidCredentials):
		return ledger.ErrKeyReused // a different PIN makes it a different request
	case errors.Is(err, errSecondFactorRequired):
		return nil // the answer reveals only what the holder of the PIN knows, and wrong codes stay counted
	}
	return err
}

// opened returns the account as its first entry left it. Every request under the key holds the rest.
func (p *OpenAccountParams) opened(first ledger.Entry) Account {
	return Account{
		Number: first.Account, Holder: p.Holder, Balance: first.BalanceAfter, Currency: p.Currency, Role: RoleCustomer, Status: StatusOpen,
		CreatedAt: first.Timestamp, last: first.ID,
	}
}

func (p *OpenAccountParams) check() error {
	if err := checkNewPin("/pin", p.Pin); err != nil {
		return err
	}
	if err := ledger.CheckAmount(ledger.TypeAccountOpened, p.InitialDeposit); err != nil {
		return err
	}
	return ledger.CheckCurrency(p.Currency)
}

// insertOpening inserts an account and the first entry of its history.
func (b *Bank) insertOpening(ctx context.Context, q db.Querier, p OpenAccountParams, hash string) (ledger.Entry, error) {
	now := b.now()
	id, err := b.newID(now)
	if err != nil {
		return ledger.Entry{}, err
	}
	number, err := b.insertAccount(ctx, q, p, hash, now)
	if err != nil {
		return ledger.Entry{}, err
	}
	entries, err := ledger.Decide(
		ledger.Posting{ID: id, Type: ledger.TypeAccountOpened, Account: number, Amount: p.InitialDeposit, Time: now},
		map[ledger.AccountNumber]ledger.Account{number: {Number: number, Currency: p.Currency}})
	if err != nil {
		return ledger.Entry{}, err
	}
	return entries[0], q.InsertTransaction(ctx, store.InsertOf(&entries[0]))
}

// insertAccount inserts an account without entries, under a free number.
func (b *Bank) insertAccount(ctx context.Context, q db.Querier, p OpenAccountParams, hash string, now time.Time,
) (ledger.AccountNumber, error) {
	for {
		number, err := drawAccountNumber(b.random)
		if err != nil {
			return 0, err
		}
		inserted, err := q.InsertAccount(ctx, db.InsertAccountParams{
			AccountNumber:     int64(number),
			AccountHolderName: p.Holder,
			HolderNameFolded:  names.Fold(p.Holder),
			PinHash:           hash,
			Currency:          p.Currency,
			Role:              string(RoleCustomer),
			LastHash:          make([]byte, len(ledger.Hash{})),
			CreatedAt:         now.UnixMicro(),
		})
		if err != nil || inserted == 1 {
			return number, err
		}
	}
}
