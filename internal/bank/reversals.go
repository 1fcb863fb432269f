package bank

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// ReverseParams holds the inputs of Reverse.
type ReverseParams struct {
	Account        ledger.AccountNumber // which received the money, or lost it by a withdrawal
	Transaction    uuid.UUID            // its entry
	Amount         ledger.Money         // 0 for all that is left
	Reason         string
	IdempotencyKey string // "" for none
}

var (
	errNoTransaction  = refuse(CodeTransactionNotFound, "This account has no transaction with this id.")
	errReversedAtDesk = refuse(auth.CodeForbidden, "Only the bank can reverse a deposit or a withdrawal.")
	errServesItself   = refuse(auth.CodeForbidden, "The money would go to an account of your own. Another member of staff must do this.")
)

// Reverse gives back what an account has received by a transfer, for its owner or for others with the permission. The latter can also
// reverse a deposit or a withdrawal. The receipt holds the entry of the account.
func (b *Bank) Reverse(ctx context.Context, caller auth.Caller, p ReverseParams) (Receipt, error) {
	if err := b.auth.Require(ctx, caller, auth.ReversalsWrite, p.Account); err != nil {
		return Receipt{}, err
	}
	own, err := b.auth.Owns(ctx, caller, p.Account)
	if err != nil {
		return Receipt{}, err
	}
	if err := checkText("/reason", p.Reason); err != nil {
		return Receipt{}, err
	}
	original, other, err := b.reversible(ctx, p)
	if err != nil {
		return Receipt{}, err
	}
	key := b.postingKey(caller, own, p.Account, p.IdempotencyKey, "reverse", p.Account, p.Transaction, p.Amount, p.Reason)
	if err := b.requireToReverse(ctx, caller, own, &p, &original); err != nil {
		return b.movedBefore(ctx, key, err)
	}
	return b.post(ctx, caller, own, key, ledger.Posting{
		Type: original.Type.ReversalType(), Account: p.Account, Amount: p.Amount, Description: p.Reason, Via: original.SettledAgainst(),
		To: original.Counterparty, Reverses: original.ID, ToReverses: other, Original: original.Amount,
	})
}

// reversible returns an entry that can be reversed, and the id of the transfer's other leg if it has one. Neither ever changes.
func (b *Bank) reversible(ctx context.Context, p ReverseParams) (original ledger.Entry, other uuid.UUID, err error) {
	err = b.store.View(ctx, func(ctx context.Context, q db.Querier) error {
		if original, err = transactionOf(ctx, q, p.Account, p.Transaction); err != nil {
			return err
		}
		if original.Type.ReversalType() == "" || original.Amount == 0 {
			return ledger.ErrNotReversible
		}
		if original.Transfer == uuid.Nil {
			return nil
		}
		first, last := original.ID, original.ID
		for i := 8; i < len(first); i++ { // what follows the time
			first[i], last[i] = 0, 0xff
		}
		leg, err := q.OtherLeg(ctx, db.OtherLegParams{
			FirstID: first, LastID: last, TransferID: &original.Transfer, AccountNumber: int64(original.Counterparty),
		})
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("the transfer %s has one leg; run: bankcore verify", original.Transfer)
		}
		other = leg.ID
		return err
	})
	return original, other, err
}

// requireToReverse refuses what the permission alone does not allow. Owners give back what they have received by transfer; only the bank
// reverses cash. Staff serve anybody but themselves, and above the amount for which the bank requires two people, they request the
// opposite movement instead. A service client can move no more by reversing a transfer than by making one, so the amount bounds only its
// reversals of cash.
func (b *Bank) requireToReverse(ctx context.Context, caller auth.Caller, own bool, p *ReverseParams, original *ledger.Entry) error {
	cash := original.Transfer == uuid.Nil
	if own && cash {
		return errReversedAtDesk
	}
	if own {
		return nil
	}
	if !cash {
		if err := b.requireToServe(ctx, caller, original.Counterparty); err != nil {
			return err
		}
	}
	amount := p.Amount
	if amount == 0 {
		amount = original.Amount
	}
	if b.needsApproval(own, amount) && (cash || caller.Client == nil) {
		return refuse(auth.CodeForbidden, "At this bank a reversal of more than %d minor units needs two people. "+
			"Request the opposite movement instead, or let the recipient give the money back.", b.approvalAbove)
	}
	return nil
}

// requireToServe refuses callers who act for the bank, but to whom the account that gets the money belongs.
func (b *Bank) requireToServe(ctx context.Context, caller auth.Caller, recipient ledger.AccountNumber) error {
	own, err := b.auth.Owns(ctx, caller, recipient)
	if err == nil && own {
		err = errServesItself
	}
	return err
}

// Transaction is an entry with its reversals.
type Transaction struct {
	ledger.Entry

	Reversals []ledger.Entry // oldest first
	Reversed  ledger.Money   // the sum of them
}

// GetTransaction returns one entry, for the account's owner and others with the permission.
func (b *Bank) GetTransaction(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID) (Transaction, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, number); err != nil {
		return Transaction{}, err
	}
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) (Transaction, error) {
		entry, err := transactionOf(ctx, q, number, id)
		if err != nil {
			return Transaction{}, err
		}
		rows, err := q.ListReversals(ctx, db.ListReversalsParams{ReversesID: &id, RowLimit: ledger.MaxReversals})
		transaction := Transaction{Entry: entry}
		for i := range rows {
			reversal := store.EntryOf(&rows[i])
			transaction.Reversals = append(transaction.Reversals, reversal)
			transaction.Reversed += reversal.Amount
		}
		return transaction, err
	})
}

// transactionOf finds an entry of an account.
func transactionOf(ctx context.Context, q db.Querier, number ledger.AccountNumber, id uuid.UUID) (ledger.Entry, error) {
	if _, err := accountByNumber(ctx, q, number); err != nil {
		return ledger.Entry{}, err
	}
	transaction, err := transactionByID(ctx, q, id)
	if err == nil && transaction.Account != number {
		err = errNoTransaction
	}
	return transaction, err
}
