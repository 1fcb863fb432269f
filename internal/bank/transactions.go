package bank

import (
	"context"
	"errors"
	"time"

	"github.com/bankingcore/bankcore/internal/db"
)

// DepositParams holds the inputs of Deposit.
type DepositParams struct {
	Account        AccountNumber
	Amount         Money
	Description    string
	IdempotencyKey string // "" for none
}

// WithdrawParams holds the inputs of Withdraw.
type WithdrawParams DepositParams

// TransferParams holds the inputs of Transfer.
type TransferParams struct {
	Account        AccountNumber // the sender's
	To             AccountNumber
	Amount         Money
	Description    string
	IdempotencyKey string // "" for none
}

// Receipt is the entry that a request, or an earlier request under the same key, has written.
type Receipt struct {
	Transaction Transaction
	Replayed    bool
}

// Deposit adds money to the caller's own account.
func (b *Bank) Deposit(ctx context.Context, caller Caller, p DepositParams) (Receipt, error) {
	if err := caller.require(DepositsWrite, p.Account); err != nil {
		return Receipt{}, err
	}
	return b.moveCash(ctx, TypeDeposit, p)
}

// Withdraw removes money from the caller's own account.
func (b *Bank) Withdraw(ctx context.Context, caller Caller, p WithdrawParams) (Receipt, error) {
	if err := caller.require(WithdrawalsWrite, p.Account); err != nil {
		return Receipt{}, err
	}
	return b.moveCash(ctx, TypeWithdrawal, DepositParams(p))
}

func (b *Bank) moveCash(ctx context.Context, kind TransactionType, p DepositParams) (Receipt, error) {
	if err := checkMovement(p.Amount, p.Description); err != nil {
		return Receipt{}, err
	}
	key := b.customerKey(p.Account, p.IdempotencyKey, string(kind), p.Account, p.Amount, p.Description)
	return b.write(ctx, key, func(ctx context.Context, q db.Querier, entry Transaction) (Transaction, error) {
		account, _, err := b.lockOwn(ctx, q, p.Account, p.Account)
		if err != nil {
			return Transaction{}, err
		}
		entry.Type, entry.Amount, entry.Description = kind, p.Amount, p.Description
		return b.post(ctx, q, account, entry)
	})
}

// Transfer moves money from the caller's own account to another one in the same currency, both legs or neither. The receipt
// holds the sender's leg.
func (b *Bank) Transfer(ctx context.Context, caller Caller, p TransferParams) (Receipt, error) {
	if err := caller.require(TransfersWrite, p.Account); err != nil {
		return Receipt{}, err
	}
	if err := checkMovement(p.Amount, p.Description); err != nil {
		return Receipt{}, err
	}
	if p.To == p.Account {
		return Receipt{}, refuse(CodeSameAccount, "A transfer needs two different accounts.")
	}
	key := b.customerKey(p.Account, p.IdempotencyKey, "transfer", p.Account, p.To, p.Amount, p.Description)
	receipt, err := b.write(ctx, key, func(ctx context.Context, q db.Querier, entry Transaction) (Transaction, error) {
		return b.postTransfer(ctx, q, entry, p)
	})
	if err == nil && !receipt.Replayed {
		b.Counters.Transfers.Add(1)
	}
	return receipt, err
}

func (b *Bank) postTransfer(ctx context.Context, q db.Querier, out Transaction, p TransferParams) (Transaction, error) {
	sender, recipient, err := b.lockOwn(ctx, q, p.Account, p.To)
	if err != nil {
		return Transaction{}, err
	}
	if recipient == nil {
		return Transaction{}, noRecipient(p.To)
	}
	if sender.Currency != recipient.Currency {
		return Transaction{}, refuse(CodeCurrencyMismatch, "A transfer needs two accounts of the same currency.")
	}
	// Both legs have the same time, not before either account's last entry even if the clock was set back.
	out.Timestamp = latest(out.Timestamp, sender.LastTimestamp, recipient.LastTimestamp)
	if out.Transfer, err = b.newID(out.Timestamp); err != nil {
		return Transaction{}, err
	}
	in := out
	if in.ID, err = b.newID(out.Timestamp); err != nil {
		return Transaction{}, err
	}
	out.Type, out.Amount, out.Description, out.Counterparty = TypeTransferOut, p.Amount, p.Description, p.To
	in.Type, in.Amount, in.Description, in.Counterparty = TypeTransferIn, p.Amount, p.Description, p.Account
	if out, err = next(sender, out); err != nil {
		return Transaction{}, err
	}
	if in, err = next(recipient, in); err != nil {
		return Transaction{}, err
	}
	return out, q.InsertTransfer(ctx, transferParams(&out, &in))
}

// checkMovement makes the checks that need no database.
func checkMovement(amount Money, description string) error {
	if err := checkAmount("/amount", amount, 1); err != nil {
		return err
	}
	return checkDescription(description)
}

// movement writes one entry, and the recipient's as well in a transfer. The entry passed to it has its id and time.
type movement func(ctx context.Context, q db.Querier, entry Transaction) (Transaction, error)

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
		var again Transaction
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
func (b *Bank) attempt(ctx context.Context, key idempotencyKey, move movement) (Transaction, error) {
	var written Transaction
	err := b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		now := b.now()
		id, err := b.newID(now)
		if err != nil {
			return err
		}
		if written, err = move(ctx, q, Transaction{ID: id, Timestamp: now}); err != nil {
			return err
		}
		return key.claim(ctx, q, id, now)
	})
	return written, err
}

func latest(t time.Time, micros ...int64) time.Time {
	for _, other := range micros {
		if other := time.UnixMicro(other).UTC(); other.After(t) {
			t = other
		}
	}
	return t
}

// noRecipient returns the refusal for an unknown recipient, which mentions a wrong check digit.
func noRecipient(number AccountNumber) error {
	if !number.luhnValid() {
		return refuse(CodeAccountNotFound, "There is no account with this number: its check digit is wrong. Look for a typing error.")
	}
	return errAccountNotFound
}
