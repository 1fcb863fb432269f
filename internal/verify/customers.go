package verify

import (
	"context"
	"errors"
	"fmt"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// customers checks that every account has a customer, and every customer an account. It does not compare names with their form for
// searching, which a server brings up to date when it starts.
func (v *verifier) customers(ctx context.Context) error {
	var err error
	if v.report.Customers, err = v.q.CountCustomers(ctx); err != nil {
		return err
	}
	switch number, err := v.q.AccountWithoutCustomer(ctx); {
	case err == nil:
		return &BrokenEntry{Account: ledger.AccountNumber(number), Reason: "its customer is missing"}
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	switch customer, err := v.q.CustomerWithoutAccount(ctx); {
	case err == nil:
		return fmt.Errorf("%w: customer %s has no account", errLedger, customer)
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	return nil
}
