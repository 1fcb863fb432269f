package copier

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// TestCopyNeedsATargetOfItsOwn checks that Copy detects a server on the target, whatever that has written.
func TestCopyNeedsATargetOfItsOwn(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T, there *branch, _ ledger.AccountNumber) {
		t.Helper()
		there.open(t, 100)
	}
	deposit := func(t *testing.T, there *branch, number ledger.AccountNumber) {
		t.Helper()
		there.deposit(t, number, 1, "")
	}
	for name, c := range map[string]struct {
		step string
		done int64
		do   func(t *testing.T, there *branch, number ledger.AccountNumber)
		says string
	}{
		"an account among the entries":   {StepEntries, 8, open, "has appeared in the target during the copy"},
		"an entry among the entries":     {StepEntries, 8, deposit, "does not follow"},
		"an entry behind the entries":    {StepEntries, 22, deposit, "is not as it is in the source"},
		"an account behind the accounts": {StepCompare, 2, open, "it has 3 accounts with 23 entries, and the source 2 with 22"},
		"an entry behind the accounts":   {StepCompare, 2, deposit, "it has 2 accounts with 23 entries, and the source 2 with 22"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for engine, url := range copyTargets() {
				t.Run("to "+engine, func(t *testing.T) {
					t.Parallel()
					source, target := newBranch(t), banktest.OpenStore(t, url(t))
					number := source.busy(t, 2, 10)[0]
					there := branchOn(t, target)
					asked := false
					_, err := copyBank(context.Background(), source.Store, target, smallCopies, func(p Progress) {
						if p.Step == c.step && p.Done >= c.done && !asked {
							asked = true
							c.do(t, there, number)
						}
					})
					require.True(t, asked)
					require.ErrorContains(t, err, c.says)
					_, err = copyBank(context.Background(), source.Store, target, smallCopies, unwatched)
					require.ErrorIs(t, err, ErrNotACopy)
				})
			}
		})
	}
}

// stranger turns a copy of the source into a database that is not an earlier copy of it.
type stranger struct {
	name string
	make func(t *testing.T, source, target *branch, number ledger.AccountNumber)
	says string
}

var strangers = []stranger{
	{"an account", func(t *testing.T, _, target *branch, _ ledger.AccountNumber) {
		t.Helper()
		target.open(t, 100)
	}, "the source has no customer"},
	{"an entry more", func(t *testing.T, _, target *branch, number ledger.AccountNumber) {
		t.Helper()
		target.deposit(t, number, 7, "")
	}, "has 3 entries, and 2 in the source"},
	{"an entry instead", func(t *testing.T, source, target *branch, number ledger.AccountNumber) {
		t.Helper()
		source.deposit(t, number, 7, "")
		target.deposit(t, number, 7, "")
	}, "has a different history"},
	{"an entry instead, further back", func(t *testing.T, source, target *branch, number ledger.AccountNumber) {
		t.Helper()
		target.deposit(t, number, 7, "")
		source.deposit(t, number, 8, "")
		source.deposit(t, number, 9, "")
	}, "has a different history"},
	{"an event", func(t *testing.T, _, target *branch, number ledger.AccountNumber) {
		t.Helper()
		_, err := target.Auth.Login(context.Background(), auth.Caller{}, auth.LoginParams{Account: number, Pin: wrongPin})
		requireCode(t, auth.CodeInvalidCredentials, err)
	}, "the source has no event"},
	{"another account of the same number", func(t *testing.T, source, target *branch, _ ledger.AccountNumber) {
		t.Helper()
		opened := source.open(t, 0)
		require.NoError(t, target.Store.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
			err := q.InsertCustomer(ctx, db.InsertCustomerParams{
				ID: opened.Customer, Name: "Ada", NameFolded: "ada", PinHash: "hash", Role: "customer", CreatedAt: opened.CreatedAt.UnixMicro(),
			})
			if err != nil {
				return err
			}
			_, err = q.InsertAccount(ctx, db.InsertAccountParams{
				AccountNumber: int64(opened.Number), CustomerID: opened.Customer, Currency: "EUR", LastHash: make([]byte, 32),
				CreatedAt: opened.CreatedAt.UnixMicro(),
			})
			return err
		}))
	}, "is a different one"},
}

