package bank

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/storetest"
)

func TestCopyReportsWhatItDid(t *testing.T) {
	t.Parallel()
	toEachEngine(t, func(t *testing.T, source *branch, target *store.Store) {
		requireCopied(t, source.store, target, smallCopies) // a bank without anything in it
		numbers := source.busy(t, 3, 10)
		var seen []CopyProgress
		report, err := copyBank(context.Background(), source.store, target, smallCopies, func(p CopyProgress) { seen = append(seen, p) })
		require.NoError(t, err)
		require.Equal(t, int64(3), report.Accounts)
		require.Equal(t, int64(3+2*10), report.Entries)
		verified, err := Verify(context.Background(), target, func(VerifyReport) {})
		require.NoError(t, err)
		require.Equal(t, verified, report.Verified)
		last := map[string]CopyProgress{}
		for _, p := range seen {
			require.LessOrEqual(t, last[p.Step].Done, p.Done)
			require.LessOrEqual(t, p.Done, p.Of)
			last[p.Step] = p
		}
		for _, step := range []string{StepVerifySource, StepEntries, StepVerifyTarget} {
			require.Equal(t, CopyProgress{Step: step, Done: 23, Of: 23}, last[step])
		}

		source.deposit(t, numbers[0], 5, "")
		again := requireCopied(t, source.store, target, smallCopies)
		require.Equal(t, []int64{0, 1}, []int64{again.Accounts, again.Entries})
		again = requireCopied(t, source.store, target, smallCopies)
		require.Equal(t, []int64{0, 0}, []int64{again.Accounts, again.Entries})
	})
}

// TestCopyKnowsEveryTable: who adds a table says here what becomes of it.
func TestCopyKnowsEveryTable(t *testing.T) {
	t.Parallel()
	query := "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
	if !storetest.OnSQLite() {
		query = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"
	}
	names := strings.Fields(strings.ReplaceAll(storetest.Text(t, newBranch(t).url, query), "name=", ""))
	copied := []string{"accounts", "events", "idempotency_keys", "sessions", "token_blacklist", "transactions"}
	left := []string{"goose_db_version", "rate_limits", "unknown_account_attempts"}
	require.ElementsMatch(t, append(copied, left...), names)
}

// TestCopyGoesOn ends a copy everywhere where it can end, and calls it again each time.
func TestCopyGoesOn(t *testing.T) {
	t.Parallel()
	toEachEngine(t, func(t *testing.T, source *branch, target *store.Store) {
		numbers := source.busy(t, 5, 40)
		for i := range 4 {
			source.deposit(t, numbers[0], 1, fmt.Sprint("key-", i))
			_, err := source.bank.Login(context.Background(), Caller{}, LoginParams{Account: numbers[1], Pin: goodPin})
			require.NoError(t, err)
			_, err = source.bank.SetRole(context.Background(), operator, numbers[2], []Role{RoleAdmin, RoleCustomer}[i%2])
			require.NoError(t, err)
		}
		partly := 0
		for patience := 1; ; patience++ {
			ctx, leave := context.WithCancel(context.Background())
			looks := 0
			_, err := copyBank(ctx, source.store, target, smallCopies, func(CopyProgress) {
				if looks++; looks == patience {
					leave()
				}
			})
			leave()
			if err == nil {
				break
			}
			require.ErrorIs(t, err, context.Canceled)
			if n := len(contentsOf(t, target).Entries); n > 0 && n < len(contentsOf(t, source.store).Entries) {
				partly++
			}
		}
		require.Greater(t, partly, 2, "never ended in the middle")
		require.Equal(t, contentsOf(t, source.store), contentsOf(t, target))
		requireCopied(t, source.store, target, smallCopies)
	})
}

