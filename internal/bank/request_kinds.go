package bank

import (
	"cmp"
	"context"
	"errors"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/store"
)

// RequestKind is the kind of thing that a request asks for.
type RequestKind string

// The kinds.
const (
	RequestChangeName   RequestKind = "change_name"
	RequestCloseAccount RequestKind = "close_account"
	RequestRaiseLimit   RequestKind = "raise_limit"
	RequestResetPin     RequestKind = "reset_pin"
	RequestChangeRole   RequestKind = "change_role" // made by SetAccountRole
	RequestDeposit      RequestKind = "deposit"     // made by a deposit at the desk that needs approval
	RequestWithdrawal   RequestKind = "withdrawal"
)

// kindsOfOwners are those that customers can ask for.
var kindsOfOwners = []RequestKind{RequestChangeName, RequestCloseAccount, RequestRaiseLimit, RequestResetPin}

// requestRules are the rules of a kind of request.
type requestRules struct {
	byStaff auth.Permission // needed to ask for it by others than the account's customer, then and when it is decided
	decider auth.Permission // needed to decide about it, besides auth.RequestsDecide; "" for none
	alone   alone
	// check checks what is wanted, as far as that needs no database, and normalizes it.
	check func(w *Wanted) error
	// examine refuses what could not be carried out now. It writes nothing.
	examine func(ctx context.Context, b *Bank, q db.Querier, r *Request, account Account) error
	// apply carries the request out, and records its events. The request has been examined in the same transaction.
	apply func(ctx context.Context, b *Bank, q db.Querier, caller auth.Caller, d *Decision, account Account) error
}

// alone is what can have only one pending request of a kind.
type alone int

const (
	notAlone alone = iota
	perCustomer
	perAccount
)

var requestKinds = map[RequestKind]requestRules{
	RequestChangeName: {byStaff: auth.CustomersManage, alone: perCustomer, check: checkChangeName, examine: examineName, apply: changeName},
	RequestCloseAccount: {
		byStaff: auth.AccountsManage, decider: auth.AccountsManage, alone: perAccount, check: checkClosing, examine: examineClosing, apply: closeRequested,
	},
	RequestRaiseLimit: {
		byStaff: auth.AccountsManage, decider: auth.AccountsManage, alone: perAccount, check: checkRaise, examine: examineRaise, apply: raiseLimit,
	},
	RequestResetPin: {byStaff: auth.CustomersManage, alone: perCustomer, check: checkResetPin, examine: examineNothing, apply: resetPin},
	RequestChangeRole: {
		byStaff: auth.RolesManage, decider: auth.RolesManage, alone: perCustomer, check: checkChangeRole, examine: examineRole, apply: changeRole,
	},
	RequestDeposit:    {byStaff: auth.DepositsWrite, check: checkMovementWanted, examine: examineMovement, apply: applyMovement},
	RequestWithdrawal: {byStaff: auth.WithdrawalsWrite, check: checkMovementWanted, examine: examineMovement, apply: applyMovement},
}

// only refuses what has fields beyond those of its kind.
func only(w, fields Wanted) error {
	if w != fields {
		return invalid("/wanted", "has members that this kind of request does not take")
	}
	return nil
}

func examineNothing(context.Context, *Bank, db.Querier, *Request, Account) error { return nil }

func checkChangeName(w *Wanted) error {
	if err := only(*w, Wanted{Name: w.Name}); err != nil {
		return err
	}
	name, err := names.Normalize(w.Name)
	if err != nil {
		return invalid("/wanted/name", err.Error())
	}
	w.Name = name
	return nil
}

func examineName(_ context.Context, _ *Bank, _ db.Querier, r *Request, account Account) error {
	if account.Holder == r.Wanted.Name {
		return errNothingToChange
	}
	return nil
}

func changeName(ctx context.Context, b *Bank, q db.Querier, caller auth.Caller, d *Decision, account Account) error {
	name := d.Request.Wanted.Name
	if err := q.UpdateCustomerName(ctx, db.UpdateCustomerNameParams{
		Name: name, NameFolded: names.Fold(name), ID: account.Customer,
	}); err != nil {
		return err
	}
	return b.auth.RecordDetail(ctx, q, EventNameChanged, account.Number, caller, d.Request.ID.String())
}

