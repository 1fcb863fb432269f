package store_test

import (
	"context"
	"database/sql"
	"os"
	"strings"
	"strconv"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// Two accounts that exist in every database of newStore.
const (
	ada   = int64(100000000008)
	grace = int64(900000000000)
)

// The types of entries, by their numbers in transaction_types.
const (
	opened      = int64(1)
	deposit     = int64(2)
	withdrawal  = int64(3)
	transferIn  = int64(4)
	transferOut = int64(5)
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// newStore opens a new database with two accounts of 1000 each, on the engine under test, and also returns its URL.
func newStore(t *testing.T) (s *store.Store, url string) {
	t.Helper()
	url = storetest.URL(t)
	s = openURL(t, url)
	openTwo(t, s)
	return s, url
}

// newFile is newStore for what only SQLite files can do; it returns the file's path.
func newFile(t *testing.T) (s *store.Store, path string) {
	t.Helper()
	path = strings.TrimPrefix(storetest.SQLite(t), "sqlite:")
	s = open(t, path)
	openTwo(t, s)
	return s, path
}

func openTwo(t *testing.T, s *store.Store) {
	t.Helper()
	for _, number := range []int64{ada, grace} {
		require.NoError(t, s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
			return openAccount(ctx, q, number, 1000)
		}))
	}
}

func migrate(t *testing.T, path string) {
	t.Helper()
	_, err := store.Migrate(context.Background(), "sqlite:"+path)
	require.NoError(t, err)
}

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	return openURL(t, "sqlite:"+path)
}

// openURL opens a store that is closed when the test ends.
func openURL(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// raw opens the file without the store, like a user of the SQLite shell.
func raw(t *testing.T, path, options string) *sql.DB {
	t.Helper()
	pool, err := sql.Open("sqlite3", "file:"+path+"?mode=rw&"+options)
	require.NoError(t, err)
	pool.SetMaxOpenConns(1) // so that a PRAGMA applies to what follows
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// ownerOf returns the customer of an account.
func ownerOf(number int64) uuid.UUID { return uuid.NewSHA1(uuid.Nil, strconv.AppendInt(nil, number, 10)) }

func openAccount(ctx context.Context, q db.Querier, number, deposit int64) error {
	err := q.PutCopiedCustomer(ctx, db.PutCopiedCustomerParams{ID: ownerOf(number), Name: "Ada", NameFolded: "ada", Role: "customer", PinHash: "hash"})
	if err != nil {
		return err
	}
	if _, err := q.InsertAccount(ctx, db.InsertAccountParams{
		AccountNumber: number, CustomerID: ownerOf(number), Currency: "USD", LastHash: make([]byte, 32), CreatedAt: 7,
	}); err != nil {
		return err
	}
	return post(ctx, q, db.LockAccountRow{AccountNumber: number}, posting{kind: opened, amount: deposit})
}

// posting is an entry to write; a negative amount is taken from the account.
type posting struct {
	kind         int64
	amount       int64
	transfer     *uuid.UUID
	counterparty *int64
}

func post(ctx context.Context, q db.Querier, account db.LockAccountRow, p posting) error {
	return q.InsertTransaction(ctx, db.InsertTransactionParams{
		ID: uuid.New(), AccountNumber: account.AccountNumber, Sequence: account.LastSequence + 1, PreviousID: account.LastID,
		TransactionType: p.kind, Amount: max(p.amount, -p.amount), Currency: "USD", BalanceAfter: account.Balance + p.amount,
		Timestamp: 100 + account.LastSequence, TransferID: p.transfer, CounterpartyAccount: p.counterparty, Hash: make([]byte, 32),
	})
}

// transfer posts both legs in four statements.
func transfer(ctx context.Context, q db.Querier, from, to, amount int64) error {
	id := uuid.New()
	for _, number := range []int64{min(from, to), max(from, to)} { // in one order, so that two transfers cannot deadlock
		row, err := q.LockAccount(ctx, number)
		if err != nil {
			return err
		}
		leg := posting{kind: transferIn, amount: amount, transfer: &id, counterparty: &from}
		if row.AccountNumber == from {
			leg = posting{kind: transferOut, amount: -amount, transfer: &id, counterparty: &to}
		}
		if err := post(ctx, q, row, leg); err != nil {
			return err
		}
	}
	return nil
}

// balances reads both accounts' balances and checks each against its newest entry.
func balances(t *testing.T, s *store.Store) (ofAda, ofGrace int64) {
	t.Helper()
	require.NoError(t, s.View(context.Background(), func(ctx context.Context, q db.Querier) error {
		for number, balance := range map[int64]*int64{ada: &ofAda, grace: &ofGrace} {
			row, err := q.AccountByNumber(ctx, number)
			require.NoError(t, err)
			newest, err := q.TransactionByID(ctx, *row.Account.LastID)
			require.NoError(t, err)
			require.Equal(t, number, newest.AccountNumber)
			require.Equal(t, newest.Sequence, row.Account.LastSequence)
			require.Equal(t, newest.BalanceAfter, row.Account.Balance)
			*balance = row.Account.Balance
		}
		return nil
	}))
	return ofAda, ofGrace
}
