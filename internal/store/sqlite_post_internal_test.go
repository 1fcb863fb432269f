package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

const saver = ledger.AccountNumber(100000000008)

// newSaver opens a new store with one account, whose balance is 1000.
func newSaver(t *testing.T) *Store {
	t.Helper()
	s := newEmpty(t)
	require.NoError(t, s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		customer := uuid.New()
		if err := q.InsertCustomer(ctx, db.InsertCustomerParams{ID: customer, Name: "Ada", Role: "customer"}); err != nil {
			return err
		}
		_, err := q.InsertAccount(ctx, db.InsertAccountParams{
			AccountNumber: int64(saver), CustomerID: customer, Currency: "USD", LastHash: make([]byte, 32),
		})
		return err
	}))
	opening := paying(1000)
	opening.Postings[0].Type = ledger.TypeAccountOpened
	_, err := s.Post(context.Background(), opening)
	require.NoError(t, err)
	return s
}

// paying returns an order of deposits into the only account.
func paying(amounts ...ledger.Money) *Order {
	o := &Order{}
	for _, amount := range amounts {
		o.Postings = append(o.Postings, ledger.Posting{
			ID: uuid.Must(uuid.NewV7()), Type: ledger.TypeDeposit, Account: saver, Amount: amount, Description: strings.Repeat("x", 500),
			Time: time.UnixMicro(1_000_000).UTC(),
		})
	}
	return o
}

func requireBalance(t *testing.T, s *Store, want ledger.Money) {
	t.Helper()
	row, err := Read(context.Background(), s, func(ctx context.Context, q db.Querier) (db.AccountByNumberRow, error) {
		return q.AccountByNumber(ctx, int64(saver))
	})
	require.NoError(t, err)
	require.Equal(t, want, ledger.Money(row.Account.Balance))
}

// TestAFullDiskLosesNoOrder is TestAFullDiskLosesNothingThatWasAcknowledged for Post.
func TestAFullDiskLosesNoOrder(t *testing.T) {
	t.Parallel()
	s := newSaver(t)
	setMostPages(t, s, 80)
	var mu sync.Mutex
	paid, refused := ledger.Money(0), 0
	pay := func() {
		_, err := s.Post(context.Background(), paying(1))
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			paid++
			return
		}
		refused++
		if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "full") {
			t.Errorf("refused for another reason: %v", err)
		}
	}
	parallel(40, 20, pay)
	require.NotZero(t, refused, "the disk was never full")
	require.NotZero(t, paid)
	requireBalance(t, s, 1000+paid)

	setMostPages(t, s, 1<<20)
	before := refused
	parallel(8, 5, pay)
	require.Equal(t, before, refused, "the disk has room again")
	requireBalance(t, s, 1000+paid)
	require.False(t, isClosed(s.Failed()))
}

// TestAnUnknownCommitNamesWhatItMayHaveWritten, and nothing that was refused or only tried.
func TestAnUnknownCommitNamesWhatItMayHaveWritten(t *testing.T) {
	t.Parallel()
	s := newSaver(t)
	require.NoError(t, fileOf(s).writer.statements[commit].Close())
	entered, leave := make(chan struct{}), make(chan struct{})
	type answer struct {
		outcome ledger.Outcome
		err     error
	}
	post := func(o *Order) <-chan answer {
		done := make(chan answer, 1)
		go func() {
			outcome, err := s.Post(context.Background(), o)
			done <- answer{outcome, err}
		}()
		return done
	}
	function := make(chan error, 1)
	go func() {
		function <- s.Update(context.Background(), func(context.Context, db.Querier) error {
			close(entered)
			<-leave
			return nil
		})
	}()
	<-entered
	kept := paying(5)
	trial, refused := paying(6), paying(7)
	trial.Trial = true
	refused.Postings[0].Type, refused.Postings[0].Amount = ledger.TypeWithdrawal, 5000
	answers := []<-chan answer{post(kept), post(trial), post(refused)}
	bounded, end := context.WithTimeout(context.Background(), time.Minute)
	defer end()
	awaitQueued(bounded, t, s, len(answers))
	close(leave)

	require.ErrorIs(t, <-function, ErrUnknown)
	first := <-answers[0]
	require.ErrorIs(t, first.err, ErrUnknown)
	require.NotErrorIs(t, first.err, ErrUnavailable)
	require.Equal(t, kept.Postings[0].ID, first.outcome.Results[0].Entry.ID)
	for _, other := range answers[1:] {
		a := <-other
		require.ErrorIs(t, a.err, ErrUnknown)
		require.Empty(t, a.outcome)
	}
	require.True(t, isClosed(s.Failed()))
	_, err := s.Post(context.Background(), paying(1))
	require.ErrorIs(t, err, ErrUnavailable)
	require.NotErrorIs(t, err, ErrUnknown)
}

