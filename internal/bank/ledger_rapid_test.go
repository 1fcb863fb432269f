package bank

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// book is the expected state of an account, by simple arithmetic.
type book struct {
	number   ledger.AccountNumber
	currency string
	balance  ledger.Money
	entries  int64
	wrong    int // PINs in a row
	last     time.Time
}

func (k *book) locked() bool { return k.wrong >= 3 }

// request is a movement of money that was requested under a key.
type request struct {
	kind     ledger.EntryType
	from, to *book
	amount   ledger.Money
	key      string
	receipt  Receipt // of the first success
}

// ledgerModel makes random requests to a bank, tracks them in its own books, and compares.
type ledgerModel struct {
	br       *branch
	books    []*book
	done     []request // requests that have a key
	freeKeys []string  // keys of requests that were refused
	keys     *int      // how many keys have been made, in all runs
}

func (m *ledgerModel) book(t *rapid.T, label string) *book {
	return rapid.SampledFrom(m.books).Draw(t, label)
}

func (m *ledgerModel) amount(t *rapid.T) ledger.Money {
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) ledger.Money { return ledger.Money(rapid.Int64Range(1, 500).Draw(t, "small")) }),
		rapid.SampledFrom([]ledger.Money{-1, 0, 1, ledger.MaxAmount, ledger.MaxAmount + 1, ledger.MaxBalance}),
	).Draw(t, "amount")
}

// key returns no key, a new one, or one whose request was refused, which must work like a new one.
func (m *ledgerModel) key(t *rapid.T) string {
	switch rapid.IntRange(0, 2).Draw(t, "key") {
	case 0:
		return ""
	case 1:
		if n := len(m.freeKeys); n > 0 {
			key := m.freeKeys[n-1]
			m.freeKeys = m.freeKeys[:n-1]
			return key
		}
	}
	*m.keys++
	return fmt.Sprint("key-", *m.keys)
}

func (m *ledgerModel) open(t *rapid.T) {
	currency := rapid.SampledFrom([]string{"USD", "USD", "EUR"}).Draw(t, "currency")
	deposit := m.amount(t)
	opening, err := m.br.bank.OpenAccount(context.Background(), auth.Caller{},
		OpenAccountParams{Holder: "Ada", Pin: goodPin, InitialDeposit: deposit, Currency: currency})
	if deposit < 0 || deposit > ledger.MaxAmount {
		requireCode(t, ledger.CodeInvalidRequest, err)
		return
	}
	require.NoError(t, err)
	require.Equal(t, deposit, opening.Account.Balance)
	m.books = append(m.books, &book{
		number: opening.Account.Number, currency: currency, balance: deposit, entries: 1, last: opening.Account.CreatedAt,
	})
}

// ask makes a request to the bank.
func (m *ledgerModel) ask(r request) (Receipt, error) {
	ctx, caller := context.Background(), ownerOf(r.from.number)
	cash := DepositParams{Account: r.from.number, Amount: r.amount, IdempotencyKey: r.key}
	switch r.kind {
	case ledger.TypeDeposit:
		return m.br.bank.Deposit(ctx, caller, cash)
	case ledger.TypeWithdrawal:
		return m.br.bank.Withdraw(ctx, caller, WithdrawParams(cash))
	default:
		return m.br.bank.Transfer(ctx, caller, TransferParams{
			Account: r.from.number, To: r.to.number, Amount: r.amount, IdempotencyKey: r.key,
		})
	}
}

// refusal returns the code with which a new request must be refused, or "".
func refusal(r request) ledger.Code {
	switch {
	case r.amount < 1 || r.amount > ledger.MaxAmount:
		return ledger.CodeInvalidRequest
	case r.kind == ledger.TypeTransferOut && r.to == r.from:
		return ledger.CodeSameAccount
	case r.kind == ledger.TypeTransferOut && r.to.entries == 0:
		return ledger.CodeAccountNotFound
	case r.kind == ledger.TypeTransferOut && r.to.currency != r.from.currency:
		return ledger.CodeCurrencyMismatch
	case r.kind != ledger.TypeDeposit && r.amount > r.from.balance:
		return ledger.CodeInsufficientFunds
	}
	return ""
}

func (m *ledgerModel) move(t *rapid.T, kind ledger.EntryType) {
	r := request{kind: kind, from: m.book(t, "from"), amount: m.amount(t), key: m.key(t)}
	if kind == ledger.TypeTransferOut {
		unknown := &book{number: 999999999991} // never drawn: 1 in 90,000,000,000
		r.to = rapid.SampledFrom(append([]*book{unknown}, m.books...)).Draw(t, "to")
	}
	want := refusal(r)
	receipt, err := m.ask(r)
	if want != "" {
		requireCode(t, want, err)
		require.Zero(t, receipt)
		if r.key != "" {
			m.freeKeys = append(m.freeKeys, r.key)
		}
		return
	}
	require.NoError(t, err)
	m.enter(t, r, receipt)
	if r.receipt = receipt; r.key != "" {
		m.done = append(m.done, r)
	}
}

