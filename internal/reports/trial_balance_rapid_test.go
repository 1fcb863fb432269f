package reports

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
)

// trialModel makes random movements and keeps every entry, both legs of a transfer too.
type trialModel struct {
	br       *branch
	accounts []bank.Account
	entries  []ledger.Entry
}

func (m *trialModel) account(t *rapid.T, label string) bank.Account {
	return rapid.SampledFrom(m.accounts).Draw(t, label)
}

func (m *trialModel) via(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "cash", "card", "wire"}).Draw(t, "via")
}

func (m *trialModel) open(t *rapid.T) {
	p := bank.OpenAccountParams{
		Holder: "Ada", Pin: banktest.PIN, InitialDeposit: ledger.Money(rapid.Int64Range(0, 500).Draw(t, "deposit")),
		Currency: rapid.SampledFrom([]string{"USD", "EUR"}).Draw(t, "currency"),
	}
	if p.InitialDeposit > 0 {
		p.Via = m.via(t)
	}
	opening, err := m.br.bank.OpenAccount(t.Context(), auth.Caller{}, p)
	require.NoError(t, err)
	m.accounts = append(m.accounts, opening.Account)
	m.keep(t, opening.Account.Number)
}

func (m *trialModel) cash(t *rapid.T) {
	of := m.account(t, "of")
	p := bank.DepositParams{Account: of.Number, Amount: ledger.Money(rapid.Int64Range(1, 500).Draw(t, "amount")), Via: m.via(t)}
	var err error
	if rapid.Bool().Draw(t, "deposit") {
		_, err = m.br.bank.Deposit(t.Context(), ownerOf(of.Number), p)
	} else {
		_, err = m.br.bank.Withdraw(t.Context(), ownerOf(of.Number), bank.WithdrawParams(p))
	}
	if err == nil {
		m.keep(t, of.Number)
	}
}

func (m *trialModel) transfer(t *rapid.T) {
	from, to := m.account(t, "from"), m.account(t, "to")
	_, err := m.br.bank.Transfer(t.Context(), ownerOf(from.Number), bank.TransferParams{
		Account: from.Number, To: to.Number, Amount: ledger.Money(rapid.Int64Range(1, 500).Draw(t, "amount")),
	})
	if err == nil {
		m.keep(t, from.Number)
		m.keep(t, to.Number)
	}
}

// keep keeps an account's newest entry, as the bank shows it.
func (m *trialModel) keep(t *rapid.T, number ledger.AccountNumber) {
	page, err := m.br.bank.ListTransactions(t.Context(), operator, bank.ListTransactionsParams{Account: number, Limit: 1})
	require.NoError(t, err)
	m.entries = append(m.entries, page.Transactions...)
}

// expected adds up the entries one by one.
func (m *trialModel) expected(at time.Time) map[string][2]int64 {
	sums := map[string][2]int64{}
	for i := range m.entries {
		e := &m.entries[i]
		if e.Amount == 0 || !at.IsZero() && e.Timestamp.After(at) {
			continue
		}
		customers, settled := 1, 0 // where a credit to the customers is counted
		if e.Type == ledger.TypeWithdrawal || e.Type == ledger.TypeTransferOut {
			customers, settled = 0, 1
		}
		add := func(side string, place int) {
			sum := sums[e.Currency+side]
			sum[place] += int64(e.Amount)
			sums[e.Currency+side] = sum
		}
		add("", customers)
		if e.Counterparty == 0 {
			add(" "+e.Via, settled)
		}
	}
	return sums
}

func (m *trialModel) compare(t *rapid.T) {
	ats := []time.Time{{}}
	if len(m.entries) > 0 {
		ats = append(ats, rapid.SampledFrom(m.entries).Draw(t, "entry").Timestamp.Add(-rapid.SampledFrom([]time.Duration{0, time.Microsecond}).Draw(t, "before")))
	}
	for _, at := range ats {
		if at.After(m.br.Clock.Now()) { // the clock was set back
			continue
		}
		balance, err := m.br.reports.AdminTrialBalance(t.Context(), operator, at)
		require.NoError(t, err)
		sums, zero := map[string][2]int64{}, map[string]int64{}
		for _, row := range balance.Rows {
			side := row.Currency
			if row.Via != "" {
				side += " " + row.Via
			}
			sums[side] = [2]int64{row.Debits, row.Credits}
			zero[row.Currency] += row.Debits - row.Credits
		}
		require.Equal(t, m.expected(at), sums)
		for currency, sum := range zero {
			require.Zero(t, sum, currency)
		}
	}
}

// TestTheTrialBalanceIsWhatTheEntriesAddUpTo, now and at any moment before, also after the clock was set back.
func TestTheTrialBalanceIsWhatTheEntriesAddUpTo(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	br.reports.bounds.trialStep = 7 // so that it takes many steps
	m := &trialModel{br: br}        // one for all runs
	rapid.Check(t, func(t *rapid.T) {
		for len(m.accounts) < 2 {
			m.open(t)
		}
		t.Repeat(map[string]func(*rapid.T){
			"open": m.open, "cash": m.cash, "transfer": m.transfer,
			"clock": func(t *rapid.T) {
				br.Clock.Pass(time.Duration(rapid.Int64Range(-2_000_000, 60_000_000).Draw(t, "microseconds")) * time.Microsecond)
			},
			"": m.compare,
		})
	})
}

func TestATrialBalanceIsForThoseWhoSeeReports(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ada := ownerOf(br.Open(t, 100, "USD"))
	ctx := context.Background()
	for _, caller := range []auth.Caller{{}, ada, {Customer: ada.Customer, Account: ada.Account, Role: auth.RoleEmployee}} {
		_, err := br.reports.AdminTrialBalance(ctx, caller, time.Time{})
		requireCode(t, auth.CodeForbidden, err)
	}
	_, err := br.reports.AdminTrialBalance(ctx, operator, br.Clock.Now().Add(time.Microsecond))
	requireCode(t, ledger.CodeInvalidRequest, err)
	balance, err := br.reports.AdminTrialBalance(ctx, auth.Caller{Role: auth.RoleAdmin}, time.Time{})
	require.NoError(t, err)
	require.Equal(t, []TrialBalanceRow{{"USD", 2, "cash", 100, 0}, {"USD", 2, "", 0, 100}}, balance.Rows)

	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = br.reports.AdminTrialBalance(gone, operator, time.Time{})
	require.ErrorIs(t, err, store.ErrUnavailable)
}
