package bank

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// TestCopyNeedsATargetOfItsOwn checks that Copy detects a server on the target, whatever that has written.
func TestCopyNeedsATargetOfItsOwn(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T, there *branch, _ AccountNumber) {
		t.Helper()
		there.open(t, 100)
	}
	deposit := func(t *testing.T, there *branch, number AccountNumber) {
		t.Helper()
		there.deposit(t, number, 1, "")
	}
	for name, c := range map[string]struct {
		step string
		done int64
		do   func(t *testing.T, there *branch, number AccountNumber)
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
					source, target := newBranch(t), openStore(t, url(t))
					number := source.busy(t, 2, 10)[0]
					there := branchOn(t, target)
					asked := false
					_, err := copyBank(context.Background(), source.store, target, smallCopies, func(p CopyProgress) {
						if p.Step == c.step && p.Done >= c.done && !asked {
							asked = true
							c.do(t, there, number)
						}
					})
					require.True(t, asked)
					require.ErrorContains(t, err, c.says)
					_, err = copyBank(context.Background(), source.store, target, smallCopies, unwatched)
					require.ErrorIs(t, err, ErrNotACopy)
				})
			}
		})
	}
}

// stranger turns a copy of the source into a database that is not an earlier copy of it.
type stranger struct {
	name string
	make func(t *testing.T, source, target *branch, number AccountNumber)
	says string
}

var strangers = []stranger{
	{"an account", func(t *testing.T, _, target *branch, _ AccountNumber) {
		t.Helper()
		target.open(t, 100)
	}, "the source has no account"},
	{"an entry more", func(t *testing.T, _, target *branch, number AccountNumber) {
		t.Helper()
		target.deposit(t, number, 7, "")
	}, "has 3 entries, and 2 in the source"},
	{"an entry instead", func(t *testing.T, source, target *branch, number AccountNumber) {
		t.Helper()
		source.deposit(t, number, 7, "")
		target.deposit(t, number, 7, "")
	}, "has a different history"},
	{"an entry instead, further back", func(t *testing.T, source, target *branch, number AccountNumber) {
		t.Helper()
		target.deposit(t, number, 7, "")
		source.deposit(t, number, 8, "")
		source.deposit(t, number, 9, "")
	}, "has a different history"},
	{"an event", func(t *testing.T, _, target *branch, number AccountNumber) {
		t.Helper()
		_, err := target.bank.Login(context.Background(), Caller{}, LoginParams{Account: number, Pin: wrongPin})
		requireCode(t, CodeInvalidCredentials, err)
	}, "the source has no event"},
	{"another account of the same number", func(t *testing.T, source, target *branch, _ AccountNumber) {
		t.Helper()
		opened := source.open(t, 0)
		require.NoError(t, target.store.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
			_, err := q.InsertAccount(ctx, db.InsertAccountParams{
				AccountNumber: int64(opened.Number), AccountHolderName: "Ada", HolderNameFolded: "ada", PinHash: "hash", Currency: "EUR",
				Role: "customer", LastHash: make([]byte, 32), CreatedAt: opened.CreatedAt.UnixMicro(),
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
					source, target := newBranch(t), openStore(t, url(t))
					number := source.open(t, 100).Number
					source.deposit(t, number, 1, "key")
					requireCopied(t, source.store, target, smallCopies)
					source.open(t, 5) // must not be copied
					c.make(t, source, branchOn(t, target), number)
					before := contentsOf(t, target)
					_, err := copyBank(context.Background(), source.store, target, smallCopies, unwatched)
					require.ErrorIs(t, err, ErrNotACopy)
					require.ErrorContains(t, err, c.says)
					require.Equal(t, before, contentsOf(t, target))
				})
			}
		})
	}
}

// TestCopyRefusesABrokenSource checks that Copy names the first broken entry and writes nothing.
func TestCopyRefusesABrokenSource(t *testing.T) {
	t.Parallel()
	for kind, all := range map[string][]tampering{"account": accountTamperings, "forged": forgeries} {
		for _, c := range all {
			t.Run(kind+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				l, target := newLedger(t), newBranch(t).store
				want := c.places(l)
				c.change(t, l)
				_, err := Copy(context.Background(), l.store, target, unwatched)
				var broken *BrokenEntry
				require.ErrorAs(t, err, &broken)
				require.ErrorContains(t, err, "the source: the ledger is broken")
				require.Contains(t, want, place{broken.Account, broken.Sequence}, err)
				require.Equal(t, contents{}, contentsOf(t, target))
			})
		}
	}
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
			source, copied := newLedger(t), &ledger{branch: newBranch(t)}
			requireCopied(t, source.store, copied.store, defaultCopySizes)
			copied.tamper(t, c.statement)
			_, err := Copy(context.Background(), source.store, copied.store, unwatched)
			require.ErrorContains(t, err, c.says)
		})
	}
	t.Run("columns that are brought up to date", func(t *testing.T) {
		t.Parallel()
		source, copied := newLedger(t), &ledger{branch: newBranch(t)}
		requireCopied(t, source.store, copied.store, defaultCopySizes)
		copied.tamper(t, `UPDATE accounts SET pin_hash = 'x', role = 'admin', failed_attempts = 2, sign_in_locked = TRUE,
			account_holder_name = 'x', holder_name_folded = 'x'`)
		requireCopied(t, source.store, copied.store, defaultCopySizes)
	})
}
