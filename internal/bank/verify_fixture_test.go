package bank

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// ledger is a branch with a history of every kind:
//
//	ada: opened 10,000, deposit 500, withdrawal 200, out 300 to bob, in 40 from bob, deposit 7, withdrawal 7
//	bob: opened 2,000, in 300 from ada, out 40 to ada, out 60 to cy
//	cy:  opened 0, in 60 from bob
//	eva: opened 900 (in EUR), deposit 1
type ledger struct {
	*branch
	ada, bob, cy, eva AccountNumber
}

func newLedger(t *testing.T) *ledger {
	t.Helper()
	ctx := context.Background()
	l := &ledger{branch: newBranch(t)}
	for _, account := range []struct {
		number   *AccountNumber
		deposit  Money
		currency string
	}{{&l.ada, 10_000, ""}, {&l.bob, 2000, ""}, {&l.cy, 0, ""}, {&l.eva, 900, "EUR"}} {
		opening, err := l.bank.OpenAccount(ctx, Caller{}, OpenAccountParams{
			Holder: "Ada Lovelace", Pin: goodPin, InitialDeposit: account.deposit, Currency: account.currency,
		})
		require.NoError(t, err)
		*account.number = opening.Account.Number
		l.clock.pass(time.Second)
	}
	cash := func(number AccountNumber, deposit, withdraw Money) {
		var err error
		if p := (DepositParams{Account: number, Amount: deposit + withdraw, Description: "Cash"}); deposit > 0 {
			_, err = l.bank.Deposit(ctx, ownerOf(number), p)
		} else {
			_, err = l.bank.Withdraw(ctx, ownerOf(number), WithdrawParams(p))
		}
		require.NoError(t, err)
		l.clock.pass(time.Second)
	}
	send := func(from, to AccountNumber, amount Money) {
		_, err := l.bank.Transfer(ctx, ownerOf(from), TransferParams{Account: from, To: to, Amount: amount, Description: "Rent"})
		require.NoError(t, err)
		l.clock.pass(time.Second)
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

// tamper changes the database behind the bank's back, as an attacker who has stolen it could: no triggers, foreign keys or
// checks prevent it. Each statement must change something.
func (l *ledger) tamper(t *testing.T, statement string, args ...any) {
	t.Helper()
	pool := storetest.Raw(t, l.url)
	defer func() { _ = pool.Close() }() // some tests call this a hundred times
	storetest.Loosen(t, pool)
	result, err := pool.Exec(statement, args...)
	require.NoError(t, err)
	changed, err := result.RowsAffected()
	require.NoError(t, err)
	require.Positive(t, changed, statement)
}

// edit changes one column of one entry.
func (l *ledger) edit(t *testing.T, account AccountNumber, sequence int64, column string, value any) {
	t.Helper()
	l.tamper(t, "UPDATE transactions SET "+column+" = $1 WHERE account_number = $2 AND sequence = $3", value, int64(account), sequence)
}

func (l *ledger) remove(t *testing.T, account AccountNumber, sequence int64) {
	t.Helper()
	l.tamper(t, "DELETE FROM transactions WHERE account_number = $1 AND sequence = $2", int64(account), sequence)
}

func (l *ledger) entries(t *testing.T, account AccountNumber) []Transaction {
	t.Helper()
	rows, err := store.Read(context.Background(), l.store, func(ctx context.Context, q db.Querier) ([]db.Transaction, error) {
		return q.ListTransactionsBySequence(ctx, db.ListTransactionsBySequenceParams{AccountNumber: int64(account), RowLimit: 1000})
	})
	require.NoError(t, err)
	var all []Transaction
	for i := range rows {
		all = append(all, transactionOf(&rows[i]))
	}
	return all
}

// rechain makes an account's chain consistent with its changed entries, as a forger who knows the hashes could: sequences
// without gaps, balances that follow from the amounts, and matching links and hashes.
func (l *ledger) rechain(t *testing.T, account AccountNumber) {
	t.Helper()
	var last Transaction
	for _, entry := range l.entries(t, account) {
		was := entry.Sequence
		entry.Sequence = last.Sequence + 1
		change := entry.Amount
		if entry.Type == TypeWithdrawal || entry.Type == TypeTransferOut {
			change = -change
		}
		entry.BalanceAfter = last.BalanceAfter + change
		entry.Hash = entry.chainHash(last.Hash)
		if entry.previous = nil; last.Sequence > 0 {
			entry.previous = &last.ID
		}
		l.tamper(t, "UPDATE transactions SET sequence = $1, balance_after = $2, hash = $3, previous_id = $4 WHERE account_number = $5 AND sequence = $6",
			entry.Sequence, int64(entry.BalanceAfter), entry.Hash[:], entry.previous, int64(account), was)
		last = entry
	}
	l.tamper(t, "UPDATE accounts SET balance = $1, last_sequence = $2, last_id = $3, last_hash = $4, last_timestamp = $5 WHERE account_number = $6",
		int64(last.BalanceAfter), last.Sequence, last.ID, last.Hash[:], last.Timestamp.UnixMicro(), int64(account))
}

// addEntry copies an entry to another place, under its own id and, if the account exists, at the account's latest time.
func (l *ledger) addEntry(t *testing.T, from AccountNumber, sequence int64, to AccountNumber, as int64) {
	t.Helper()
	l.tamper(t, `INSERT INTO transactions (id, account_number, sequence, transaction_type, amount, currency, balance_after, timestamp,
			description, transfer_id, counterparty_account, hash, previous_id)
		SELECT CAST($1 AS `+storetest.UUID()+`), CAST($2 AS BIGINT), CAST($3 AS BIGINT), transaction_type, amount, currency, balance_after,
			COALESCE((SELECT last_timestamp FROM accounts WHERE account_number = $4), timestamp), description,
			transfer_id, counterparty_account, hash, (SELECT last_id FROM accounts WHERE account_number = $5)
		FROM transactions WHERE account_number = $6 AND sequence = $7`,
		uuid.NewString(), int64(to), as, int64(to), int64(to), int64(from), sequence)
}

// place is an entry of the ledger; sequence 0 is the account itself.
type place struct {
	account  AccountNumber
	sequence int64
}

func (p place) String() string { return fmt.Sprintf("account %s, entry %d", p.account, p.sequence) }
