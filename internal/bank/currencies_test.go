package bank

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
)

func TestTheTableOfCurrenciesIsWellFormed(t *testing.T) {
	t.Parallel()
	code, month := regexp.MustCompile(`^[A-Z]{3}$`), regexp.MustCompile(`^(1999|20[0-9]{2})-(0[1-9]|1[0-2])$`)
	inUse := 0
	for _, c := range Currencies() {
		require.Regexp(t, code, c.Code)
		require.NotEmpty(t, c.Name, c.Code)
		require.Equal(t, strings.TrimSpace(c.Name), c.Name, c.Code)
		require.True(t, c.Decimals >= 0 && c.Decimals <= 4, c.Code)
		if c.Withdrawn == "" {
			inUse++
		} else {
			require.Regexp(t, month, c.Withdrawn, c.Code)
		}
	}
	require.Equal(t, 156, inUse, "an amendment changes this number")
	require.Len(t, slices.CompactFunc(Currencies(), func(a, b Currency) bool { return a.Code == b.Code }), len(Currencies()))
	require.True(t, slices.IsSortedFunc(Currencies(), func(a, b Currency) int { return cmp.Compare(a.Code, b.Code) }))
}

// TestDecimalsAreThoseOfISO4217 checks the table against a second, independent list of the decimals of currencies in use.
func TestDecimalsAreThoseOfISO4217(t *testing.T) {
	t.Parallel()
	other := map[string]int{"UYW": 4}
	for code := range strings.FieldsSeq("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF") {
		other[code] = 0
	}
	for code := range strings.FieldsSeq("BHD IQD JOD KWD LYD OMR TND") {
		other[code] = 3
	}
	for _, c := range Currencies() {
		if c.Withdrawn != "" {
			continue
		}
		want, isOther := other[c.Code]
		if !isOther {
			want = 2
		}
		require.Equal(t, want, Decimals(c.Code), c.Code)
		delete(other, c.Code)
	}
	require.Empty(t, other, "not in the table")
}

func TestAmountsAreWrittenWithTheDecimalsOfTheirCurrency(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"MUR": "1250.50", "RSD": "1250.50", "COP": "1250.50", "IQD": "125.050", "BHD": "125.050", "JPY": "125050", "UGX": "125050",
		"UYW": "12.5050", "HRK": "1250.50", "TRL": "125050", "ABC": "125050",
	} {
		require.Equal(t, want, Money(125_050).Decimal(code), code)
	}
	require.Equal(t, "0.05", Money(5).Decimal("USD"))
	require.Equal(t, "0.000", Money(0).Decimal("KWD"))
}

// TestAccountsOpenInCurrenciesInUse tries the codes that changed in recent years, and codes that no account can be
// kept in.
func TestAccountsOpenInCurrenciesInUse(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	open := func(code string) error {
		_, err := br.bank.OpenAccount(context.Background(), Caller{}, OpenAccountParams{Holder: "Ada", Pin: goodPin, Currency: code})
		return err
	}
	for code := range strings.FieldsSeq("SLE VES VED ZWG XCG MRU STN EUR BYN ZMW GHS TMT UYW CUP SSP") {
		require.NoError(t, open(code), code)
	}
	for code := range strings.FieldsSeq("SLL VEF VEB ZWL ZWD ANG MRO STD HRK BGN CUC LTL BYR ZMK DEM") {
		err := open(code)
		requireCode(t, CodeInvalidRequest, err)
		require.ErrorContains(t, err, "was withdrawn in ", code)
	}
	for code := range strings.FieldsSeq("XAU XAG XPT XPD XTS XXX XDR XUA XSU XBA XAD BOV CHE CHW CLF COU MXV USN UYI USS QQQ") {
		err := open(code)
		requireCode(t, CodeInvalidRequest, err)
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
	require.Equal(t, "1250.00", account.Balance.Decimal(account.Currency))
	_, err = Verify(ctx, br.store, func(VerifyReport) {})
	require.NoError(t, err)
}

// openWithdrawn opens an account as OpenAccount did while the currency was in use.
func openWithdrawn(t *testing.T, br *branch, currency string, deposit Money) AccountNumber {
	t.Helper()
	p := OpenAccountParams{Holder: "Ada", Pin: goodPin, InitialDeposit: deposit, Currency: currency}
	hash, err := br.bank.pins.hash(context.Background(), opening(Caller{}), p.Pin)
	require.NoError(t, err)
	receipt, err := br.bank.write(context.Background(), idempotencyKey{}, func(ctx context.Context, q db.Querier, entry Transaction) (Transaction, error) {
		number, err := br.bank.insertAccount(ctx, q, p, hash, entry.Timestamp)
		if err != nil {
			return Transaction{}, err
		}
		row, _, err := br.bank.lockOwn(ctx, q, number, number)
		if err != nil {
			return Transaction{}, err
		}
		entry.Type, entry.Amount = TypeAccountOpened, deposit
		return br.bank.post(ctx, q, row, entry)
	})
	require.NoError(t, err)
	return receipt.Transaction.Account
}
