package auth

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// PersonNow returns a member of staff or a service client, by the name that Caller.Person returned earlier, with the rights that they would
// have in a request of now. A locked sign-in takes none away: it ends no session, and anybody can bring it about with three wrong PINs.
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