func TestCopyRefusesStrangers(t *testing.T) {
	t.Parallel()
	for _, c := range strangers {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for engine, url := range copyTargets() {
				t.Run("to "+engine, func(t *testing.T) {
					t.Parallel()
					source, target := newBranch(t), banktest.OpenStore(t, url(t))
					number := source.open(t, 100).Number
					source.deposit(t, number, 1, "key")
					requireCopied(t, source.Store, target, smallCopies)
					source.open(t, 5) // must not be copied
					c.make(t, source, branchOn(t, target), number)
					before := contentsOf(t, target)
					_, err := copyBank(context.Background(), source.Store, target, smallCopies, unwatched)
					require.ErrorIs(t, err, ErrNotACopy)
					require.ErrorContains(t, err, c.says)
					require.Equal(t, before, contentsOf(t, target))
				})
			}
		})
	}
}

// TestCopyRefusesABrokenSource checks that Copy verifies the whole source before it writes anything. What a verification finds is
// tested with it.
func TestCopyRefusesABrokenSource(t *testing.T) {
	t.Parallel()
	const ofOne = " WHERE account_number = $1"
	for _, c := range []struct {
		name, statement string
		sequence        int64 // where the fault is; 0 for the account itself
	}{
		{"an amount", "UPDATE transactions SET amount = amount + 1" + ofOne + " AND sequence = 2", 2},
		{"an entry is gone", "DELETE FROM transactions" + ofOne + " AND sequence = 2", 3},
		{"the last entry is gone", "DELETE FROM transactions" + ofOne + " AND sequence = 3", 0},
		{"a balance", "UPDATE accounts SET balance = balance + 1" + ofOne, 0},
		{"a last hash", "UPDATE accounts SET last_hash = " + storetest.Zeros(32) + ofOne, 0},
		{"a currency", "UPDATE accounts SET currency = 'EUR'" + ofOne, 1},
		{"an account is gone", "DELETE FROM accounts" + ofOne, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			source, target := newBranch(t), newBranch(t).Store
			source.open(t, 100)
			number := source.open(t, 100).Number
			source.deposit(t, number, 1, "")
			source.deposit(t, number, 2, "")
			source.Tamper(t, c.statement, int64(number))
			_, err := Copy(context.Background(), source.Store, target, unwatched)
			var broken *verify.BrokenEntry
			require.ErrorAs(t, err, &broken)
			require.ErrorContains(t, err, "the source: the ledger is broken")
			require.Equal(t, number, broken.Account)
			require.Equal(t, c.sequence, broken.Sequence, err)
			require.Equal(t, contents{}, contentsOf(t, target))
		})
	}
	t.Run("an event", func(t *testing.T) {
		t.Parallel()
		source, target := newBranch(t), newBranch(t).Store
		_, err := source.Bank.SetRole(context.Background(), operator, source.open(t, 100).Number, auth.RoleAdmin)
		require.NoError(t, err)
		source.Tamper(t, "UPDATE events SET actor = 'anonymous' WHERE sequence = 1")
		_, err = Copy(context.Background(), source.Store, target, unwatched)
		require.ErrorAs(t, err, new(*verify.BrokenEvent))
		require.ErrorContains(t, err, "the source: the audit trail is broken")
		require.Equal(t, contents{}, contentsOf(t, target))
	})
}

// TestCopyFindsABrokenTarget checks that a second copy finds what was tampered with after the first.
func TestCopyFindsABrokenTarget(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, statement, says string }{
		{"an entry", "UPDATE transactions SET description = 'x' WHERE sequence = 2", "the target: the ledger is broken"},
		{"a balance", "UPDATE accounts SET balance = balance + 1", "is not as it is in the source"},
		{"a last hash", "UPDATE accounts SET last_hash = " + storetest.Zeros(32), "has a different history"},
		{"an entry is gone", "DELETE FROM transactions WHERE sequence = 2", "the target: the ledger is broken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			source, copied := newBranch(t), newBranch(t)
			source.busy(t, 3, 10)
			requireCopied(t, source.Store, copied.Store, defaultSizes)
			copied.Tamper(t, c.statement)
			_, err := Copy(context.Background(), source.Store, copied.Store, unwatched)
			require.ErrorContains(t, err, c.says)
		})
	}
	t.Run("columns that are brought up to date", func(t *testing.T) {
		t.Parallel()
		source, copied := newBranch(t), newBranch(t)
		source.busy(t, 3, 10)
		requireCopied(t, source.Store, copied.Store, defaultSizes)
		copied.Tamper(t, `UPDATE customers SET pin_hash = 'x', role = 'admin', failed_attempts = 2, sign_in_locked = TRUE, name = 'x', name_folded = 'x'`)
		requireCopied(t, source.Store, copied.Store, defaultSizes)
	})
}
