package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// requireBalances also checks that the store still works.
func requireBalances(t *testing.T, s *store.Store, ofAda, ofGrace int64) {
	t.Helper()
	gotAda, gotGrace := balances(t, s)
	require.Equal(t, [2]int64{ofAda, ofGrace}, [2]int64{gotAda, gotGrace})
	require.NoError(t, s.Update(context.Background(), func(context.Context, db.Querier) error { return nil }))
}

func TestUpdateCommitsOnNil(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, url := newStore(t)
	require.NoError(t, s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		return transfer(ctx, q, grace, ada, 300)
	}))
	requireBalances(t, s, 1300, 700)
	require.NoError(t, s.Close())
	requireBalances(t, openURL(t, url), 1300, 700)
}

func TestUpdateRollsBackOnAnError(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newStore(t)
	own := errors.New("changed my mind")
	err := s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		return errors.Join(transfer(ctx, q, ada, grace, 300), own)
	})
	require.ErrorIs(t, err, own)
	require.NotErrorIs(t, err, store.ErrUnavailable)
	requireBalances(t, s, 1000, 1000)
}

func TestUpdateRollsBackOnAPanic(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newStore(t)
	func() {
		defer func() { require.Contains(t, fmt.Sprint(recover()), "boom", "the caller's own recovery must see it") }()
		_ = s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
			if err := transfer(ctx, q, ada, grace, 300); err != nil {
				return err
			}
			panic("boom")
		})
	}()
	requireBalances(t, s, 1000, 1000)
	require.PanicsWithValue(t, "boom", func() {
		_ = s.View(context.Background(), func(context.Context, db.Querier) error { panic("boom") })
	})
	requireBalances(t, s, 1000, 1000)
}

func TestViewIsASnapshot(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newStore(t)
	require.NoError(t, s.View(context.Background(), func(ctx context.Context, q db.Querier) error {
		before, err := q.AccountByNumber(ctx, ada)
		require.NoError(t, err)
		require.NoError(t, s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
			return transfer(ctx, q, ada, grace, 300)
		}))
		again, err := q.AccountByNumber(ctx, ada)
		require.NoError(t, err)
		require.Equal(t, before, again)
		entries, err := q.CountTransactions(ctx)
		require.NoError(t, err)
		require.Equal(t, int64(2), entries)
		return nil
	}))
	requireBalances(t, s, 700, 1300)
}

// TestReadersNeverWaitForTheWriter: readers do not see uncommitted changes and do not wait for them.
func TestReadersNeverWaitForTheWriter(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newStore(t)
	update(t, s, func(ctx context.Context, q db.Querier) {
		require.NoError(t, transfer(ctx, q, ada, grace, 300))
		for name, read := range readers(s) {
			require.NoError(t, read(context.Background(), func(ctx context.Context, q db.Querier) error {
				row, err := q.AccountByNumber(ctx, ada)
				require.Equal(t, int64(1000), row.Account.Balance, name)
				return err
			}))
		}
	})
	requireBalances(t, s, 700, 1300)
}

func readers(s *store.Store) map[string]func(context.Context, func(context.Context, db.Querier) error) error {
	return map[string]func(context.Context, func(context.Context, db.Querier) error) error{"View": s.View, "Read": s.Read}
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	for name, write := range map[string]func(ctx context.Context, q db.Querier) error{
		"update": func(ctx context.Context, q db.Querier) error {
			_, err := q.UpdateRole(ctx, db.UpdateRoleParams{Role: "admin", ID: ownerOf(ada)})
			return err
		},
		"insert":    func(ctx context.Context, q db.Querier) error { return openAccount(ctx, q, 200000000004, 0) },
		"count":     func(ctx context.Context, q db.Querier) error { return q.CountUnknownAccountAttempt(ctx) },
		"a posting": func(ctx context.Context, q db.Querier) error { return transfer(ctx, q, ada, grace, 1) },
	} {
		for reader, read := range readers(s) {
			require.Error(t, read(context.Background(), write), "%s in %s", name, reader)
		}
	}
	requireBalances(t, s, 1000, 1000)
	require.NoError(t, s.View(context.Background(), func(ctx context.Context, q db.Querier) error {
		row, err := q.AccountByNumber(ctx, ada)
		require.Equal(t, "customer", row.Customer.Role)
		return err
	}))
}

func TestReadersPassErrorsOn(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	for name, read := range readers(s) {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, read(context.Background(), func(ctx context.Context, q db.Querier) error {
				_, err := q.AccountByNumber(ctx, 1)
				return err
			}), store.ErrNotFound)
			ctx, cancel := context.WithCancel(context.Background())
			require.NoError(t, read(ctx, func(ctx context.Context, q db.Querier) error {
				cancel() // too late: fn runs to its end
				_, err := q.AccountByNumber(ctx, ada)
				return err
			}))
			err := read(ctx, func(context.Context, db.Querier) error {
				t.Error("the store read for a caller who had left")
				return nil
			})
			require.ErrorIs(t, err, store.ErrUnavailable)
			require.ErrorIs(t, err, context.Canceled)
		})
	}
}

