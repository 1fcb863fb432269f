package copier

import (
	"context"
	"os"
	"testing"

	"github.com/pquerna/otp/totp"
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
	goodPin  = banktest.PIN
	wrongPin = "6139"
)

// branch is a bank with what its customers do before it is copied.
type branch struct{ *banktest.Branch }

func newBranch(tb testing.TB) *branch {
	tb.Helper()
	return &branch{banktest.New(tb)}
}

func branchOn(tb testing.TB, s *store.Store) *branch {
	tb.Helper()
	return &branch{banktest.On(tb, s)}
}

// open opens an account with goodPin.
func (br *branch) open(t require.TestingT, deposit ledger.Money) bank.Account {
	opening, err := br.Bank.OpenAccount(context.Background(), auth.Caller{},
		bank.OpenAccountParams{Holder: "Ada Lovelace", Pin: goodPin, InitialDeposit: deposit})
	require.NoError(t, err)
	return opening.Account
}

// deposit deposits money into an account.
func (br *branch) deposit(t require.TestingT, account ledger.AccountNumber, amount ledger.Money, key string) bank.Receipt {
	receipt, err := br.Bank.Deposit(context.Background(), banktest.OwnerOf(account),
		bank.DepositParams{Account: account, Amount: amount, IdempotencyKey: key})
	require.NoError(t, err)
	return receipt
}

// busy lets some accounts move money while the clock stands still, so that ids are in no order, and is set back now and then.
func (br *branch) busy(t require.TestingT, accounts, moves int) []ledger.AccountNumber {
	var numbers []ledger.AccountNumber
	for range accounts {
		numbers = append(numbers, br.open(t, 1000).Number)
	}
	for i := range moves {
		from, to := numbers[i%accounts], numbers[(i+1)%accounts]
		_, err := br.Bank.Transfer(context.Background(), banktest.OwnerOf(from), bank.TransferParams{Account: from, To: to, Amount: 1})
		require.NoError(t, err)
		if i%7 == 6 {
			br.Clock.Pass(-1500)
		}
	}
	return numbers
}

// protect sets up an account's second factor, and returns its secret and its recovery codes.
func (br *branch) protect(t require.TestingT, number ledger.AccountNumber) (secret string, recovery []string) {
	ctx := context.Background()
	started, err := br.Auth.StartSecondFactor(ctx, banktest.OwnerOf(number), number, goodPin)
	require.NoError(t, err)
	recovery, err = br.Auth.ConfirmSecondFactor(ctx, banktest.OwnerOf(number), number, br.appCode(t, started.Secret))
	require.NoError(t, err)
	return started.Secret, recovery
}

func (br *branch) appCode(t require.TestingT, secret string) string {
	code, err := totp.GenerateCode(secret, br.Clock.Now())
	require.NoError(t, err)
	return code
}

// operator is a caller at the command line.
var operator = auth.Caller{Operator: true, RequestID: "test"}

// requireCode fails the test unless err is a refusal with this code.
func requireCode(t require.TestingT, code ledger.Code, err error) {
	var refusal *ledger.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code, refusal.Message)
}
