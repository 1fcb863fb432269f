package server_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestACustomersFirstDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob := w.open("482913", 100_000), w.open("730164", 0)
	session := w.login(ada)
	a := w.call("POST", "/accounts/"+ada.number+"/transfer", bearer(session.AccessToken),
		body(map[string]any{"to_account": bob.number, "amount": 12_550, "description": "Rent, November"}))
	require.Equal(t, 201, a.status, a.text())
	require.Equal(t, int64(87_450), w.balance(ada.number))
	require.Equal(t, int64(12_550), w.balance(bob.number))
	require.Equal(t, int64(4), w.verify().Entries)
}
