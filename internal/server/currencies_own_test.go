package server_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// TestTheBanksOwnCurrenciesAreLikeOthers: they are listed, accounts are opened in them, money moves between those alone, and statements
// have their decimals.
func TestTheBanksOwnCurrenciesAreLikeOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *options) {
		o.own = []ledger.Currency{{Code: "GEM", Name: "GEM"}, {Code: "MEALCARD", Name: "MEALCARD", Decimals: 6}}
	})
	list, _ := w.currencies()
	require.Equal(t, currency{"GEM", "GEM", 0, false}, list["GEM"])
	require.Equal(t, currency{"MEALCARD", "MEALCARD", 6, false}, list["MEALCARD"])
	for code, want := range map[string]string{"GEM": ",100005,GEM,100005,", "MEALCARD": ",0.100005,MEALCARD,0.100005,"} {
		a := w.openIn(code)
		require.Equal(t, 201, a.status, a.text())
		require.Equal(t, code, a.field("currency"))
		number := a.field("account_number").(string)
		statement := w.call("GET", "/accounts/"+number+"/statement?month=2026-11", adminKey(testAdminKey))
		require.Contains(t, statement.text(), want)
		paper := w.call("GET", "/accounts/"+number+"/statement?month=2026-11", adminKey(testAdminKey), header("Accept", "application/pdf"))
		require.Equal(t, 200, paper.status)

		other, usd := w.openIn(code).field("account_number"), w.open("482913", 0)
		session := w.login(customer{number: number, pin: "730164"})
		pay := func(to any) *answer {
			return w.call("POST", "/accounts/"+number+"/transfer", body(map[string]any{"to_account": to, "amount": 5}), bearer(session.AccessToken))
		}
		require.Equal(t, 201, pay(other).status)
		require.Equal(t, "currency_mismatch", pay(usd.number).code())
	}
	require.Equal(t, 400, w.openIn("PLUM").status)
	w.verify()
}
