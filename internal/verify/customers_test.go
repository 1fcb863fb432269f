package verify_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestAnAccountWithoutItsCustomerIsFound(t *testing.T) {
	t.Parallel()
	l := newHistories(t)
	l.Tamper(t, "DELETE FROM customers WHERE id = (SELECT customer_id FROM accounts WHERE account_number = $1)", int64(l.bob))
	report, err := l.verify()
	require.ErrorContains(t, err, "the ledger is broken: account "+l.bob.String()+": its customer is missing")
	require.EqualValues(t, 3, report.Customers)
}

func TestACustomerWithoutAnAccountIsFound(t *testing.T) {
	t.Parallel()
	l := newHistories(t)
	id := uuid.New().String()
	l.Tamper(t, `INSERT INTO customers (id, name, name_folded, role, created_at, pin_hash, failed_attempts, sign_in_locked)
		VALUES ($1, 'Eve', 'eve', 'customer', 0, '', 0, FALSE)`, id)
	_, err := l.verify()
	require.ErrorContains(t, err, "the ledger is broken: customer "+id+" has no account")
}