// The writer and the cancelled context race for the caller. The test tries many times, because either may win.
func TestUpdateForACancelledCallerDoesNothing(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newStore(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	ran := 0
	for range 5000 {
		err := s.Update(ctx, func(ctx context.Context, q db.Querier) error {
			ran++
			return transfer(ctx, q, ada, grace, 1)
		})
		if ran == 0 {
			require.ErrorIs(t, err, store.ErrUnavailable)
			require.ErrorIs(t, err, context.Canceled)
		}
	}
	require.Zero(t, ran, "the function ran for a caller who had left before its turn")
	requireBalances(t, s, 1000, 1000)
}

// cancelling cancels the caller's context before or after the k-th statement.
type cancelling struct {
	db.Querier
	cancel context.CancelFunc
	after  bool
	k      int
	calls  int
}

func (c *cancelling) around() func() {
	c.calls++
	if c.calls != c.k {
		return func() {}
	}
	if c.after {
		return c.cancel
	}
	c.cancel()
	return func() {}
}

func (c *cancelling) LockAccount(ctx context.Context, number int64) (db.LockAccountRow, error) {
	defer c.around()()
	return c.Querier.LockAccount(ctx, number)
}

func (c *cancelling) InsertTransaction(ctx context.Context, p db.InsertTransactionParams) error {
	defer c.around()()
	return c.Querier.InsertTransaction(ctx, p)
}

func TestUpdateOnceBegunIsDoneWhole(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newStore(t)
	const statements = 4
	moved := int64(0)
	for k := 1; k <= statements; k++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("statement %d after %v", k, after), func(t *testing.T) {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				caller := &cancelling{cancel: cancel, after: after, k: k}
				require.NoError(t, s.Update(ctx, func(ctx context.Context, q db.Querier) error {
					caller.Querier = q
					return transfer(ctx, caller, ada, grace, 1)
				}))
				require.Equal(t, statements, caller.calls)
				require.ErrorIs(t, ctx.Err(), context.Canceled)
				moved++
				requireBalances(t, s, 1000-moved, 1000+moved)
			})
		}
	}
}

func TestDuplicatesAreNamed(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newStore(t)
	taken := uuid.New()
	session := db.InsertSessionParams{ID: taken, CustomerID: ownerOf(ada), AccountNumber: ada, RefreshJti: taken}
	copied := db.InsertCopiedSessionParams{ID: uuid.New(), CustomerID: ownerOf(ada), AccountNumber: ada, RefreshJti: taken}
	for name, insert := range map[string]func(ctx context.Context, q db.Querier) error{
		"session": func(ctx context.Context, q db.Querier) error { return q.InsertSession(ctx, session) },
		"copied":  func(ctx context.Context, q db.Querier) error { return q.InsertCopiedSession(ctx, copied) },
	} {
		require.NoError(t, s.Update(context.Background(), insert), name)
		require.ErrorIs(t, s.Update(context.Background(), insert), store.ErrDuplicate, name)
	}
	// A taken number is not an error: the caller draws another.
	require.NoError(t, s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		inserted, err := q.InsertAccount(ctx, db.InsertAccountParams{
			AccountNumber: ada, CustomerID: ownerOf(ada), Currency: "USD", LastHash: make([]byte, 32),
		})
		if inserted != 0 {
			err = errors.New("a taken number was given out again")
		}
		return err
	}))
	requireBalances(t, s, 1000, 1000)
}

func TestUpdateWaitsForAnotherProcess(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, path := newFile(t)
	other := raw(t, path, "_txlock=immediate&_busy_timeout=5000")
	tx, err := other.Begin()
	require.NoError(t, err)
	_, err = tx.Exec("UPDATE accounts SET nickname = 'x' WHERE account_number = ?", ada)
	require.NoError(t, err)

	var released atomic.Bool
	asked, done := make(chan struct{}), make(chan error, 1)
	go func() {
		close(asked)
		done <- s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
			row, err := q.AccountByNumber(ctx, ada)
			if err == nil && (!released.Load() || row.Customer.Role != "admin") {
				err = errors.New("the transaction ran at the same time as the other process's")
			}
			return errors.Join(err, transfer(ctx, q, ada, grace, 300))
		})
	}()
	<-asked
	for range 100 { // gives an Update that fails to wait the time to run, and takes far less than its patience
		_, err := tx.Exec("UPDATE accounts SET nickname = nickname || 'x' WHERE account_number = ?", grace)
		require.NoError(t, err)
	}
	released.Store(true)
	require.NoError(t, tx.Commit())
	require.NoError(t, <-done)
	requireBalances(t, s, 700, 1300)
}
