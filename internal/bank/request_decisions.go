package bank

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// Decision is a request that was just decided.
type Decision struct {
	Request  Request
	PinReset *auth.PinReset // for an approved RequestResetPin
}

// ApproveRequest carries out what a request asks for, for staff other than who has asked, and other than whom it is about.
func (b *Bank) ApproveRequest(ctx context.Context, caller auth.Caller, id uuid.UUID, note string) (Decision, error) {
	return b.decide(ctx, caller, id, note, func(ctx context.Context, q db.Querier, d *Decision, account Account) error {
		if err := b.stillMay(ctx, q, &d.Request); err != nil {
			return err
		}
		if err := b.carryOutRequest(ctx, q, caller, d, account); err != nil {
			return impossible(err)
		}
		if err := b.decided(ctx, q, &d.Request, RequestApproved, caller.Person(), note); err != nil {
			return err
		}
		return b.auth.RecordDetail(ctx, q, EventRequestApproved, account.Number, caller, d.Request.detail())
	})
}

func (b *Bank) carryOutRequest(ctx context.Context, q db.Querier, caller auth.Caller, d *Decision, account Account) error {
	rules := requestKinds[d.Request.Kind]
	if err := rules.check(&d.Request.Wanted); err != nil { // an earlier version's rules may have been others
		return err
	}
	if err := rules.examine(ctx, b, q, &d.Request, account); err != nil {
		return err
	}
	return rules.apply(ctx, b, q, caller, d, account)
}

// impossible makes the refusal of what was asked for one of its approval, whose own fields are not at fault.
func impossible(err error) error {
	var refusal *ledger.Refusal
	if !errors.As(err, &refusal) || refusal.Code == auth.CodeForbidden || refusal.Code == CodeNothingToChange {
		return err
	}
	return refuse(CodeRequestImpossible, "This cannot be done as things are. %s", refusal.Message)
}

// RejectRequest refuses what a request asks for, for those who could approve it.
func (b *Bank) RejectRequest(ctx context.Context, caller auth.Caller, id uuid.UUID, note string) (Request, error) {
	d, err := b.decide(ctx, caller, id, note, func(ctx context.Context, q db.Querier, d *Decision, account Account) error {
		if err := b.decided(ctx, q, &d.Request, RequestRejected, caller.Person(), note); err != nil {
			return err
		}
		return b.auth.RecordDetail(ctx, q, EventRequestRejected, account.Number, caller, d.Request.detail())
	})
	return d.Request, err
}

// decide runs fn on a pending request that the caller may decide, and that is locked, so that of parallel decisions one takes effect.
func (b *Bank) decide(ctx context.Context, caller auth.Caller, id uuid.UUID, note string,
	fn func(ctx context.Context, q db.Querier, d *Decision, account Account) error,
) (Decision, error) {
	if err := b.auth.Require(ctx, caller, auth.RequestsDecide, auth.AllAccounts); err != nil {
		return Decision{}, err
	}
	if caller.Customer == uuid.Nil {
		return Decision{}, errOnlyPersonsDecide
	}
	if err := checkText("/note", note); err != nil {
		return Decision{}, err
	}
	made, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (bool, error) { // who asked does not change
		request, err := b.requestByID(ctx, q, id)
		if err != nil {
			return false, err
		}
		return b.madeKey(ctx, q, caller, &request)
	})
	if err != nil {
		return Decision{}, err
	}
	return store.Update(ctx, b.store, func(ctx context.Context, q db.Querier) (Decision, error) {
		row, err := q.LockRequest(ctx, id)
		request, err := b.requestIn(ctx, q, &row, err)
		if err != nil {
			return Decision{}, err
		}
		account, err := b.lockedCustomer(ctx, q, &request)
		if err != nil {
			return Decision{}, err
		}
		if err := mayDecide(caller, &request, account.Customer, account.Role); err != nil {
			return Decision{}, err
		}
		if made {
			return Decision{}, refuse(auth.CodeForbidden, "You have made a key of the client that asked. Another member of staff must decide.")
		}
		if request.Status != RequestPending {
			return Decision{}, notPending(&request)
		}
		d := Decision{Request: request}
		err = fn(ctx, q, &d, account)
		return d, err
	})
}

// lockedCustomer locks the customer whom a request is about, so that their name and role stay what they are, and returns the account.
func (b *Bank) lockedCustomer(ctx context.Context, q db.Querier, r *Request) (Account, error) {
	customer, err := store.CustomerOf(ctx, q, r.Account)
	if err != nil {
		return Account{}, err
	}
	if _, err := q.LockCustomer(ctx, customer); err != nil {
		return Account{}, err
	}
	return accountByNumber(ctx, q, r.Account)
}

// mayDecide refuses to let callers decide about what they have asked for, about accounts of their own, and about staff and roles unless
// they manage roles.
func mayDecide(caller auth.Caller, r *Request, customer uuid.UUID, role auth.Role) error {
	if r.requestedBy == caller.Person() {
		return refuse(auth.CodeForbidden, "You cannot decide about a request of your own. Another member of staff must.")
	}
	if needed := requestKinds[r.Kind].decider; needed != "" && !caller.Has(needed) {
		return refuse(auth.CodeForbidden, "Only administrators decide about this.")
	}
	return auth.MayServe(caller, customer, role)
}

// madeKey reports whether a service client made a request and the caller made a key of that client, and so could have asked themselves.
func (b *Bank) madeKey(ctx context.Context, q db.Querier, caller auth.Caller, r *Request) (bool, error) {
	if r.AskedBy != AskedByClient {
		return false, nil
	}
	return b.auth.MadeKeyOf(ctx, q, caller, r.requestedBy)
}
