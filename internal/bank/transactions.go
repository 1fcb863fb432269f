package bank

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// DepositParams holds the inputs of Deposit.
type DepositParams struct {
	Account        ledger.AccountNumber
	Amount         ledger.Money
	Description    string
	IdempotencyKey string // "" for none
}

// WithdrawParams holds the inputs of Withdraw.
type WithdrawParams DepositParams

// TransferParams holds the inputs of Transfer.
type TransferParams struct {
	Account        ledger.AccountNumber // the sender's
	To             ledger.AccountNumber
	Amount         ledger.Money
	Description    string
	IdempotencyKey string // "" for none
}

// Receipt is the entry that a request, or an earlier request under the same key, has written.
type Receipt struct {
	Transaction ledger.Entry
	Replayed    bool
}

// Deposit adds money to the caller's own account.
func (b *Bank) Deposit(ctx context.Context, caller Caller, p DepositParams) (Receipt, error) {
	if err := caller.require(DepositsWrite, p.Account); err != nil {
		return Receipt{}, err
	}
	return b.moveCash(ctx, ledger.TypeDeposit, p)
}

// Withdraw removes money from the caller's own account.
func (b *Bank) Withdraw(ctx context.Context, caller Caller, p WithdrawParams) (Receipt, error) {
	if err := caller.require(WithdrawalsWrite, p.Account); err != nil {
		return Receipt{}, err
	}
	return b.moveCash(ctx, ledger.TypeWithdrawal, DepositParams(p))
}

func (b *Bank) moveCash(ctx context.Context, kind ledger.EntryType, p DepositParams) (Receipt, error) {
	if err := checkMovement(kind, p.Amount, p.Description); err != nil {
		return Receipt{}, err
	}
	key := b.customerKey(p.Account, p.IdempotencyKey, string(kind), p.Account, p.Amount, p.Description)
	return b.write(ctx, key, func(ctx context.Context, q db.Querier, id uuid.UUID, now time.Time) (ledger.Entry, error) {
		return b.post(ctx, q, ledger.Posting{
			ID: id, Type: kind, Account: p.Account, Amount: p.Amount, Description: p.Description, Time: now,
		})
	})
}

// Transfer moves money from the caller's own account to another one in the same currency, both legs or neither. The receipt
// holds the sender's leg.
func (b *Bank) Transfer(ctx context.Context, caller Caller, p TransferParams) (Receipt, error) {
	if err := caller.require(TransfersWrite, p.Account); err != nil {
		return Receipt{}, err
	}
	if err := checkMovement(ledger.TypeTransferOut, p.Amount, p.Description); err != nil {
		return Receipt{}, err
	}
	if p.To == p.Account {
		return Receipt{}, ledger.ErrSameAccount
	}
	key := b.customerKey(p.Account, p.IdempotencyKey, "transfer", p.Account, p.To, p.Amount, p.Description)
	receipt, err := b.write(ctx, key, func(ctx context.Context, q db.Querier, id uuid.UUID, now time.Time) (ledger.Entry, error) {
		return b.postTransfer(ctx, q, id, now, p)
	})
	if err == nil && !receipt.Replayed {
		b.Counters.Transfers.Add(1)
	}
	return receipt, err
}

func (b *Bank) postTransfer(ctx context.Context, q db.Querier, id uuid.UUID, now time.Time, p TransferParams) (ledger.Entry, error) {
	transfer, err := b.newID(now)
	if err != nil {
		return ledger.Entry{}, err
	}
	toID, err := b.newID(now)
	if err != nil {
		return ledger.Entry{}, err
	}
	return b.post(ctx, q, ledger.Posting{
		ID: id, Type: ledger.TypeTransferOut, Account: p.Account, Amount: p.Amount, Description: p.Description, Time: now,
		To: p.To, ToID: toID, Transfer: transfer,
	})
}

// checkMovement makes the checks that need no database.
func checkMovement(kind ledger.EntryType, amount ledger.Money, description string) error {
	if err := ledger.CheckAmount(kind, amount); err != nil {
		return err
	}
	return checkDescription(description)
}

// movement posts under an id and a time, and returns the entry with that id.
type movement func(ctx context.Context, q db.Querier, id uuid.UUID, now time.Time) (ledger.Entry, error)

// write runs a movement in its own transaction, at most once under its key.
func (b *Bank) write(ctx context.Context, key idempotencyKey, move movement) (Receipt, error) {
	entry, err := b.attempt(ctx, key, move)
	if err == nil || key.key == "" {
		return Receipt{Transaction: entry}, err
	}
	first := err
	unknown := errors.Is(err, ErrUnknown)
	if unknown {
		// If the first attempt was committed, the second one conflicts with its key, waiting for it if necessary.
		var again ledger.Entry
		if again, err = b.attempt(context.WithoutCancel(ctx), key, move); err == nil {
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

// attempt posts a movement and claims its key. If the error is ErrUnknown, the entry it returns is the one that may have been
// written: hence the variable, since the generic Update returns nothing with an error.
func (b *Bank) attempt(ctx context.Context, key idempotencyKey, move movement) (ledger.Entry, error) {
	var written ledger.Entry
	err := b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		now := b.now()
		id, err := b.newID(now)
		if err != nil {
			return err
		}
		if written, err = move(ctx, q, id, now); err != nil {
			return err
		}
		return key.claim(ctx, q, id, now)
	})
	return written, err
}
