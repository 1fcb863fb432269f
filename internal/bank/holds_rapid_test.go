package bank

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// heldModel uses the holds of two accounts, several at once, and computes the expected result.
type heldModel struct {
	br    *branch
	mu    sync.Mutex
	pairs [2]ledger.AccountNumber
	holds []ledger.Hold
	moved [2]ledger.Money // into each account, in all
}

// step draws one thing to do, and returns what does it.
type step func(t *rapid.T) func() error

func (m *heldModel) side(t *rapid.T) int { return rapid.IntRange(0, 1).Draw(t, "side") }

func (m *heldModel) amount(t *rapid.T) ledger.Money {
	return ledger.Money(rapid.Int64Range(1, 400).Draw(t, "amount"))
}

// move counts money that has moved between the accounts, or out of the bank.
func (m *heldModel) move(from int, to ledger.AccountNumber, amount ledger.Money) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.moved[from] -= amount
	if to != 0 {
		m.moved[1-from] += amount
	}
}

func (m *heldModel) place(t *rapid.T) func() error {
	side := m.side(t)
	p := PlaceHoldParams{Account: m.pairs[side], Amount: m.amount(t), Lasts: time.Duration(rapid.IntRange(60, 300).Draw(t, "seconds")) * time.Second}
	if rapid.Bool().Draw(t, "transfer") {
		p.To = m.pairs[1-side]
	}
	return func() error {
		placed, err := m.br.bank.PlaceHold(context.Background(), ownerOf(p.Account), p)
		if err == nil {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.holds = append(m.holds, placed.Hold)
		}
		return err
	}
}

// hold draws a hold, or returns false if there is none.
func (m *heldModel) hold(t *rapid.T) (ledger.Hold, bool) {
	if len(m.holds) == 0 {
		return ledger.Hold{}, false
	}
	return rapid.SampledFrom(m.holds).Draw(t, "hold"), true
}

func (m *heldModel) capture(t *rapid.T) func() error {
	h, found := m.hold(t)
	amount, final := m.amount(t), rapid.Bool().Draw(t, "final")
	return func() error {
		if !found {
			return nil
		}
		_, err := m.br.capture(h, amount, final)
		if err == nil {
			side := 0
			if h.Account == m.pairs[1] {
				side = 1
			}
			m.move(side, h.To, amount)
		}
		return err
	}
}

func (m *heldModel) void(t *rapid.T) func() error {
	h, found := m.hold(t)
	return func() error {
		if !found {
			return nil
		}
		return m.br.void(h)
	}
}

func (m *heldModel) transfer(t *rapid.T) func() error {
	side, amount := m.side(t), m.amount(t)
	return func() error {
		err := m.br.transfer(m.pairs[side], m.pairs[1-side], amount)
		if err == nil {
			m.move(side, m.pairs[1-side], amount)
		}
		return err
	}
}

func (m *heldModel) release(*rapid.T) func() error {
	return func() error {
		_, err := m.br.bank.ReleaseHolds(context.Background())
		return err
	}
}

// compare compares each account with what has moved, and its held balance with what is left of the pending holds.
func (m *heldModel) compare(t *rapid.T) {
	for side, number := range m.pairs {
		account, err := m.br.bank.GetAccount(context.Background(), operator, number)
		require.NoError(t, err)
		require.Equal(t, 1000+m.moved[side], account.Balance)
		left, err := store.Read(context.Background(), m.br.store, func(ctx context.Context, q db.Querier) (int64, error) {
			return q.SumHeld(ctx, int64(number))
		})
		require.NoError(t, err)
		require.Equal(t, ledger.Money(left), account.Held)
		require.LessOrEqual(t, account.Held, account.Balance)
	}
}

// TestHeldIsTheSumOfPendingHolds, whatever is done at once: a refused request changes nothing, and any other takes full effect.
func TestHeldIsTheSumOfPendingHolds(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t) // one for all runs; each has accounts of its own
	rapid.Check(t, func(t *rapid.T) {
		m := &heldModel{br: br, pairs: [2]ledger.AccountNumber{br.open(t, 1000).Number, br.open(t, 1000).Number}}
		steps := []step{m.place, m.place, m.capture, m.capture, m.void, m.transfer, m.release}
		t.Repeat(map[string]func(*rapid.T){
			"several at once": func(t *rapid.T) {
				drawn := make([]func() error, rapid.IntRange(1, 6).Draw(t, "how many")) // before any is done, which adds holds
				for i := range drawn {
					drawn[i] = rapid.SampledFrom(steps).Draw(t, "step")(t)
				}
				var all sync.WaitGroup
				for _, do := range drawn {
					all.Go(func() {
						if err := patiently(do); err != nil && !ledger.IsRefusal(err) && !errors.Is(err, ErrUnavailable) {
							panic(err)
						}
					})
				}
				all.Wait()
			},
			"clock": func(t *rapid.T) {
				br.clock.pass(time.Duration(rapid.IntRange(-5, 120).Draw(t, "seconds")) * time.Second)
			},
			"": m.compare,
		})
	})
	br.verified(t)
}