// TestCopyBesideAServer copies a bank that is at work. What arrives is one moment of it, and the rest comes afterwards.
func TestCopyBesideAServer(t *testing.T) {
	t.Parallel()
	toEachEngine(t, func(t *testing.T, source *branch, target *store.Store) {
		numbers := source.busy(t, 4, 20)
		worked := 0
		work := func(CopyProgress) { // between any two pages
			from, to := numbers[worked%4], numbers[(worked+3)%4]
			worked++
			_, err := source.bank.Transfer(context.Background(), ownerOf(from), TransferParams{
				Account: from, To: to, Amount: 1, IdempotencyKey: fmt.Sprint("work-", worked),
			})
			require.NoError(t, err)
		}
		before := contentsOf(t, source.store)
		_, err := copyBank(context.Background(), source.store, target, smallCopies, work)
		require.NoError(t, err)
		require.Equal(t, before, contentsOf(t, target))
		require.Positive(t, worked)
		report := requireCopied(t, source.store, target, smallCopies)
		require.EqualValues(t, 2*worked, report.Entries)
	})
}

// TestCopyNeedsATargetOfItsOwn: a target that is served meanwhile is noticed, whatever was done there.
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
		"an account among the entries":   {StepEntries, 8, open, "has appeared in the target meanwhile"},
		"an entry among the entries":     {StepEntries, 8, deposit, "does not follow"},
		"an entry behind the entries":    {StepEntries, 22, deposit, "is not as it is in the source"},
		"an account behind the accounts": {StepCompare, 2, open, "it has 3 accounts with 23 entries, and the source 2 with 22"},
		"an entry behind the accounts":   {StepCompare, 2, deposit, "it has 2 accounts with 23 entries, and the source 2 with 22"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			toEachEngine(t, func(t *testing.T, source *branch, target *store.Store) {
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
		})
	}
}

// stranger makes a target that is not an earlier copy of the source out of one that is.
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
	}, "has another history"},
	{"an entry instead, further back", func(t *testing.T, source, target *branch, number AccountNumber) {
		t.Helper()
		target.deposit(t, number, 7, "")
		source.deposit(t, number, 8, "")
		source.deposit(t, number, 9, "")
	}, "has another history"},
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
	}, "is another one"},
}

func TestCopyRefusesStrangers(t *testing.T) {
	t.Parallel()
	for _, c := range strangers {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			toEachEngine(t, func(t *testing.T, source *branch, target *store.Store) {
				number := source.open(t, 100).Number
				source.deposit(t, number, 1, "key")
				requireCopied(t, source.store, target, smallCopies)
				source.open(t, 5) // which must not arrive
				c.make(t, source, branchOn(t, target), number)
				before := contentsOf(t, target)
				_, err := copyBank(context.Background(), source.store, target, smallCopies, unwatched)
				require.ErrorIs(t, err, ErrNotACopy)
				require.ErrorContains(t, err, c.says)
				require.Equal(t, before, contentsOf(t, target))
			})
		})
	}
}

// TestCopyForgetsWhatTheSourceForgot: rows that a purge takes, and a sign-in that somebody tried out at the target.
func TestCopyForgetsWhatTheSourceForgot(t *testing.T) {
	t.Parallel()
	toEachEngine(t, func(t *testing.T, source *branch, target *store.Store) {
		ctx := context.Background()
		number := source.open(t, 100).Number
		source.deposit(t, number, 1, "kept")
		first := source.deposit(t, number, 1, "again")
		_, err := source.bank.Login(ctx, Caller{}, LoginParams{Account: number, Pin: goodPin})
		require.NoError(t, err)
		requireCopied(t, source.store, target, smallCopies)
		_, err = branchOn(t, target).bank.Login(ctx, Caller{}, LoginParams{Account: number, Pin: goodPin})
		require.NoError(t, err)
		requireCopied(t, source.store, target, smallCopies)

		source.clock.pass(10 * 24 * time.Hour)
		purged, err := source.bank.Purge(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 3, purged)
		// The key is claimed anew, by a clock that has gone wrong: the new row comes before the one that is in its way.
		source.clock.pass(-20 * 24 * time.Hour)
		second := source.deposit(t, number, 1, "again")
		require.NotEqual(t, first.Transaction.ID, second.Transaction.ID)
		requireCopied(t, source.store, target, smallCopies)
		require.Len(t, contentsOf(t, target).Keys, 1)
	})
}