// enter records an accepted request in the books and compares the receipt with them.
func (m *ledgerModel) enter(t *rapid.T, r request, receipt Receipt) {
	signed := r.amount
	if r.kind != ledger.TypeDeposit {
		signed = -signed
	}
	r.from.balance += signed
	r.from.entries++
	entry := receipt.Transaction
	require.False(t, receipt.Replayed)
	require.Equal(t, r.from.number, entry.Account)
	require.Equal(t, r.kind, entry.Type)
	require.Equal(t, r.amount, entry.Amount)
	require.Equal(t, r.from.currency, entry.Currency)
	require.Equal(t, r.from.balance, entry.BalanceAfter)
	require.Equal(t, r.from.entries, entry.Sequence)
	require.False(t, entry.Timestamp.Before(r.from.last), "times must not decrease within a history")
	r.from.last = entry.Timestamp
	if r.to == nil {
		require.Zero(t, entry.Counterparty)
		return
	}
	require.Equal(t, r.to.number, entry.Counterparty)
	require.False(t, entry.Timestamp.Before(r.to.last))
	r.to.balance += r.amount
	r.to.entries++
	r.to.last = entry.Timestamp
}

// repeat repeats an earlier request, or sends a different one under its key.
func (m *ledgerModel) repeat(t *rapid.T) {
	if len(m.done) == 0 {
		t.Skip("nothing to repeat")
	}
	r := rapid.SampledFrom(m.done).Draw(t, "repeated")
	again, err := m.ask(r)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, r.receipt.Transaction, again.Transaction)
	other := r
	other.amount = r.amount%ledger.MaxAmount + 1
	_, err = m.ask(other)
	requireCode(t, ledger.CodeIdempotencyKeyReused, err)
}

func (m *ledgerModel) login(t *rapid.T, pin string) {
	k := m.book(t, "account")
	_, err := m.br.auth.Login(context.Background(), auth.Caller{}, auth.LoginParams{Account: k.number, Pin: pin})
	switch {
	case k.locked():
		requireCode(t, auth.CodeAccountLocked, err)
	case pin == goodPin:
		require.NoError(t, err)
		k.wrong = 0
	default:
		requireCode(t, auth.CodeInvalidCredentials, err)
		k.wrong++
	}
}

func (m *ledgerModel) lock(t *rapid.T) {
	for k := m.book(t, "account"); !k.locked(); k.wrong++ {
		_, err := m.br.auth.Login(context.Background(), auth.Caller{}, auth.LoginParams{Account: k.number, Pin: wrongPin})
		requireCode(t, auth.CodeInvalidCredentials, err)
	}
}

func (m *ledgerModel) unlock(t *rapid.T) {
	k := m.book(t, "account")
	account, err := m.br.bank.UnlockAccount(context.Background(), operator, k.number)
	if !k.locked() {
		requireCode(t, auth.CodeAccountNotLocked, err)
		return
	}
	require.NoError(t, err)
	require.False(t, account.SignInLocked)
	k.wrong = 0
	m.br.clock.pass(time.Hour) // past the delay, even if the clock is set back now and then
}

// compare compares every account and its newest entry with the books.
func (m *ledgerModel) compare(t *rapid.T) {
	for _, k := range m.books {
		account, err := m.br.bank.GetAccount(context.Background(), operator, k.number)
		require.NoError(t, err)
		require.Equal(t, k.balance, account.Balance)
		require.Equal(t, k.currency, account.Currency)
		require.Equal(t, k.locked(), account.SignInLocked)
		page, err := m.br.bank.ListTransactions(context.Background(), operator, ListTransactionsParams{Account: k.number, Limit: 1})
		require.NoError(t, err)
		require.Len(t, page.Transactions, 1)
		require.Equal(t, k.entries, page.Transactions[0].Sequence)
		require.Equal(t, k.balance, page.Transactions[0].BalanceAfter)
	}
}

func TestLedgerFollowsItsModel(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t) // one for all runs; each has accounts of its own
	keys := 0
	rapid.Check(t, func(t *rapid.T) {
		m := &ledgerModel{br: br, keys: &keys}
		for len(m.books) < 2 {
			m.open(t)
		}
		t.Repeat(map[string]func(*rapid.T){
			"open":      m.open,
			"deposit":   func(t *rapid.T) { m.move(t, ledger.TypeDeposit) },
			"withdraw":  func(t *rapid.T) { m.move(t, ledger.TypeWithdrawal) },
			"transfer":  func(t *rapid.T) { m.move(t, ledger.TypeTransferOut) },
			"transfer2": func(t *rapid.T) { m.move(t, ledger.TypeTransferOut) }, // twice as often as the others
			"repeat":    m.repeat,
			"right PIN": func(t *rapid.T) { m.login(t, goodPin) },
			"wrong PIN": func(t *rapid.T) { m.login(t, wrongPin) },
			"lock":      m.lock,
			"unlock":    m.unlock,
			"clock": func(t *rapid.T) {
				br.clock.pass(time.Duration(rapid.Int64Range(-5_000_000, 60_000_000).Draw(t, "microseconds")) * time.Microsecond)
			},
			"": m.compare,
		})
	})
	report, err := verify.Run(context.Background(), br.store, func(verify.Report) {})
	require.NoError(t, err)
	require.Positive(t, report.Accounts)
	for _, total := range report.Totals {
		require.Equal(t, total.Opened+total.Deposited-total.Withdrawn, total.Balances)
		require.Equal(t, total.TransferredIn, total.TransferredOut)
	}
}
