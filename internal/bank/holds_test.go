package bank

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// hold places a hold of the owner's, to another account or, with 0, for a withdrawal.
func (br *branch) hold(t require.TestingT, account, to ledger.AccountNumber, amount ledger.Money) ledger.Hold {
	placed, err := br.bank.PlaceHold(context.Background(), ownerOf(account), PlaceHoldParams{Account: account, To: to, Amount: amount})
	require.NoError(t, err)
	return placed.Hold
}

// capture captures a part of a hold, for its owner; 0 is all of it.
func (br *branch) capture(h ledger.Hold, amount ledger.Money, final bool) (Receipt, error) {
	return br.bank.CaptureHold(context.Background(), ownerOf(h.Account),
		CaptureHoldParams{Account: h.Account, ID: h.ID, Amount: amount, Final: final})
}

func (br *branch) void(h ledger.Hold) error {
	_, err := br.bank.VoidHold(context.Background(), ownerOf(h.Account), h.Account, h.ID)
	return err
}

// requireBalances compares what an account has, and what of it is held.
func (br *branch) requireBalances(t *testing.T, number ledger.AccountNumber, balance, held ledger.Money) {
	t.Helper()
	account, err := br.bank.GetAccount(context.Background(), operator, number)
	require.NoError(t, err)
	require.Equal(t, [2]ledger.Money{balance, held}, [2]ledger.Money{account.Balance, account.Held})
	require.Equal(t, balance-held, account.Available())
}

// TestHoldsReserveMoney: held money can leave the account only by a capture, which takes part or all of it.
func TestHoldsReserveMoney(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	shop := br.hold(t, ada, bob, 700)
	br.requireBalances(t, ada, 1000, 700)
	requireCode(t, ledger.CodeInsufficientFunds, br.withdraw(ada, 301))
	requireCode(t, ledger.CodeInsufficientFunds, br.transfer(ada, bob, 301))
	_, err := br.bank.PlaceHold(ctx, ownerOf(ada), PlaceHoldParams{Account: ada, Amount: 301})
	requireCode(t, ledger.CodeInsufficientFunds, err)
	cash := br.hold(t, ada, 0, 300)
	br.requireBalances(t, ada, 1000, 1000)
	balance, err := br.reports.GetBalance(ctx, ownerOf(ada), ada, time.Time{})
	require.NoError(t, err)
	require.Equal(t, ledger.Money(1000), *balance.Held)
	balance, err = br.reports.GetBalance(ctx, ownerOf(ada), ada, br.clock.Now())
	require.NoError(t, err)
	require.Nil(t, balance.Held, "holds are no part of the history")

	receipt, err := br.capture(shop, 200, false)
	require.NoError(t, err)
	require.Equal(t, ledger.TypeTransferOut, receipt.Transaction.Type)
	require.Equal(t, shop.ID, receipt.Transaction.Hold)
	br.requireBalances(t, ada, 800, 800)
	br.requireBalances(t, bob, 200, 0)
	_, err = br.capture(shop, 501, false)
	requireCode(t, ledger.CodeHoldExceeded, err)
	_, err = br.capture(shop, 100, true) // 400 are given back
	require.NoError(t, err)
	br.requireBalances(t, ada, 700, 300)
	_, err = br.capture(shop, 1, true)
	requireCode(t, ledger.CodeHoldNotPending, err)
	requireCode(t, ledger.CodeHoldNotPending, br.void(shop))

	receipt, err = br.bank.CaptureHold(ctx, ownerOf(ada), CaptureHoldParams{Account: ada, ID: cash.ID, Via: "card"}) // all that is left
	require.NoError(t, err)
	require.Equal(t, ledger.Entry{Type: ledger.TypeWithdrawal, Amount: 300, Via: "card", Hold: cash.ID}, ledger.Entry{
		Type: receipt.Transaction.Type, Amount: receipt.Transaction.Amount, Via: receipt.Transaction.Via, Hold: receipt.Transaction.Hold,
	})
	br.requireBalances(t, ada, 400, 0)
	found, err := br.bank.GetHold(ctx, ownerOf(ada), ada, cash.ID)
	require.NoError(t, err)
	require.Equal(t, ledger.HoldCaptured, found.Status)
	br.verified(t)
}

