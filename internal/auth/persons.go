package auth

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ids"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// PersonNow returns a member of staff or a service client, by the name that Caller.Person returned earlier, with the rights that they would
// have in a request now. A locked sign-in takes none away: it ends no session, and anybody can cause it with three wrong PINs.
func (s *Service) PersonNow(ctx context.Context, q db.Querier, person string) (Caller, error) {
	client, isClient := strings.CutPrefix(person, clientPrefix)
	if !isClient {
		client = person
	}
	id, err := uuid.Parse(client)
	switch {
	case err != nil:
		return Caller{}, err
	case isClient:
		return s.clientNow(ctx, q, id)
	}
	return s.staffNow(ctx, q, id)
}

func (s *Service) staffNow(ctx context.Context, q db.Querier, id uuid.UUID) (Caller, error) {
	customer, err := q.CustomerByID(ctx, id)
	if err != nil {
		return Caller{}, err
	}
	role := Role(customer.Role)
	if !s.RequiresSecondFactor(role) {
		return Caller{Role: role}, nil
	}
	switch factor, err := q.SecondFactorByCustomer(ctx, id); {
	case errors.Is(err, store.ErrNotFound) || err == nil && factor.ConfirmedAt == nil:
		return Caller{Role: RoleCustomer}, nil
	default:
		return Caller{Role: role}, err
	}
}

func (s *Service) clientNow(ctx context.Context, q db.Querier, id uuid.UUID) (Caller, error) {
	row, err := q.ServiceClientByID(ctx, id)
	if err != nil {
		return Caller{}, err
	}
	client, err := serviceClientOf(&row)
	if err != nil || client.over(s.now()) {
		return Caller{}, err
	}
	return Caller{Client: &Client{Permissions: client.Permissions, Accounts: client.Accounts}}, nil
}

// MadeKeyOf reports whether a caller has made a key of a service client, named as by Caller.Person. Whoever makes a key has seen it, and
// can act as the client. The audit trail says who it was, unless it was the operator or the admin key.
func (s *Service) MadeKeyOf(ctx context.Context, q db.Querier, caller Caller, client string) (bool, error) {
	id, err := uuid.Parse(strings.TrimPrefix(client, clientPrefix))
	if err != nil {
		return false, err
	}
	row, err := q.ServiceClientByID(ctx, id)
	if err != nil {
		return false, err
	}
	makers, err := q.ListClientKeyMakers(ctx, db.ListClientKeyMakersParams{
		SinceID: ids.FirstAt(time.UnixMicro(row.CreatedAt)), DetailPattern: id.String() + " %",
	})
	if err != nil {
		return false, err
	}
	accounts, err := q.ListCustomerAccounts(ctx, db.ListCustomerAccountsParams{CustomerID: caller.Customer, RowLimit: MaxAccounts})
	for i := range accounts {
		if slices.Contains(makers, ledger.AccountNumber(accounts[i].AccountNumber).String()) {
			return true, err
		}
	}
	return false, err
}
