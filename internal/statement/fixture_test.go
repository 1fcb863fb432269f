package statement_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/reports"
)

const (
	mine   = ledger.AccountNumber(481207359144)
	theirs = ledger.AccountNumber(730164285195)
)

// month returns a statement of November 2026 with an entry for each description: deposits, withdrawals and transfers in turn.
func month(t *testing.T, zone *time.Location, descriptions ...string) *reports.Statement {
	t.Helper()
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, zone)
	s := &reports.Statement{
		Account: reports.Account{Number: mine, Holder: "Ada Lovelace", Currency: "USD"}, Decimals: 2,
		From: from, To: from.AddDate(0, 1, 0), Opening: 500_000, Closing: 500_000, FirstBefore: 7,
		IssuedAt: time.Date(2026, 11, 27, 22, 30, 0, 0, time.UTC),
	}
	types := []ledger.EntryType{ledger.TypeDeposit, ledger.TypeWithdrawal, ledger.TypeTransferIn, ledger.TypeTransferOut}
	for i, description := range descriptions {
		e := ledger.Entry{
			ID: uuid.UUID{15: byte(i)}, Account: mine, Sequence: int64(8 + i), Type: types[i%len(types)], Amount: ledger.Money(1234 + i),
			Currency: "USD", Description: description, Timestamp: from.Add(time.Duration(i) * time.Minute).UTC(), Hash: ledger.Hash{byte(i), 1},
		}
		if i%len(types) > 1 {
			e.Transfer, e.Counterparty = uuid.UUID{1}, theirs
		}
		if e.Type.Takes() {
			s.Closing, s.MoneyOut = s.Closing-e.Amount, s.MoneyOut+e.Amount
		} else {
			s.Closing, s.MoneyIn = s.Closing+e.Amount, s.MoneyIn+e.Amount
		}
		e.BalanceAfter, s.Hash = s.Closing, e.Hash
		s.Transactions = append(s.Transactions, e)
	}
	return s
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	require.NoError(t, err)
	return location
}