// TestVoidedHoldsStayVoided: voiding one again gets the same answer.
func TestVoidedHoldsStayVoided(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	h := br.hold(t, ada, bob, 700)
	_, err := br.capture(h, 200, false)
	require.NoError(t, err)
	first, err := br.bank.VoidHold(ctx, ownerOf(ada), ada, h.ID)
	require.NoError(t, err)
	require.Equal(t, ledger.HoldVoided, first.Status)
	require.Equal(t, ledger.Money(200), first.Captured)
	br.clock.pass(time.Hour)
	again, err := br.bank.VoidHold(ctx, ownerOf(ada), ada, h.ID)
	require.NoError(t, err)
	require.Equal(t, first, again)
	_, err = br.capture(h, 1, true)
	requireCode(t, ledger.CodeHoldNotPending, err)
	br.requireBalances(t, ada, 800, 0)
	requireCode(t, ledger.CodeHoldNotFound, br.void(ledger.Hold{Account: ada, ID: uuid.New()}))
	requireCode(t, ledger.CodeHoldNotFound, br.void(ledger.Hold{Account: bob, ID: h.ID}))
	br.verified(t)
}

// TestOneHoldHasOneOutcome captures and voids a hold from everywhere at once: in the end it is either captured, once, or voided.
func TestOneHoldHasOneOutcome(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t)
	other := br
	if !storetest.OnSQLite() { // another server on the same database
		other = branchOn(t, openStore(t, br.url))
	}
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	for round := range 4 {
		h := br.hold(t, ada, bob, 100)
		captured, voided := make([]bool, 50), make([]bool, 50)
		var all sync.WaitGroup
		for i := range 50 {
			at := []*branch{br, other}[i%2]
			all.Go(func() {
				if i%5 > 0 {
					captured[i] = patiently(func() error { _, err := at.capture(h, 0, true); return err }) == nil
				} else {
					voided[i] = patiently(func() error { return at.void(h) }) == nil
				}
			})
		}
		all.Wait()
		captures := len(slices.DeleteFunc(captured, func(done bool) bool { return !done }))
		voids := slices.Contains(voided, true)
		require.LessOrEqual(t, captures, 1, "round %d", round)
		require.NotEqual(t, captures == 1, voids, "round %d", round)
		if voids {
			require.Len(t, slices.DeleteFunc(voided, func(done bool) bool { return !done }), 10, "voiding again succeeds")
		}
		account, err := br.bank.GetAccount(context.Background(), operator, ada)
		require.NoError(t, err)
		require.Zero(t, account.Held)
	}
	br.verified(t)
}

