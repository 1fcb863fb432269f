package server_test

import (
	"context"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/bank"
)

// balance reads an account's balance with the admin key.
func (w *world) balance(number string) int64 {
	w.t.Helper()
	a := w.call("GET", "/accounts/"+number, adminKey(testAdminKey))
	require.Equal(w.t, 200, a.status, a.text())
	var got struct{ Balance int64 }
	a.decode(&got)
	return got.Balance
}

// verify verifies the whole ledger.
func (w *world) verify() bank.VerifyReport {
	w.t.Helper()
	report, err := bank.Verify(context.Background(), w.store, func(bank.VerifyReport) {})
	require.NoError(w.t, err)
	return report
}