// TestCopyRefusesABrokenSource: the first broken entry is named, and nothing is written.
func TestCopyRefusesABrokenSource(t *testing.T) {
	t.Parallel()
	for kind, all := range map[string][]tampering{"entry": entryTamperings, "account": accountTamperings, "forged": forgeries} {
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

// TestCopyFindsABrokenTarget: what was tampered with between two copies is found by the second.
func TestCopyFindsABrokenTarget(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, statement, says string }{
		{"an entry", "UPDATE transactions SET description = 'x' WHERE sequence = 2", "the target: the ledger is broken"},
		{"a balance", "UPDATE accounts SET balance = balance + 1", "is not as it is in the source"},
		{"a last hash", "UPDATE accounts SET last_hash = " + storetest.Zeros(32), "has another history"},
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
		copied.tamper(t, `UPDATE accounts SET pin_hash = 'x', role = 'admin', failed_attempts = 2, is_locked = TRUE,
			account_holder_name = 'x', holder_name_folded = 'x'`)
		requireCopied(t, source.store, copied.store, defaultCopySizes)
	})
}

// TestCopyNeverWaitsForAnEntryThatIsNotThere: a source that Copy would not get past is an error here, too, and not a search
// without an end.
func TestCopyNeverWaitsForAnEntryThatIsNotThere(t *testing.T) {
	t.Parallel()
	for held := range 5 {
		l, target := newLedger(t), newBranch(t).store
		l.remove(t, l.ada, 3)
		sizes := copySizes{page: 2, batch: 2, held: held}
		var err error
		require.NoError(t, l.store.View(context.Background(), func(ctx context.Context, q db.Querier) error {
			c := newCopier(context.Background(), ctx, q, target, sizes, &CopyReport{}, unwatched)
			require.NoError(t, c.accounts())
			err = c.entries()
			return nil
		}))
		require.ErrorIs(t, err, errOrder, held)
	}
}

// TestCopyStopsAtTheFirstError of the target, and goes on from there.
func TestCopyStopsAtTheFirstError(t *testing.T) {
	t.Parallel()
	source, target := newLedger(t), newBranch(t).store
	boom := errors.New("boom")
	for failing := 1; ; failing++ {
		updates := 0
		var err error
		require.NoError(t, source.store.View(context.Background(), func(ctx context.Context, q db.Querier) error {
			c := newCopier(context.Background(), ctx, q, target, smallCopies, &CopyReport{}, unwatched)
			c.batch.update = func(fn query) error {
				updates++
				breaks := updates == failing
				return target.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
					if err := fn(ctx, q); err != nil || !breaks {
						return err
					}
					return boom // when all but the commit was done
				})
			}
			err = c.run()
			return nil
		}))
		if updates < failing {
			require.NoError(t, err)
			break
		}
		require.ErrorIs(t, err, boom)
		require.Equal(t, failing, updates, "it went on")
	}
	require.Equal(t, contentsOf(t, source.store), contentsOf(t, target))
}

// TestCopyLeavesItsSnapshotNeverAlone: PostgreSQL ends one that is not asked for anything for 10 seconds, and a target may have
// that much to do.
func TestCopyLeavesItsSnapshotNeverAlone(t *testing.T) {
	t.Parallel()
	source, target := newBranch(t), newBranch(t)
	number := source.open(t, 100).Number
	requireCopied(t, source.store, target.store, smallCopies)
	for range 20 { // sessions, which the source has not
		_, err := target.bank.Login(context.Background(), Caller{}, LoginParams{Account: number, Pin: goodPin})
		require.NoError(t, err)
	}
	source.busy(t, 3, 10)
	updates, alone, most := 0, 0, 0
	require.NoError(t, source.store.View(context.Background(), func(ctx context.Context, q db.Querier) error {
		c := newCopier(context.Background(), ctx, q, target.store, smallCopies, &CopyReport{}, unwatched)
		ask, update := c.source, c.batch.update
		c.source = func(fn query) error {
			alone = 0
			return ask(fn)
		}
		c.batch.update = func(fn query) error {
			updates++
			alone++
			most = max(most, alone)
			return update(fn)
		}
		return c.run()
	}))
	require.Greater(t, updates, 20)
	require.Equal(t, 1, most, "updates in a row")
}