// TestHoldsExpireOnTheMicrosecond: from then on nothing is captured, and the money is there for a debit that needs it, even before the job
// has noticed.
func TestHoldsExpireOnTheMicrosecond(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	begun := br.clock.Now()
	place := func(lasts time.Duration) ledger.Hold {
		placed, err := br.bank.PlaceHold(ctx, ownerOf(ada), PlaceHoldParams{Account: ada, To: bob, Amount: 250, Lasts: lasts})
		require.NoError(t, err)
		require.Equal(t, begun.Add(lasts), placed.Hold.ExpiresAt)
		return placed.Hold
	}
	first, second, third := place(time.Minute), place(time.Minute), place(2*time.Minute)
	br.clock.pass(time.Minute - time.Microsecond)
	_, err := br.capture(first, 0, true)
	require.NoError(t, err)
	requireCode(t, ledger.CodeInsufficientFunds, br.withdraw(ada, 251))
	br.clock.pass(time.Microsecond)
	_, err = br.capture(second, 0, true)
	requireCode(t, ledger.CodeHoldExpired, err)
	requireCode(t, ledger.CodeHoldExpired, br.void(second))
	br.requireBalances(t, ada, 750, 500) // nobody has noticed
	found, err := br.bank.GetHold(ctx, ownerOf(ada), ada, second.ID)
	require.NoError(t, err)
	require.Equal(t, ledger.HoldExpired, found.Status)
	requireCode(t, ledger.CodeInsufficientFunds, br.withdraw(ada, 501))
	br.requireBalances(t, ada, 750, 500) // a refusal changes nothing
	require.NoError(t, br.withdraw(ada, 251))
	br.requireBalances(t, ada, 499, 250)
	br.verified(t)

	br.clock.pass(time.Minute)
	released, err := br.bank.ReleaseHolds(ctx)
	require.NoError(t, err)
	require.Equal(t, int64(1), released)
	br.requireBalances(t, ada, 499, 0)
	found, err = br.bank.GetHold(ctx, ownerOf(ada), ada, third.ID)
	require.NoError(t, err)
	require.Equal(t, third.ExpiresAt, found.ClosedAt)
	released, err = br.bank.ReleaseHolds(ctx)
	require.NoError(t, err)
	require.Zero(t, released)
	br.verified(t)
}

// TestHoldsAreReplayed: a hold and a capture are done once under a key, and their answers stay what they were.
func TestHoldsAreReplayed(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	p := PlaceHoldParams{Account: ada, To: bob, Amount: 100, Description: "Bicycle", Reference: "order 1", IdempotencyKey: "hold"}
	placed, err := br.bank.PlaceHold(ctx, ownerOf(ada), p)
	require.NoError(t, err)
	c := CaptureHoldParams{Account: ada, ID: placed.Hold.ID, Amount: 60, Final: true, IdempotencyKey: "capture"}
	captured, err := br.bank.CaptureHold(ctx, ownerOf(ada), c)
	require.NoError(t, err)
	br.clock.pass(time.Hour)

	again, err := br.bank.PlaceHold(ctx, ownerOf(ada), p)
	require.NoError(t, err)
	require.Equal(t, PlacedHold{Hold: placed.Hold, Replayed: true}, again)
	receipt, err := br.bank.CaptureHold(ctx, ownerOf(ada), c)
	require.NoError(t, err)
	require.Equal(t, Receipt{Transaction: captured.Transaction, Replayed: true}, receipt)
	br.requireBalances(t, ada, 940, 0)
	p.Amount++
	_, err = br.bank.PlaceHold(ctx, ownerOf(ada), p)
	requireCode(t, ledger.CodeIdempotencyKeyReused, err)
	c.Final = false
	_, err = br.bank.CaptureHold(ctx, ownerOf(ada), c)
	requireCode(t, ledger.CodeIdempotencyKeyReused, err)
	found, err := br.bank.GetIdempotencyKey(ctx, ownerOf(ada), ada, "hold")
	require.NoError(t, err)
	require.Equal(t, Keyed{Hold: placed.Hold.ID}, found)
}

