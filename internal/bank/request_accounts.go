package bank

import (
	"context"
	"errors"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// What customers ask for about an account: that it is closed, and that more may leave it.

func checkClosing(w *Wanted) error { return only(*w, Wanted{SweepTo: w.SweepTo}) }

// examineClosing leaves the balance to the decision: it may change until then.
func examineClosing(ctx context.Context, _ *Bank, q db.Querier, r *Request, account Account) error {
	if account.Status == StatusClosed {
		return ledger.ErrAccountClosed
	}
	if r.Wanted.SweepTo == 0 {
		return nil
	}
	heir, err := store.CustomerOf(ctx, q, r.Wanted.SweepTo)
	if errors.Is(err, ledger.ErrAccountNotFound) {
		return invalid("/wanted/sweep_to", "is not the number of an account")
	}
	if err == nil && r.AskedBy == AskedByStaff && heir.String() == r.requestedBy {
		err = errOwnSweep
	}
	return err
}

var errOwnSweep = refuse(auth.CodeForbidden, "Staff cannot sweep an account into one of their own.")

func closeRequested(ctx context.Context, b *Bank, q db.Querier, caller auth.Caller, d *Decision, _ Account) error {
	p := CloseParams{Account: d.Request.Account, Reason: ReasonCustomer, SweepTo: d.Request.Wanted.SweepTo}
	if p.SweepTo != 0 {
		heir, err := store.CustomerOf(ctx, q, p.SweepTo)
		if err != nil {
			return err
		}
		if heir == caller.Customer {
			return errOwnSweep
		}
	}
	return b.close(ctx, q, caller, p)
}

func (w *Wanted) limits() ledger.Limits {
	return ledger.Limits{PerTransfer: w.PerTransfer, Daily: w.Daily, Monthly: w.Monthly}
}

func checkRaise(w *Wanted) error {
	return only(*w, Wanted{PerTransfer: w.PerTransfer, Daily: w.Daily, Monthly: w.Monthly})
}

func examineRaise(ctx context.Context, _ *Bank, q db.Querier, r *Request, _ Account) error {
	account, err := lockOpen(ctx, q, r.Account)
	if err == nil && limitsDetail(limitsIn(&account), r.Wanted.limits()) == "" {
		err = errNothingToChange
	}
	return err
}

func raiseLimit(ctx context.Context, b *Bank, q db.Querier, caller auth.Caller, d *Decision, _ Account) error {
	account, err := lockOpen(ctx, q, d.Request.Account)
	if err != nil {
		return err
	}
	return b.setLimits(ctx, q, caller, account, d.Request.Wanted.limits(), spending{})
}