func checkResetPin(w *Wanted) error { return only(*w, Wanted{}) }

func resetPin(ctx context.Context, b *Bank, q db.Querier, caller auth.Caller, d *Decision, account Account) error {
	reset, err := b.auth.IssueReset(ctx, q, caller, account.Number, account.Customer, d.Request.ID.String())
	d.PinReset = &reset
	return err
}

func checkChangeRole(w *Wanted) error {
	if !w.Role.Valid() {
		return invalid("/role", "is not a role")
	}
	return only(*w, Wanted{Role: w.Role})
}

func examineRole(_ context.Context, _ *Bank, _ db.Querier, r *Request, account Account) error {
	if account.Role == r.Wanted.Role {
		return errNothingToChange
	}
	return nil
}

func changeRole(ctx context.Context, b *Bank, q db.Querier, caller auth.Caller, d *Decision, account Account) error {
	return b.setRole(ctx, q, caller, account, d.Request.Wanted.Role)
}

// What moves money at the desk.

func checkMovementWanted(w *Wanted) error {
	if err := only(*w, Wanted{Amount: w.Amount, Via: w.Via, Description: w.Description}); err != nil {
		return err
	}
	return checkMovement(ledger.TypeDeposit, w.Amount, w.Description)
}

func examineMovement(ctx context.Context, b *Bank, q db.Querier, r *Request, _ Account) error {
	_, err := b.movementOf(ctx, q, r)
	return err
}

func applyMovement(ctx context.Context, b *Bank, q db.Querier, _ auth.Caller, d *Decision, _ Account) error {
	moved, err := b.movementOf(ctx, q, &d.Request)
	if err != nil {
		return err
	}
	d.Request.Transaction = moved.Entries[0].ID
	return writeDecided(ctx, q, moved)
}

// movementOf locks the account and decides on the movement that a request asks for. It writes nothing.
func (b *Bank) movementOf(ctx context.Context, q db.Querier, r *Request) (*ledger.Batch, error) {
	via := cmp.Or(r.Wanted.Via, ledger.SettledInCash)
	if err := b.checkSettlement(via); err != nil {
		return nil, err
	}
	posting := ledger.Posting{
		Type: ledger.TypeDeposit, Account: r.Account, Amount: r.Wanted.Amount, Description: r.Wanted.Description, Via: via,
	}
	if r.Kind == RequestWithdrawal {
		posting.Type = ledger.TypeWithdrawal
	}
	if err := b.identify(&posting, b.now()); err != nil {
		return nil, err
	}
	batch, err := b.lockBatch(ctx, q, r.Account)
	if err != nil {
		return nil, err
	}
	_, err = batch.Decide(&ledger.Order{Postings: []ledger.Posting{posting}})
	return batch, err
}

// Customers can ask the bank to close an account, and to raise its limits.

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

func examineRaise(ctx context.Context, b *Bank, q db.Querier, r *Request, _ Account) error {
	_, account, err := b.lockOpen(ctx, q, r.Account)
	if err == nil && limitsDetail(limitsIn(&account), r.Wanted.limits()) == "" {
		err = errNothingToChange
	}
	return err
}

func raiseLimit(ctx context.Context, b *Bank, q db.Querier, caller auth.Caller, d *Decision, _ Account) error {
	_, account, err := b.lockOpen(ctx, q, d.Request.Account)
	if err != nil {
		return err
	}
	return b.setLimits(ctx, q, caller, account, d.Request.Wanted.limits(), spending{})
}

// stillMay refuses a request whose asker could not make it any more. Customers can always make requests for themselves.
func (b *Bank) stillMay(ctx context.Context, q db.Querier, r *Request) error {
	if r.AskedBy == AskedByCustomer {
		return nil
	}
	asker, err := b.auth.PersonNow(ctx, q, r.requestedBy)
	if err == nil && (!asker.Has(requestKinds[r.Kind].byStaff) || !asker.Reaches(r.Account)) {
		err = refuse(auth.CodeForbidden, "The asker no longer has the right to request this. Reject it.")
	}
	return err
}
