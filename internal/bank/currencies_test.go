package bank

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/verify"
)

// TestAccountsOpenInCurrenciesInUse tries the codes that changed in recent years, and codes that no account can be
// kept in.
func TestAccountsOpenInCurrenciesInUse(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	open := func(code string) error {
		_, err := br.bank.OpenAccount(context.Background(), auth.Caller{}, OpenAccountParams{Holder: "Ada", Pin: goodPin, Currency: code})
		return err
	}
	for code := range strings.FieldsSeq("SLE VES VED ZWG XCG MRU STN EUR BYN ZMW GHS TMT UYW CUP SSP") {
		require.NoError(t, open(code), code)
	}
	for code := range strings.FieldsSeq("SLL VEF VEB ZWL ZWD ANG MRO STD HRK BGN CUC LTL BYR ZMK DEM") {
		err := open(code)
		requireCode(t, ledger.CodeInvalidRequest, err)
		require.ErrorContains(t, err, "was withdrawn in ", code)
	}
	for code := range strings.FieldsSeq("XAU XAG XPT XPD XTS XXX XDR XUA XSU XBA XAD BOV CHE CHW CLF COU MXV USN UYI USS QQQ") {
		err := open(code)
		requireCode(t, ledger.CodeInvalidRequest, err)
		require.ErrorContains(t, err, "of a currency in use", code)
	}
}

// TestAnAccountInAWithdrawnCurrencyStillWorks uses an account from before its currency was withdrawn.
func TestAnAccountInAWithdrawnCurrencyStillWorks(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ctx := context.Background()
	ada, bob := openWithdrawn(t, br, "HRK", 125_050), openWithdrawn(t, br, "HRK", 0)
	_, err := br.bank.Transfer(ctx, ownerOf(ada), TransferParams{Account: ada, To: bob, Amount: 50})
	require.NoError(t, err)
	account, err := br.bank.GetAccount(ctx, ownerOf(ada), ada)
	require.NoError(t, err)
	require.Equal(t, "1250.00", account.Balance.Decimal(ledger.ISO4217().Decimals(account.Currency)))
	_, err = verify.Run(ctx, br.store, func(verify.Report) {})
	require.NoError(t, err)
}

// openWithdrawn opens an account as OpenAccount did while the currency was in use.
func openWithdrawn(t *testing.T, br *branch, currency string, deposit ledger.Money) ledger.AccountNumber {
	t.Helper()
	p := OpenAccountParams{Holder: "Ada", Pin: goodPin, InitialDeposit: deposit, Currency: currency}
	hash, err := br.auth.HashFirstPin(context.Background(), auth.Caller{}, p.Pin)
	require.NoError(t, err)
	entry, err := store.Update(context.Background(), br.bank.store, func(ctx context.Context, q db.Querier) (ledger.Entry, error) {
		return br.bank.insertOpening(ctx, q, p, db.Customer{ID: uuid.New(), Name: p.Holder, Role: string(auth.RoleCustomer), PinHash: hash})
	})
	require.NoError(t, err)
	return entry.Account
}
