package ledger

import (
	"encoding/binary"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var morning = time.Date(2026, 11, 22, 7, 30, 0, 123456000, time.UTC)

func deposit(amount Money) Posting {
	return Posting{ID: uuid.UUID{7}, Type: TypeDeposit, Account: 1, Amount: amount, Time: morning}
}

func transfer(from, to AccountNumber, amount Money) Posting {
	return Posting{
		ID: uuid.UUID{1}, Type: TypeTransferOut, Account: from, Amount: amount, Description: "Rent", Time: morning,
		To: to, ToID: uuid.UUID{2}, Transfer: uuid.UUID{3},
	}
}

// opened returns an account after its opening.
func opened(t require.TestingT, number AccountNumber, amount Money) Account {
	entries, err := Decide(
		Posting{ID: uuid.UUID{0xff, byte(number)}, Type: TypeAccountOpened, Account: number, Amount: amount, Time: morning},
		map[AccountNumber]Account{number: {Number: number, Currency: "USD"}})
	require.NoError(t, err)
	require.Len(t, entries, 1)
	return entries[0].State()
}

func TestATransferHasTwoLegs(t *testing.T) {
	t.Parallel()
	ada, bob := opened(t, 1, 100), opened(t, 2, 7)
	bob.Time = morning.Add(time.Hour) // his history is ahead of the clock
	entries, err := Decide(transfer(1, 2, 30), map[AccountNumber]Account{1: ada, 2: bob})
	require.NoError(t, err)
	out := Entry{
		ID: uuid.UUID{1}, Account: 1, Sequence: 2, Previous: ada.Last, Type: TypeTransferOut, Amount: 30, Currency: "USD", BalanceAfter: 70,
		Timestamp: bob.Time, Description: "Rent", Transfer: uuid.UUID{3}, Counterparty: 2,
	}
	in := Entry{
		ID: uuid.UUID{2}, Account: 2, Sequence: 2, Previous: bob.Last, Type: TypeTransferIn, Amount: 30, Currency: "USD", BalanceAfter: 37,
		Timestamp: bob.Time, Description: "Rent", Transfer: uuid.UUID{3}, Counterparty: 1,
	}
	out.Hash, in.Hash = out.ChainHash(ada.Hash), in.ChainHash(bob.Hash)
	require.Equal(t, []Entry{out, in}, entries)
}

func TestDecideRefuses(t *testing.T) {
	t.Parallel()
	euros := opened(t, 3, 100)
	euros.Currency = "EUR"
	accounts := map[AccountNumber]Account{1: opened(t, 1, 100), 2: opened(t, 2, MaxAmount), 3: euros}
	full := accounts[2]
	full.Number, full.Balance = 4, MaxBalance-29
	accounts[4] = full
	withdrawal := deposit(101)
	withdrawal.Type = TypeWithdrawal
	unknown := deposit(1)
	unknown.Account = 9
	topUp := deposit(30)
	topUp.Account = 4
	for name, c := range map[string]struct {
		posting Posting
		code    Code
		says    string
	}{
		"nothing":                 {deposit(0), CodeInvalidRequest, "allowed range"},
		"less than nothing":       {deposit(-1), CodeInvalidRequest, "allowed range"},
		"too much at once":        {deposit(MaxAmount + 1), CodeInvalidRequest, "allowed range"},
		"an unknown account":      {unknown, CodeAccountNotFound, "no account with this number."},
		"more than there is":      {withdrawal, CodeInsufficientFunds, "does not cover"},
		"a deposit past the top":  {topUp, CodeBalanceLimitExceeded, "9007199254740991"},
		"to oneself":              {transfer(1, 1, 5), CodeSameAccount, "two different accounts"},
		"to a stranger":           {transfer(1, 100000000008, 5), CodeAccountNotFound, "no account with this number."},
		"to a typing error":       {transfer(1, 100000000009, 5), CodeAccountNotFound, "its check digit is wrong"},
		"to another currency":     {transfer(1, 3, 5), CodeCurrencyMismatch, "same currency"},
		"a transfer of more":      {transfer(1, 2, 101), CodeInsufficientFunds, "does not cover"},
		"a transfer past the top": {transfer(1, 4, 30), CodeBalanceLimitExceeded, "9007199254740991"},
	} {
		entries, err := Decide(c.posting, accounts)
		requireCode(t, c.code, err)
		require.ErrorContains(t, err, c.says, name)
		require.Empty(t, entries, name)
	}
}

// TestDecideFailsOnAMistakeOfTheProgram: no request can cause these errors, so they are not refusals.
func TestDecideFailsOnAMistakeOfTheProgram(t *testing.T) {
	t.Parallel()
	again, early, incoming, other, capture := deposit(5), deposit(5), deposit(5), deposit(5), deposit(5)
	again.Type, early.Account, incoming.Type, other.Type = TypeAccountOpened, 2, TypeTransferIn, "gift"
	capture.Hold = uuid.UUID{9}
	for _, p := range []Posting{again, early, incoming, other, capture} {
		_, err := Decide(p, map[AccountNumber]Account{1: opened(t, 1, 100), 2: {Number: 2, Currency: "USD"}})
		require.Error(t, err)
		require.NotErrorAs(t, err, new(*Refusal))
	}
}

// model posts at random, and keeps the books by simple arithmetic.
type model struct {
	accounts map[AccountNumber]Account
	outside  map[string]Money // what came in and did not leave again, by currency
	made     uint64           // ids
}

func (m *model) id() (id uuid.UUID) {
	m.made++
	binary.BigEndian.PutUint64(id[8:], m.made)
	return id
}

func (m *model) posting(t *rapid.T) Posting {
	number := rapid.Custom(func(t *rapid.T) AccountNumber { return AccountNumber(rapid.IntRange(1, 5).Draw(t, "number")) })
	p := Posting{
		ID:          m.id(),
		Type:        rapid.SampledFrom([]EntryType{TypeDeposit, TypeWithdrawal, TypeTransferOut, TypeTransferOut}).Draw(t, "type"),
		Account:     number.Draw(t, "account"),
		Amount:      Money(rapid.OneOf(rapid.Int64Range(0, 300), rapid.SampledFrom([]int64{-1, int64(MaxAmount), int64(MaxAmount) + 1})).Draw(t, "amount")),
		Description: rapid.SampledFrom([]string{"", "Miete", "a\nb"}).Draw(t, "description"),
		Time:        morning.Add(time.Duration(rapid.Int64Range(-1000, 1000).Draw(t, "milliseconds")) * time.Millisecond),
	}
	if p.Type == TypeTransferOut {
		p.To, p.ToID, p.Transfer = number.Draw(t, "to"), m.id(), m.id()
	}
	return p
}

// enter follows each entry from its account's state, as a verification does.
func (m *model) enter(t *rapid.T, p Posting, entries []Entry) {
	for _, e := range entries {
		before := m.accounts[e.Account]
		require.Empty(t, e.Follows(&before))
		require.Equal(t, p.Amount, e.Amount)
		require.Equal(t, p.Description, e.Description)
		require.False(t, e.Timestamp.Before(p.Time))
		require.True(t, e.BalanceAfter >= 0 && e.BalanceAfter <= MaxBalance)
		require.Equal(t, entries[0].Timestamp, e.Timestamp)
		m.accounts[e.Account] = e.State()
	}
	switch {
	case p.Type == TypeTransferOut:
		require.Len(t, entries, 2)
		out, in := entries[0], entries[1]
		require.Equal(t, []any{p.Account, p.To, p.ID, p.ToID}, []any{out.Account, in.Account, out.ID, in.ID})
		require.Equal(t, []any{p.To, p.Account, p.Transfer, p.Transfer}, []any{out.Counterparty, in.Counterparty, out.Transfer, in.Transfer})
	case p.Type.Takes():
		m.outside[entries[0].Currency] -= p.Amount
	default:
		m.outside[entries[0].Currency] += p.Amount
	}
}

// refusal returns the code with which a posting must be refused, or "".
func (m *model) refusal(p Posting) Code {
	from, to := m.accounts[p.Account], m.accounts[p.To]
	switch {
	case p.Amount > MaxAmount || p.Amount < 0 || p.Amount == 0 && p.Type != TypeAccountOpened || p.Description == "a\nb":
		return CodeInvalidRequest
	case p.Type == TypeTransferOut && p.To == p.Account:
		return CodeSameAccount
	case p.Type == TypeTransferOut && to.Currency != from.Currency:
		return CodeCurrencyMismatch
	case p.Type.Takes() && p.Amount > from.Balance:
		return CodeInsufficientFunds
	}
	return ""
}

func TestPostingsConserveMoney(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := &model{accounts: map[AccountNumber]Account{}, outside: map[string]Money{}}
		for number, currency := range []string{"USD", "USD", "USD", "EUR", "EUR"} {
			account := Account{Number: AccountNumber(number + 1), Currency: currency}
			entries, err := Decide(Posting{ID: m.id(), Type: TypeAccountOpened, Account: account.Number, Amount: 100, Time: morning},
				map[AccountNumber]Account{account.Number: account})
			require.NoError(t, err)
			m.accounts[account.Number] = account
			m.enter(t, Posting{Type: TypeAccountOpened, Amount: 100, Time: morning}, entries)
		}
		for range rapid.IntRange(1, 60).Draw(t, "postings") {
			p, before := m.posting(t), maps.Clone(m.accounts)
			want := m.refusal(p)
			entries, err := Decide(p, m.accounts)
			require.Equal(t, before, m.accounts, "Decide changes nothing itself")
			again, sameErr := Decide(p, m.accounts)
			require.Equal(t, entries, again, "it may run more than once")
			require.True(t, errors.Is(sameErr, err) || err.Error() == sameErr.Error())
			if want != "" {
				requireCode(t, want, err)
				require.Empty(t, entries)
				continue
			}
			require.NoError(t, err)
			m.enter(t, p, entries)
		}
		balances := map[string]Money{}
		for _, account := range m.accounts {
			balances[account.Currency] += account.Balance
		}
		require.Equal(t, m.outside, balances)
	})
}
