package bank

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/paging"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// found returns the holders that a search by an administrator finds.
func (br *branch) found(t *testing.T, query string) (holders []string) {
	t.Helper()
	page, err := br.bank.AdminListAccounts(context.Background(), auth.Caller{Role: auth.RoleAdmin, AdminKey: true}, ListAccountsParams{Query: query})
	require.NoError(t, err)
	for _, account := range page.Accounts {
		holders = append(holders, account.Holder)
	}
	return holders
}

// In a bank of the previous version, names are folded only by their case.
func TestAnUpgradedBankFindsItsOldNames(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t)
	opening, err := br.bank.OpenAccount(context.Background(), auth.Caller{}, OpenAccountParams{Holder: "José Núñez", Pin: goodPin})
	require.NoError(t, err)
	for i := range 510 { // more than one page
		_, err := br.bank.OpenAccount(context.Background(), auth.Caller{}, OpenAccountParams{Holder: fmt.Sprintf("Søren Åberg %d", i), Pin: goodPin})
		require.NoError(t, err)
	}
	_, err = storetest.Raw(t, br.url).Exec("UPDATE customers SET name_folded = lower(name)")
	require.NoError(t, err)
	require.Empty(t, br.found(t, "jose nunez"))

	var servers sync.WaitGroup // which start at the same time
	for range 2 {
		servers.Go(func() {
			_, err := br.bank.RefoldNames(context.Background())
			require.NoError(t, err)
		})
	}
	servers.Wait()
	require.Equal(t, []string{"José Núñez"}, br.found(t, "jose nunez"))
	require.Len(t, br.found(t, "SOREN ABERG"), paging.Size(0))
	again, err := br.bank.RefoldNames(context.Background())
	require.NoError(t, err)
	require.Zero(t, again)
	text := opening.Account.Number.String()
	for _, typed := range []string{text, text[:4] + " " + text[4:8] + " " + text[8:], text[:4] + "\u202f" + text[4:6], "\u200e" + text[:8] + "-" + text[8:], arabic(text)} {
		require.Contains(t, br.found(t, typed), "José Núñez", "%q", typed)
	}
	require.Empty(t, br.found(t, "%"))
	require.Empty(t, br.found(t, "·"))
}

// arabic writes a number in Arabic digits.
func arabic(number string) string {
	var text []rune
	for _, digit := range number {
		text = append(text, digit-'0'+'٠')
	}
	return string(text)
}