// TestWhoUsesAHold: its placer and staff; clients also use those of the owner.
func TestWhoUsesAHold(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 10_000).Number, br.open(t, 0).Number
	client := func() auth.Caller {
		return auth.Caller{Client: &auth.Client{ID: uuid.New(), Permissions: []auth.Permission{auth.HoldsWrite}}, RequestID: "test"}
	}
	shop, rival := client(), client()
	owner, other := ownerOf(ada), ownerOf(bob)
	for name, c := range map[string]struct {
		by       auth.Caller
		may, not []auth.Caller
	}{
		"owner":  {owner, []auth.Caller{owner, employee, shop}, []auth.Caller{other}},
		"client": {shop, []auth.Caller{shop, employee}, []auth.Caller{owner, other, rival}},
		"staff":  {employee, []auth.Caller{employee}, []auth.Caller{owner, other, shop}},
	} {
		place := func() ledger.Hold {
			placed, err := br.bank.PlaceHold(ctx, c.by, PlaceHoldParams{Account: ada, Amount: 100})
			require.NoError(t, err, name)
			require.Equal(t, Placer(name), PlacerOf(&placed.Hold))
			return placed.Hold
		}
		for _, caller := range c.not {
			h := place()
			_, err := br.bank.CaptureHold(ctx, caller, CaptureHoldParams{Account: ada, ID: h.ID})
			requireCode(t, auth.CodeForbidden, err)
			_, err = br.bank.VoidHold(ctx, caller, ada, h.ID)
			requireCode(t, auth.CodeForbidden, err)
			_, err = br.bank.VoidHold(ctx, c.by, ada, h.ID)
			require.NoError(t, err)
		}
		for _, caller := range c.may {
			_, err := br.bank.CaptureHold(ctx, caller, CaptureHoldParams{Account: ada, ID: place().ID})
			require.NoError(t, err, name)
			_, err = br.bank.VoidHold(ctx, caller, ada, place().ID)
			require.NoError(t, err, name)
		}
	}
	_, err := br.bank.PlaceHold(ctx, employee, PlaceHoldParams{Account: ada, To: bob, Amount: 1})
	requireCode(t, auth.CodeForbidden, err)
	_, err = br.bank.PlaceHold(ctx, shop, PlaceHoldParams{Account: ada, To: bob, Amount: 1})
	require.NoError(t, err)
	trail, err := br.bank.ListAccountEvents(ctx, owner, ListAccountEventsParams{Account: ada, Type: EventHoldVoided})
	require.NoError(t, err)
	require.Len(t, trail.Events, 3+3+2+3, "what others than the owner have voided")
	br.verified(t)
}

func TestStaffCaptureNothingForThemselves(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	h := d.hold(t, d.ada.Number, d.teller.Account, 50)
	p := CaptureHoldParams{Account: d.ada.Number, ID: h.ID}
	_, err := d.bank.CaptureHold(context.Background(), d.teller, p)
	requireCode(t, auth.CodeForbidden, err)
	_, err = d.bank.CaptureHold(context.Background(), d.chief, p)
	require.NoError(t, err, "a colleague")
	d.verified(t)
}

// TestCapturesAreWithdrawals where the bank leaves those to its staff, or wants two people for large ones.
func TestCapturesAreWithdrawals(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	br.reopen(t, func(who *auth.Config, config *Config) { who.Cash, config.ApprovalAbove = auth.CashStaff, 50 })
	cash := br.hold(t, ada, 0, 60)
	_, err := br.capture(cash, 0, true)
	requireCode(t, auth.CodeCashClosed, err)
	_, err = br.capture(br.hold(t, ada, bob, 100), 0, true)
	require.NoError(t, err)
	p := CaptureHoldParams{Account: ada, ID: cash.ID}
	_, err = br.bank.CaptureHold(ctx, employee, p)
	requireCode(t, auth.CodeForbidden, err)
	p.Amount = 50
	_, err = br.bank.CaptureHold(ctx, employee, p)
	require.NoError(t, err)
}

