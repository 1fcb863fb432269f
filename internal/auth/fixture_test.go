package auth_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const (
	testSecretKey = banktest.SecretKey
	testAdminKey  = banktest.AdminKey
	testPepper    = banktest.PinPepper
	goodPin       = banktest.PIN
	wrongPin      = "6139"
)

// operator is a caller at the command line.
var operator = auth.Caller{Operator: true, RequestID: "test"}

// branch is a bank on its own database, without a server.
type branch struct{ *banktest.Branch }

func newBranch(tb testing.TB) *branch {
	tb.Helper()
	return &branch{banktest.New(tb)}
}

// open opens an account with goodPin.
func (br *branch) open(t require.TestingT, deposit ledger.Money) bank.Account {
	opening, err := br.Bank.OpenAccount(context.Background(), auth.Caller{},
		bank.OpenAccountParams{Holder: "Ada Lovelace", Pin: goodPin, InitialDeposit: deposit})
	require.NoError(t, err)
	return opening.Account
}

// patiently repeats work that was given up, as a client does. Under SERIALIZABLE, many transactions on one row conflict for longer than
// the store retries if the machine is slow. Work that fails in any other way is not repeated.
func patiently(work func() error) error {
	for try := 1; ; try++ {
		if err := work(); !errors.Is(err, store.ErrUnavailable) || try == 20 {
			return err
		}
	}
}

// requireCode fails the test unless err is a refusal with this code.
func requireCode(t require.TestingT, code ledger.Code, err error) {
	var refusal *ledger.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code, refusal.Message)
}
