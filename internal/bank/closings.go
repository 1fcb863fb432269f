package bank

import (
	"context"
	"errors"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// CloseParams holds the inputs of CloseAccount.
type CloseParams struct {
	Account ledger.AccountNumber
	Reason  StatusReason
	Note    string               // for the audit trail; "" for none
	SweepTo ledger.AccountNumber // gets what is left in the account; 0 if that is nothing
}

// sweepDescription describes the transfer that empties an account.
const sweepDescription = "Balance of a closed account"

// CloseAccount closes an account for good, for staff. What is left in it moves to another account in the same transaction.
func (b *Bank) CloseAccount(ctx context.Context, caller auth.Caller, p CloseParams) (Account, error) {
	if err := b.requireToRelease(ctx, caller, p.Account); err != nil {
		return Account{}, err
	}
	if p.SweepTo != 0 {
		if err := b.requireToSweep(ctx, caller, p); err != nil {
			return Account{}, err
		}
	}
	if err := checkText("/note", p.Note); err != nil {
		return Account{}, err
	}
	account, err := store.Update(ctx, b.store, func(ctx context.Context, q db.Querier) (Account, error) {
		if err := b.close(ctx, q, caller, p); err != nil {
			return Account{}, err
		}
		return accountByNumber(ctx, q, p.Account)
	})
	return account.at(b.now()).shownTo(caller), err
}

// requireToSweep refuses callers who may close an account, but not decide who gets its money: accounts:manage alone moves none, and staff
// must not enrich themselves.
func (b *Bank) requireToSweep(ctx context.Context, caller auth.Caller, p CloseParams) error {
	if caller.AdminKey {
		return refuse(auth.CodeForbidden, "The admin key moves no money. Close the account when it is empty.")
	}
	if caller.Client != nil {
		moves, err := b.auth.May(ctx, caller, auth.TransfersWrite, p.Account)
		if err == nil && !moves {
			err = refuse(auth.CodeForbidden, "This client needs the permission %s to sweep an account.", auth.TransfersWrite)
		}
		return err
	}
	own, err := b.auth.Owns(ctx, caller, p.SweepTo)
	if err == nil && own {
		err = refuse(auth.CodeForbidden, "Staff cannot sweep an account into one of their own.")
	}
	return err
}

// close closes an account in the caller's transaction, for a caller who may.
func (b *Bank) close(ctx context.Context, q db.Querier, caller auth.Caller, p CloseParams) error {
	batch, err := b.lockToClose(ctx, q, p)
	if err != nil {
		return err
	}
	account := batch.Accounts[p.Account]
	switch {
	case freezeOf(&account).At(b.now()).Any():
		return ledger.ErrAccountFrozen
	case account.Held > 0:
		return refuse(CodeAccountHasHolds, "Some of the money in this account is held. Capture or void its holds first.")
	case account.Balance > 0 && p.SweepTo == 0:
		return refuse(CodeAccountNotEmpty, "There is still money in this account. Name an account that gets it as sweep_to.")
	}
	detail := string(p.Reason)
	if account.Balance > 0 {
		if err := b.sweep(p, batch); err != nil {
			return atSweep(err)
		}
		detail += " swept to " + p.SweepTo.String()
	}
	if err := writeDecided(ctx, q, batch); err != nil {
		return err
	}
	closed, err := q.CloseAccount(ctx, db.CloseAccountParams{StatusReason: string(p.Reason), AccountNumber: int64(p.Account)})
	if err != nil {
		return err
	}
	if closed != 1 {
		return errors.New("an account that was emptied is not empty")
	}
	return b.auth.RecordDetail(ctx, q, EventAccountClosed, p.Account, caller, withNote(detail, p.Note))
}

// lockToClose locks the account and the one that gets what is left in it, and gives back what expired holds still hold.
func (b *Bank) lockToClose(ctx context.Context, q db.Querier, p CloseParams) (*ledger.Batch, error) {
	var heirs []ledger.AccountNumber
	if p.SweepTo != 0 {
		heirs = append(heirs, p.SweepTo)
	}
	batch, _, err := b.lockOpen(ctx, q, p.Account, heirs...)
	if err != nil {
		return nil, err
	}
	_, err = batch.Decide(&ledger.Order{Hold: &ledger.HoldChange{
		Action: ledger.ReleaseHolds, Hold: ledger.Hold{Account: p.Account}, Time: b.now(),
	}})
	return batch, err
}

// sweep moves all money out of an account. One transfer moves ledger.MaxAmount at most, so there can be several.
func (b *Bank) sweep(p CloseParams, batch *ledger.Batch) error {
	order, now := ledger.Order{}, b.now()
	for left := batch.Accounts[p.Account].Balance; left > 0; left -= ledger.MaxAmount {
		posting := ledger.Posting{
			Type: ledger.TypeTransferOut, Account: p.Account, To: p.SweepTo, Amount: min(left, ledger.MaxAmount),
			Description: sweepDescription, Sweep: true,
		}
		if err := b.identify(&posting, now); err != nil {
			return err
		}
		order.Postings = append(order.Postings, posting)
	}
	outcome, err := batch.Decide(&order)
	if errors.Is(err, ledger.ErrBatchRefused) {
		err = firstRefusal(outcome.Results)
	}
	return err
}

func firstRefusal(results []ledger.Result) error {
	for i := range results {
		if refusal := results[i].Refusal; refusal != nil {
			return refusal
		}
	}
	return ledger.ErrBatchRefused
}

// atSweep makes a refusal of the sweep point at the account that was to get the money.
func atSweep(err error) error {
	var refusal *ledger.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	pointed := *refusal
	pointed.Pointer = "/sweep_to"
	return &pointed
}
