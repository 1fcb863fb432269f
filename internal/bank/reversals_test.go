package bank

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// reverse reverses a part of an entry, or the rest of it if the amount is 0.
func (br *branch) reverse(caller auth.Caller, original ledger.Entry, amount ledger.Money, key string) (Receipt, error) {
	return br.bank.Reverse(context.Background(), caller, ReverseParams{
		Account: original.Account, Transaction: original.ID, Amount: amount, Reason: "Returned", IdempotencyKey: key,
	})
}

// newest returns an account's newest entry.
func (br *branch) newest(t require.TestingT, number ledger.AccountNumber) ledger.Entry {
	page, err := br.bank.ListTransactions(context.Background(), operator, ListTransactionsParams{Account: number, Limit: 1})
	require.NoError(t, err)
	return page.Transactions[0]
}

// received returns the recipient's entry of a new transfer.
func (br *branch) received(t require.TestingT, from, to ledger.AccountNumber, amount ledger.Money) ledger.Entry {
	require.NoError(t, br.transfer(from, to, amount))
	return br.newest(t, to)
}

func (br *branch) requireVerified(t require.TestingT) verify.Report {
	report, err := verify.Run(context.Background(), br.store, func(verify.Report) {})
	require.NoError(t, err)
	return report
}

func TestRecipientsGiveBack(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 100).Number, br.open(t, 0).Number
	original := br.received(t, ada, bob, 30)
	sent := br.newest(t, ada)

	first, err := br.reverse(ownerOf(bob), original, 12, "first")
	require.NoError(t, err)
	require.False(t, first.Replayed)
	require.Equal(t, ledger.TypeReversalOut, first.Transaction.Type)
	require.Equal(t, original.ID, first.Transaction.Reverses)
	require.Equal(t, "Returned", first.Transaction.Description)
	back := br.newest(t, ada)
	require.Equal(t, []any{ledger.TypeReversalIn, sent.ID, first.Transaction.Transfer, ledger.Money(82)},
		[]any{back.Type, back.Reverses, back.Transfer, back.BalanceAfter})

	again, err := br.reverse(ownerOf(bob), original, 12, "first")
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, first.Transaction, again.Transaction)
	_, err = br.reverse(ownerOf(bob), original, 13, "first")
	requireCode(t, ledger.CodeIdempotencyKeyReused, err)

	rest, err := br.reverse(ownerOf(bob), original, 0, "rest")
	require.NoError(t, err)
	require.Equal(t, ledger.Money(18), rest.Transaction.Amount)
	for number, entry := range map[ledger.AccountNumber]ledger.Entry{bob: original, ada: sent} {
		read, err := br.bank.GetTransaction(ctx, ownerOf(number), number, entry.ID)
		require.NoError(t, err)
		require.Equal(t, entry, read.Entry)
		require.Equal(t, ledger.Money(30), read.Reversed)
		require.Len(t, read.Reversals, 2)
		require.Equal(t, ledger.Money(12), read.Reversals[0].Amount)
	}
	replayed, err := br.reverse(ownerOf(bob), original, 0, "rest")
	require.NoError(t, err)
	require.True(t, replayed.Replayed, "although nothing is left")
	report := br.requireVerified(t)
	require.EqualValues(t, 4, report.Reversals)
	balance, err := br.reports.AdminTrialBalance(ctx, operator, br.clock.Now())
	require.NoError(t, err)
	require.Equal(t, ledger.Money(100), ledger.Money(balance.Rows[0].Debits-balance.Rows[0].Credits), "cash is as it was")
}

func TestRefusedReversalsMoveNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	bob := d.open(t, 5).Number
	ada := d.ada.Number
	original := d.received(t, ada, bob, 30)
	sent := d.newest(t, ada)
	opening := ledger.Entry{Account: bob, ID: d.idOf(t, bob, 1)}
	reversal, err := d.reverse(ownerOf(bob), original, 1, "")
	require.NoError(t, err)
	back := d.newest(t, ada)
	poor := d.received(t, ada, bob, 50)
	require.NoError(t, d.transfer(bob, ada, 60))

	for name, c := range map[string]struct {
		caller auth.Caller
		entry  ledger.Entry
		amount ledger.Money
		code   ledger.Code
	}{
		"a reversal":                        {ownerOf(bob), reversal.Transaction, 1, ledger.CodeNotReversible},
		"a reversal, by staff":              {d.chief, reversal.Transaction, 1, ledger.CodeNotReversible},
		"the sender's side of a reversal":   {ownerOf(ada), back, 1, ledger.CodeNotReversible},
		"what the account has sent":         {ownerOf(ada), sent, 1, ledger.CodeNotReversible},
		"more than is left":                 {ownerOf(bob), original, 30, ledger.CodeReversalExceeded},
		"more than there is":                {ownerOf(bob), poor, 0, ledger.CodeInsufficientFunds},
		"more than there is, by staff":      {d.teller, poor, 0, ledger.CodeInsufficientFunds},
		"the opening, by the owner":         {ownerOf(bob), opening, 1, auth.CodeForbidden},
		"by another customer":               {ownerOf(ada), original, 1, auth.CodeForbidden},
		"an entry that does not exist":      {ownerOf(bob), ledger.Entry{Account: bob, ID: uuid.New()}, 1, CodeTransactionNotFound},
		"an entry of another account":       {ownerOf(bob), ledger.Entry{Account: bob, ID: sent.ID}, 1, CodeTransactionNotFound},
		"of an account that does not exist": {d.chief, ledger.Entry{Account: 100000000008, ID: sent.ID}, 1, ledger.CodeAccountNotFound},
		"by the admin key":                  {auth.Caller{AdminKey: true}, original, 1, auth.CodeForbidden},
	} {
		before := d.state(t)
		_, err := d.reverse(c.caller, c.entry, c.amount, "refused")
		requireCode(t, c.code, err)
		require.Equal(t, before, d.state(t), name)
	}
	d.requireVerified(t)
}

