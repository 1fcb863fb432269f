package verify_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// histories is a bank with entries of every kind:
//
//	ada: opened 10,000, deposit 500, withdrawal 200, out 300 to bob, in 40 from bob, deposit 7, withdrawal 7
//	bob: opened 2,000, in 300 from ada, out 40 to ada, out 60 to cy
//	cy:  opened 0, in 60 from bob
//	eva: opened 900 (in EUR), deposit 1
type histories struct {
	*banktest.Branch
	ada, bob, cy, eva ledger.AccountNumber
}

func newHistories(t *testing.T) *histories {
	t.Helper()
	ctx := context.Background()
	l := &histories{Branch: banktest.New(t)}
	for _, account := range []struct {
		number   *ledger.AccountNumber
		deposit  ledger.Money
		currency string
	}{{&l.ada, 10_000, ""}, {&l.bob, 2000, ""}, {&l.cy, 0, ""}, {&l.eva, 900, "EUR"}} {
		*account.number = l.Open(t, account.deposit, account.currency)
		l.Clock.Pass(time.Second)
	}
	cash := func(number ledger.AccountNumber, deposit, withdraw ledger.Money) {
		var err error
		if p := (bank.DepositParams{Account: number, Amount: deposit + withdraw, Description: "Cash"}); deposit > 0 {
			_, err = l.Bank.Deposit(ctx, banktest.OwnerOf(number), p)
		} else {
			_, err = l.Bank.Withdraw(ctx, banktest.OwnerOf(number), bank.WithdrawParams(p))
		}
		require.NoError(t, err)
		l.Clock.Pass(time.Second)
	}
	send := func(from, to ledger.AccountNumber, amount ledger.Money) {
		p := bank.TransferParams{Account: from, To: to, Amount: amount, Description: "Rent"}
		_, err := l.Bank.Transfer(ctx, banktest.OwnerOf(from), p)
		require.NoError(t, err)
		l.Clock.Pass(time.Second)
	}
	cash(l.ada, 500, 0)
	cash(l.ada, 0, 200)
	send(l.ada, l.bob, 300)
	send(l.bob, l.ada, 40)
	send(l.bob, l.cy, 60)
	cash(l.ada, 7, 0)
	cash(l.ada, 0, 7)
	cash(l.eva, 1, 0)
	return l
}

// edit changes one column of one entry.
func (l *histories) edit(t *testing.T, account ledger.AccountNumber, sequence int64, column string, value any) {
	t.Helper()
	l.Tamper(t, "UPDATE transactions SET "+column+" = $1 WHERE account_number = $2 AND sequence = $3", value, int64(account), sequence)
}

func (l *histories) remove(t *testing.T, account ledger.AccountNumber, sequence int64) {
	t.Helper()
	l.Tamper(t, "DELETE FROM transactions WHERE account_number = $1 AND sequence = $2", int64(account), sequence)
}

func (l *histories) entries(t *testing.T, account ledger.AccountNumber) []ledger.Entry {
	t.Helper()
	rows, err := store.Read(context.Background(), l.Store, func(ctx context.Context, q db.Querier) ([]db.Transaction, error) {
		return q.ListTransactionsBySequence(ctx, db.ListTransactionsBySequenceParams{AccountNumber: int64(account), RowLimit: 1000})
	})
	require.NoError(t, err)
	var all []ledger.Entry
	for i := range rows {
		all = append(all, store.EntryOf(&rows[i]))
	}
	return all
}

// rechain makes an account's chain consistent with its changed entries, as a forger who knows the hashes could: sequences
// without gaps, balances that follow from the amounts, and matching links and hashes.
func (l *histories) rechain(t *testing.T, account ledger.AccountNumber) {
	t.Helper()
	var last ledger.Entry
	for _, entry := range l.entries(t, account) {
		was := entry.Sequence
		entry.Sequence, entry.Previous = last.Sequence+1, last.ID
		change := entry.Amount
		if entry.Type.Takes() {
			change = -change
		}
		entry.BalanceAfter = last.BalanceAfter + change
		entry.Hash = entry.ChainHash(last.Hash)
		var previous *uuid.UUID
		if last.Sequence > 0 {
			previous = &last.ID
		}
		l.Tamper(t, "UPDATE transactions SET sequence = $1, balance_after = $2, hash = $3, previous_id = $4 WHERE account_number = $5 AND sequence = $6",
			entry.Sequence, int64(entry.BalanceAfter), entry.Hash[:], previous, int64(account), was)
		last = entry
	}
	l.Tamper(t, "UPDATE accounts SET balance = $1, last_sequence = $2, last_id = $3, last_hash = $4, last_timestamp = $5 WHERE account_number = $6",
		int64(last.BalanceAfter), last.Sequence, last.ID, last.Hash[:], last.Timestamp.UnixMicro(), int64(account))
}

// addEntry copies an entry to another place, under its own id and, if the account exists, at the account's latest time.
func (l *histories) addEntry(t *testing.T, from ledger.AccountNumber, sequence int64, to ledger.AccountNumber, as int64) {
	t.Helper()
	l.Tamper(t, `INSERT INTO transactions (id, account_number, sequence, transaction_type, amount, currency, balance_after, timestamp,
			description, transfer_id, counterparty_account, hash, previous_id)
		SELECT CAST($1 AS `+storetest.UUID()+`), CAST($2 AS BIGINT), CAST($3 AS BIGINT), transaction_type, amount, currency, balance_after,
			COALESCE((SELECT last_timestamp FROM accounts WHERE account_number = $4), timestamp), description,
			transfer_id, counterparty_account, hash, (SELECT last_id FROM accounts WHERE account_number = $5)
		FROM transactions WHERE account_number = $6 AND sequence = $7`,
		uuid.NewString(), int64(to), as, int64(to), int64(to), int64(from), sequence)
}

// place is an entry of the ledger; sequence 0 is the account itself.
type place struct {
	account  ledger.AccountNumber
	sequence int64
}

func (p place) String() string { return fmt.Sprintf("account %s, entry %d", p.account, p.sequence) }