// TestALostTransactionIsNoOrdersSuccess is TestALostTransactionIsNobodysSuccess for Post.
func TestALostTransactionIsNoOrdersSuccess(t *testing.T) {
	t.Parallel()
	s := newSaver(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	bounded, end := context.WithTimeout(context.Background(), time.Minute)
	defer end()
	results := make(chan error, 3)
	update := func(fn work) { results <- s.Update(context.Background(), fn) }
	go update(func(context.Context, db.Querier) error {
		close(entered)
		<-leave
		return nil
	})
	<-entered
	go func() {
		_, err := s.Post(context.Background(), paying(5))
		results <- err
	}()
	awaitQueued(bounded, t, s, 1)
	go update(func(context.Context, db.Querier) error { return fileOf(s).writer.exec(rollback) })
	awaitQueued(bounded, t, s, 2)
	close(leave)
	for range 3 {
		require.ErrorIs(t, <-results, ErrUnavailable)
	}
	requireBalance(t, s, 1000)
	_, err := s.Post(context.Background(), paying(3))
	require.NoError(t, err)
	requireBalance(t, s, 1003)
}

// TestAGroupHasRoomForABatch: an order that has no room in a group opens the next one.
func TestAGroupHasRoomForABatch(t *testing.T) {
	t.Parallel()
	amounts := func(n int) []ledger.Money { return make([]ledger.Money, n) }
	of := func(o *Order) *task { return &task{ctx: context.Background(), posting: posting{Order: o}} }
	function := &task{ctx: context.Background()}
	for name, c := range map[string]struct {
		waiting []*task
		grouped int
		ahead   bool
	}{
		"single postings":      {[]*task{of(paying(1)), of(paying(1)), of(paying(1))}, 3, false},
		"none is waiting":      {[]*task{of(paying(1))}, 1, false},
		"room to the last":     {[]*task{of(paying(amounts(maxBatch - 1)...)), of(paying(1)), of(paying(1))}, 2, false},
		"no room for a second": {[]*task{of(paying(amounts(maxBatch - 1)...)), of(paying(1, 1)), of(paying(1))}, 1, true},
		"more than a group":    {[]*task{of(paying(amounts(4 * maxBatch)...)), of(paying(1))}, 1, false},
		"behind a function":    {[]*task{function, of(paying(amounts(maxBatch)...))}, 1, true},
		"without postings":     {[]*task{of(paying()), of(paying())}, 2, false},
	} {
		w := &writer{queue: make(chan *task, maxQueued), room: maxBatch}
		function.state.Store(waiting)
		for _, t := range c.waiting[1:] {
			w.queue <- t
		}
		for next := c.waiting[0]; next != nil; next = w.next() {
			if next == c.waiting[0] {
				require.True(t, w.take(next), name)
			}
		}
		require.Equal(t, c.waiting[:c.grouped], w.group, name)
		require.Equal(t, c.ahead, w.ahead != nil, name)
	}
}

// TestOrdersOfAnySizeAreCarriedOut: those that open the next group are carried out, too.
func TestOrdersOfAnySizeAreCarriedOut(t *testing.T) {
	t.Parallel()
	s := newSaver(t)
	var all sync.WaitGroup
	for _, size := range []int{200, 200, 1, 600, 1, 100} {
		all.Go(func() {
			amounts := make([]ledger.Money, size)
			for i := range amounts {
				amounts[i] = 1
			}
			if _, err := s.Post(context.Background(), paying(amounts...)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	requireBalance(t, s, 1000+1102)
	require.NoError(t, s.Close())
}

// TestOrdersThatWaitAreBounded: an order for many transfers takes more memory than one for one. Where nothing waits, one of any size fits.
func TestOrdersThatWaitAreBounded(t *testing.T) {
	t.Parallel()
	s := newSaver(t)
	entered, leave, function := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		function <- s.Update(context.Background(), func(context.Context, db.Querier) error {
			close(entered)
			<-leave
			return nil
		})
	}()
	<-entered
	bounded, end := context.WithTimeout(context.Background(), time.Minute)
	defer end()
	leaving, hangUp := context.WithCancel(context.Background())
	defer hangUp()
	const large = 16 * (maxQueued - 2) // takes all places but one
	left, stayed := make(chan error, 1), make(chan error, 1)
	go func() { _, err := s.Post(leaving, manyOf(large)); left <- err }()
	awaitQueued(bounded, t, s, 1)
	refused := func(n int) {
		_, err := s.Post(context.Background(), manyOf(n))
		require.ErrorIs(t, err, ErrUnavailable)
		require.NotErrorIs(t, err, ErrUnknown)
	}
	refused(16)
	go func() { _, err := s.Post(context.Background(), manyOf(15)); stayed <- err }()
	awaitQueued(bounded, t, s, 2)
	refused(1)
	hangUp()
	require.ErrorIs(t, <-left, context.Canceled)
	close(leave)
	require.NoError(t, <-function)
	require.NoError(t, <-stayed)
	requireBalance(t, s, 1000+15)
	require.Zero(t, fileOf(s).writer.queued)
	_, err := s.Post(context.Background(), manyOf(maxBatch+1))
	require.NoError(t, err)
}

// manyOf returns an order that pays 1 so many times.
func manyOf(n int) *Order {
	amounts := make([]ledger.Money, n)
	for i := range amounts {
		amounts[i] = 1
	}
	return paying(amounts...)
}

// TestUnexpectedColumnsAreErrors: a row that is not what the program expects, of a damaged file for instance, stops no writer.
func TestUnexpectedColumnsAreErrors(t *testing.T) {
	t.Parallel()
	id := uuid.NewString()
	account := func(changed int, value driver.Value) []driver.Value {
		row := []driver.Value{
			int64(saver), int64(7), int64(2), "USD", int64(1), id, make([]byte, 32), int64(5),
			int64(0), int64(0), int64(1), int64(6), nil, int64(100), nil, int64(3), int64(40), int64(0), int64(50), // the rules
		}
		row[changed] = value
		return row
	}
	got, err := accountIn(account(5, nil))
	require.NoError(t, err)
	require.Equal(t, uuid.Nil, got.Last)
	got, err = accountIn(account(5, id))
	require.NoError(t, err)
	require.Equal(t, id, got.Last.String())
	require.Equal(t, ledger.Money(2), got.Held)
	daily := ledger.Money(100)
	require.Equal(t, &ledger.Rules{
		Freeze: ledger.Freeze{Credits: true, Until: time.UnixMicro(6).UTC()}, Limits: ledger.Limits{Daily: &daily},
		Spent: ledger.Spent{Day: 3, OnDay: 40, InMonth: 50},
	}, got.Rules)
	for name, row := range map[string][]driver.Value{
		"a text for a number": account(1, "7"),
		"NULL for a number":   account(4, nil),
		"a number for a text": account(3, int64(7)),
		"a text for bytes":    account(6, "hash"),
		"no id":               account(5, "nothing"),
		"a number for an id":  account(5, int64(1)),
		"too few columns":     account(5, id)[:7],
		"a text for a flag":   account(9, "yes"),
		"a text for a limit":  account(13, "much"),
		"no columns":          {},
	} {
		_, err := accountIn(row)
		require.Error(t, err, name)
	}
	_, err = sessionIn([]driver.Value{id, int64(saver), id, int64(1), int64(2), "three"})
	require.Error(t, err)
	_, err = claimIn([]driver.Value{nil, int64(1), id})
	require.Error(t, err)
	_, err = holdIn([]driver.Value{id, int64(saver), nil, int64(1), "USD", "", "", "owner", int64(1), int64(2), "pending", "none", nil})
	require.Error(t, err)
}