// idOf returns the id of an account's entry.
func (br *branch) idOf(t *testing.T, number ledger.AccountNumber, sequence int64) uuid.UUID {
	t.Helper()
	page, err := br.bank.ListTransactions(context.Background(), operator, ListTransactionsParams{Account: number, Limit: 200})
	require.NoError(t, err)
	for _, e := range page.Transactions {
		if e.Sequence == sequence {
			return e.ID
		}
	}
	require.Fail(t, "no such entry")
	return uuid.Nil
}

func TestStaffReverseMistakesAtTheDesk(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t, 0), context.Background()
	ada := d.ada.Number
	deposited, err := d.bank.Deposit(ctx, d.teller, DepositParams{Account: ada, Amount: 500, Via: "card"})
	require.NoError(t, err)
	withdrawn, err := d.bank.Withdraw(ctx, d.teller, WithdrawParams{Account: ada, Amount: 70})
	require.NoError(t, err)
	undone, err := d.reverse(d.teller, deposited.Transaction, 0, "desk")
	require.NoError(t, err)
	require.Equal(t, []any{ledger.TypeReversalOut, "card", uuid.Nil}, []any{undone.Transaction.Type, undone.Transaction.Via, undone.Transaction.Transfer})
	brought, err := d.reverse(d.chief, withdrawn.Transaction, 30, "")
	require.NoError(t, err)
	require.Equal(t, []any{ledger.TypeReversalIn, "cash"}, []any{brought.Transaction.Type, brought.Transaction.Via})
	opening := ledger.Entry{Account: ada, ID: d.idOf(t, ada, 1)}
	_, err = d.reverse(d.chief, opening, 60, "")
	require.NoError(t, err)

	require.Equal(t, ledger.Money(100_000-70+30-60), d.newest(t, ada).BalanceAfter)
	report := d.requireVerified(t)
	require.EqualValues(t, 3, report.Reversals)
	balance, err := d.reports.AdminTrialBalance(ctx, operator, d.clock.Now())
	require.NoError(t, err)
	sides := map[string][2]int64{}
	for _, row := range balance.Rows {
		sides[row.Via] = [2]int64{row.Debits, row.Credits}
	}
	require.Equal(t, map[string][2]int64{"card": {500, 500}, "cash": {100_030, 130}, "": {630, 100_530}}, sides)
	require.Contains(t, d.trail(t, "money_moved"), undone.Transaction.ID.String())
}

func TestStaffNeverServeThemselves(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	require.NoError(t, d.transfer(d.ada.Number, d.teller.Account, 50))
	original := d.received(t, d.teller.Account, d.ada.Number, 40)
	_, err := d.reverse(d.teller, original, 0, "")
	requireCode(t, auth.CodeForbidden, err)
	_, err = d.reverse(d.chief, original, 0, "")
	require.NoError(t, err, "a colleague")
}

// TestSmallPartsDoNotKeepTheRest: however many small parts the recipient gives back, the rest can still be given back as a whole.
func TestSmallPartsDoNotKeepTheRest(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	require.NoError(t, d.transfer(d.ada.Number, d.teller.Account, 500))
	original := d.received(t, d.teller.Account, d.ada.Number, 500)
	for range ledger.MaxReversals - 1 {
		_, err := d.reverse(ownerOf(d.ada.Number), original, 1, "")
		require.NoError(t, err)
	}
	_, err := d.reverse(ownerOf(d.ada.Number), original, 1, "")
	requireCode(t, ledger.CodeNotReversible, err)
	rest, err := d.reverse(d.chief, original, 0, "")
	require.NoError(t, err)
	require.Equal(t, ledger.Money(500-ledger.MaxReversals+1), rest.Transaction.Amount)
	read, err := d.bank.GetTransaction(context.Background(), operator, d.ada.Number, original.ID)
	require.NoError(t, err)
	require.Equal(t, ledger.Money(500), read.Reversed)
	d.requireVerified(t)
}