// TestRulesOfHolds: a freeze stops holds and captures but no voids, limits count what is captured, and an account with holds stays open.
func TestRulesOfHolds(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob, cy := br.open(t, 1000).Number, br.open(t, 0).Number, br.open(t, 0).Number
	_, err := br.bank.SetLimits(ctx, employee, ada, ledger.Limits{PerTransfer: amount(100), Daily: amount(150)})
	require.NoError(t, err)
	_, err = br.bank.PlaceHold(ctx, ownerOf(ada), PlaceHoldParams{Account: ada, To: bob, Amount: 101})
	requireCode(t, ledger.CodeLimitExceeded, err)
	first, second := br.hold(t, ada, bob, 100), br.hold(t, ada, bob, 100)
	_, err = br.capture(first, 0, true)
	require.NoError(t, err)
	_, err = br.capture(second, 51, true)
	requireCode(t, ledger.CodeLimitExceeded, err)
	br.requireBalances(t, ada, 900, 100)

	_, err = br.bank.CloseAccount(ctx, employee, CloseParams{Account: ada, Reason: ReasonCustomer, SweepTo: cy})
	requireCode(t, CodeAccountHasHolds, err)
	require.NoError(t, br.freeze(employee, ada, true, false, ReasonFraud))
	_, err = br.bank.PlaceHold(ctx, ownerOf(ada), PlaceHoldParams{Account: ada, To: bob, Amount: 1})
	requireCode(t, ledger.CodeAccountFrozen, err)
	_, err = br.capture(second, 1, true)
	requireCode(t, ledger.CodeAccountFrozen, err)
	require.NoError(t, br.void(second))
	require.NoError(t, br.unfreeze(employee, ada))
	br.hold(t, ada, bob, 100)
	br.clock.pass(DefaultHold) // it has expired, and nobody has noticed
	_, err = br.bank.CloseAccount(ctx, employee, CloseParams{Account: ada, Reason: ReasonCustomer, SweepTo: cy})
	require.NoError(t, err)
	br.requireBalances(t, ada, 0, 0)
	br.requireBalances(t, cy, 900, 0)
	_, err = br.bank.PlaceHold(ctx, ownerOf(cy), PlaceHoldParams{Account: cy, To: ada, Amount: 1})
	requireCode(t, ledger.CodeAccountClosed, err)
	br.verified(t)
}

// TestHoldsAreListed newest first, page by page, and by their status.
func TestHoldsAreListed(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	var placed []uuid.UUID
	for i := range 5 {
		br.clock.pass(time.Second)
		p := PlaceHoldParams{Account: ada, To: bob, Amount: 10, Reference: fmt.Sprint("order ", i)}
		if i == 4 {
			p.Lasts = MinHold
		}
		h, err := br.bank.PlaceHold(ctx, ownerOf(ada), p)
		require.NoError(t, err)
		placed = append([]uuid.UUID{h.Hold.ID}, placed...)
	}
	list := func(p ListHoldsParams) (ids []uuid.UUID, next string) {
		p.Account = ada
		page, err := br.bank.ListHolds(ctx, ownerOf(ada), p)
		require.NoError(t, err)
		for _, h := range page.Holds {
			ids = append(ids, h.ID)
		}
		return ids, page.NextCursor
	}
	ids, next := list(ListHoldsParams{Limit: 3})
	require.Equal(t, placed[:3], ids)
	ids, next = list(ListHoldsParams{Limit: 3, Cursor: next})
	require.Equal(t, placed[3:], ids)
	require.Empty(t, next)
	require.NoError(t, br.void(ledger.Hold{Account: ada, ID: placed[2]}))
	br.clock.pass(MinHold)
	for status, want := range map[ledger.HoldStatus][]uuid.UUID{
		ledger.HoldPending: {placed[1], placed[3], placed[4]}, ledger.HoldVoided: {placed[2]}, ledger.HoldExpired: {placed[0]},
		ledger.HoldCaptured: nil,
	} {
		ids, _ = list(ListHoldsParams{Status: status})
		require.Equal(t, want, ids, status)
	}
	_, next = list(ListHoldsParams{Limit: 1, Status: ledger.HoldPending})
	_, err := br.bank.ListHolds(ctx, ownerOf(ada), ListHoldsParams{Account: ada, Status: ledger.HoldVoided, Cursor: next})
	requireCode(t, ledger.CodeInvalidRequest, err)
	_, err = br.bank.ListHolds(ctx, ownerOf(bob), ListHoldsParams{Account: bob, Cursor: next})
	requireCode(t, ledger.CodeInvalidRequest, err)
}
