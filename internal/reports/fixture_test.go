package reports

import (
	"crypto/rand"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// branch is a bank with its reports and two accounts.
type branch struct {
	*banktest.Branch
	bank     *bank.Bank
	reports  *Service
	ada, bob auth.Caller // the accounts' owners
}

// newBranch opens a bank with "wire" among its settlement codes until the test ends.
func newBranch(t *testing.T) *branch {
	t.Helper()
	br := &branch{Branch: banktest.New(t)}
	var err error
	br.bank, err = bank.New(br.Store, br.Auth, bank.Config{
		Currency: "USD", Settlements: []string{"wire"}, Now: br.Clock.Now, Random: rand.Reader,
	})
	require.NoError(t, err)
	br.reports = New(br.Store, br.Auth, Config{Currencies: br.bank.Currencies(), Readers: br.bank.Readers(), Now: br.Clock.Now})
	return br
}

// newCouple opens a bank with two accounts, of which ada's holds 10,000.
func newCouple(t *testing.T) *branch {
	t.Helper()
	br := newBranch(t)
	br.ada, br.bob = ownerOf(br.Open(t, 10_000, "USD")), ownerOf(br.Open(t, 0, "USD"))
	return br
}

// longHistory returns a couple whose account ada has the given number of entries. Some share a time, including those on both
// sides of a milestone, and the clock is set back once.
func longHistory(t *testing.T, entries int64) *branch {
	t.Helper()
	br := newCouple(t)
	for sequence := int64(2); sequence <= entries; sequence++ {
		switch {
		case sequence == 100:
			br.Clock.Pass(-time.Minute)
		case sequence%64 > 1 && sequence%3 == 0:
			br.Clock.Pass(time.Second)
		}
		p := bank.DepositParams{Account: br.ada.Account, Amount: ledger.Money(sequence)}
		var err error
		if sequence%4 == 0 {
			_, err = br.bank.Withdraw(t.Context(), br.ada, bank.WithdrawParams(p))
		} else {
			_, err = br.bank.Deposit(t.Context(), br.ada, p)
		}
		require.NoError(t, err)
	}
	return br
}

// ownerOf returns a caller who has signed in to an account.
func ownerOf(number ledger.AccountNumber) auth.Caller {
	caller := banktest.OwnerOf(number)
	caller.Customer = uuid.NewSHA1(uuid.Nil, []byte(number.String()))
	return caller
}

// operator is a caller at the command line.
var operator = auth.Caller{Operator: true, RequestID: "test"}

// requireCode fails the test unless err is a refusal with this code.
func requireCode(t require.TestingT, code ledger.Code, err error) {
	var refusal *ledger.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code, refusal.Message)
}