func TestLargeReversalsAtTheDeskAreForTwo(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t, 100), context.Background()
	bob := d.open(t, 0).Number
	original := d.received(t, d.ada.Number, bob, 300)
	deposited, err := d.bank.Deposit(ctx, d.customer, DepositParams{Account: d.ada.Number, Amount: 300})
	require.NoError(t, err)
	client := auth.Caller{Client: &auth.Client{ID: uuid.New(), Permissions: []auth.Permission{auth.ReversalsWrite}}}
	for _, caller := range []auth.Caller{d.teller, client} {
		_, err = d.reverse(caller, deposited.Transaction, 101, "")
		requireCode(t, auth.CodeForbidden, err)
		_, err = d.reverse(caller, deposited.Transaction, 100, "")
		require.NoError(t, err)
	}
	_, err = d.reverse(d.teller, original, 0, "")
	requireCode(t, auth.CodeForbidden, err)
	_, err = d.reverse(client, original, 101, "")
	require.NoError(t, err, "a client can transfer as much")
	_, err = d.reverse(ownerOf(bob), original, 0, "")
	require.NoError(t, err)
}

// TestReversalsAtTheSameMomentNeverExceedTheOriginal: many give back parts that are more than the whole together.
func TestReversalsAtTheSameMomentNeverExceedTheOriginal(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t)
	ada, bob := br.open(t, 1000).Number, br.open(t, 1000).Number
	original := br.received(t, ada, bob, 100)
	var parts sync.WaitGroup
	var mu sync.Mutex
	given := ledger.Money(0)
	for range 40 {
		amount := ledger.Money(1 + rand.IntN(12))
		parts.Go(func() {
			receipt, err := Receipt{}, error(nil)
			err = patiently(func() error {
				receipt, err = br.reverse(ownerOf(bob), original, amount, uuid.NewString())
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				given += receipt.Transaction.Amount
				return
			}
			var refusal *ledger.Refusal
			if !errors.As(err, &refusal) || refusal.Code != ledger.CodeReversalExceeded {
				t.Errorf("reverse %d: %v", amount, err)
			}
		})
	}
	parts.Wait()
	read, err := br.bank.GetTransaction(context.Background(), operator, bob, original.ID)
	require.NoError(t, err)
	require.Equal(t, given, read.Reversed)
	require.LessOrEqual(t, read.Reversed, original.Amount)
	br.requireVerified(t)
}

// TestReversalsAreExact: after any history of transfers and reversals, each entry has been reversed by what was acknowledged.
func TestReversalsAreExact(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	rapid.Check(t, func(t *rapid.T) {
		ada, bob := br.open(t, 500).Number, br.open(t, 0).Number
		var originals []ledger.Entry
		left := map[uuid.UUID]ledger.Money{}
		balance := ledger.Money(0) // of bob
		t.Repeat(map[string]func(*rapid.T){
			"pay": func(t *rapid.T) {
				amount := ledger.Money(rapid.IntRange(1, 20).Draw(t, "amount"))
				if br.transfer(ada, bob, amount) == nil {
					originals = append(originals, br.newest(t, bob))
					left[originals[len(originals)-1].ID] = amount
					balance += amount
				}
			},
			"spend": func(t *rapid.T) {
				amount := ledger.Money(rapid.IntRange(1, 20).Draw(t, "amount"))
				if br.withdraw(bob, amount) == nil {
					balance -= amount
				}
			},
			"reverse": func(t *rapid.T) {
				if len(originals) == 0 {
					t.Skip("nothing to reverse")
				}
				original := rapid.SampledFrom(originals).Draw(t, "original")
				amount := ledger.Money(rapid.IntRange(0, 20).Draw(t, "amount"))
				asked := amount
				if asked == 0 {
					asked = left[original.ID]
				}
				_, err := br.reverse(ownerOf(bob), original, amount, "")
				switch {
				case left[original.ID] == 0 || asked > left[original.ID]:
					requireCode(t, ledger.CodeReversalExceeded, err)
				case asked > balance:
					requireCode(t, ledger.CodeInsufficientFunds, err)
				default:
					require.NoError(t, err)
					left[original.ID] -= asked
					balance -= asked
				}
			},
			"": func(*rapid.T) {},
		})
		for _, original := range originals {
			read, err := br.bank.GetTransaction(context.Background(), operator, bob, original.ID)
			require.NoError(t, err)
			require.Equal(t, original.Amount-left[original.ID], read.Reversed)
		}
	})
	br.requireVerified(t)
}
