package bank

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

var errMayNotAsk = refuse(CodeForbidden, "Who asked for this may not ask for it any more. Reject it.")

// stillMay refuses a request whose asker could not make it any more. What customers ask for themselves they always may.
func (b *Bank) stillMay(ctx context.Context, q db.Querier, r *Request) error {
	if r.AskedBy == AskedByCustomer {
		return nil
	}
	asker, err := b.askerNow(ctx, q, r.requestedBy)
	if err != nil {
		return err
	}
	if !hasPermission(asker, requestKinds[r.Kind].byStaff) || !asker.reaches(r.Account) {
		return errMayNotAsk
	}
	return nil
}

// askerNow returns a member of staff or a service client with the rights that they would have in a request of now. A locked sign-in takes
// none away: it ends no session, and anybody can bring it about with three wrong PINs.
func (b *Bank) askerNow(ctx context.Context, q db.Querier, requestedBy string) (Caller, error) {
	if client, ok := strings.CutPrefix(requestedBy, "client:"); ok {
		return b.clientNow(ctx, q, client)
	}
	id, err := uuid.Parse(requestedBy)
	if err != nil {
		return Caller{}, err
	}
	customer, err := q.CustomerByID(ctx, id)
	if err != nil {
		return Caller{}, err
	}
	role := Role(customer.Role)
	if b.RequiresSecondFactor(role) {
		factor, err := q.SecondFactorByCustomer(ctx, id)
		if errors.Is(err, store.ErrNotFound) || err == nil && factor.ConfirmedAt == nil {
			return Caller{}, nil
		}
		if err != nil {
			return Caller{}, err
		}
	}
	return Caller{Role: role}, nil
}

func (b *Bank) clientNow(ctx context.Context, q db.Querier, id string) (Caller, error) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return Caller{}, err
	}
	row, err := q.ServiceClientByID(ctx, parsed)
	if err != nil {
		return Caller{}, err
	}
	client, err := serviceClientOf(&row)
	if err != nil || client.over(b.now()) {
		return Caller{}, err
	}
	return Caller{Client: &Client{Permissions: client.Permissions, Accounts: client.Accounts}}, nil
}
