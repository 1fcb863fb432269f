package server_test

import (
	"context"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/verify"
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
func (w *world) verify() verify.Report {
	w.t.Helper()
	report, err := verify.Run(context.Background(), w.store, func(verify.Report) {})
	require.NoError(w.t, err)
	return report
}
