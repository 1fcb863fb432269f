package copier

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

func TestCopyReportsWhatItDid(t *testing.T) {
	t.Parallel()
	for engine, url := range copyTargets() {
		t.Run("to "+engine, func(t *testing.T) {
			t.Parallel()
			source, target := newBranch(t), banktest.OpenStore(t, url(t))
			requireCopied(t, source.Store, target, smallCopies) // an empty bank
			numbers := source.busy(t, 3, 10)
			var seen []Progress
			report, err := copyBank(context.Background(), source.Store, target, smallCopies, func(p Progress) { seen = append(seen, p) })
			require.NoError(t, err)
			require.Equal(t, int64(3), report.Accounts)
			require.Equal(t, int64(3+2*10), report.Entries)
			verified, err := verify.Run(context.Background(), target, func(verify.Report) {})
			require.NoError(t, err)
			require.Equal(t, verified, report.Verified)
			last := map[string]Progress{}
			for _, p := range seen {
				require.LessOrEqual(t, last[p.Step].Done, p.Done)
				require.LessOrEqual(t, p.Done, p.Of)
				last[p.Step] = p
			}
			for _, step := range []string{StepVerifySource, StepEntries, StepVerifyTarget} {
				require.Equal(t, Progress{Step: step, Done: 23, Of: 23}, last[step])
			}

			source.deposit(t, numbers[0], 5, "")
			again := requireCopied(t, source.Store, target, smallCopies)
			require.Equal(t, []int64{0, 1}, []int64{again.Accounts, again.Entries})
			again = requireCopied(t, source.Store, target, smallCopies)
			require.Equal(t, []int64{0, 0}, []int64{again.Accounts, again.Entries})
		})
	}
}

// TestCopyKnowsEveryTable makes developers who add a table decide here whether it is copied.
func TestCopyKnowsEveryTable(t *testing.T) {
	t.Parallel()
	query := "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
	if !storetest.OnSQLite() {
		query = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"
	}
	names := strings.Fields(strings.ReplaceAll(storetest.Text(t, newBranch(t).URL, query), "name=", ""))
	copied := []string{
		"accounts", "client_keys", "customers", "event_chain", "events", "idempotency_keys", "invitations", "recovery_codes", "requests",
		"second_factors", "service_clients", "sessions", "token_blacklist", "transactions", "transfer_batches",
	}
	left := []string{"goose_db_version", "pin_reset_codes", "rate_limits", "transaction_types", "unknown_account_attempts"}
	require.ElementsMatch(t, append(copied, left...), names)
}

// TestCopyResumes interrupts a copy at every possible point, and calls it again each time.
func TestCopyResumes(t *testing.T) {
	t.Parallel()
	for engine, url := range copyTargets() {
		t.Run("to "+engine, func(t *testing.T) {
			t.Parallel()
			source, target := newBranch(t), banktest.OpenStore(t, url(t))
			numbers := source.busy(t, 5, 40)
			for i := range 4 {
				source.deposit(t, numbers[0], 1, fmt.Sprint("key-", i))
				_, err := source.Auth.Login(context.Background(), auth.Caller{}, auth.LoginParams{Account: numbers[1], Pin: goodPin})
				require.NoError(t, err)
				_, err = source.Bank.SetRole(context.Background(), operator, numbers[2], []auth.Role{auth.RoleAdmin, auth.RoleCustomer}[i%2])
				require.NoError(t, err)
			}
			partly := 0
			for patience := 1; ; patience++ {
				ctx, leave := context.WithCancel(context.Background())
				looks := 0
				_, err := copyBank(ctx, source.Store, target, smallCopies, func(Progress) {
					if looks++; looks == patience {
						leave()
					}
				})
				leave()
				if err == nil {
					break
				}
				require.ErrorIs(t, err, context.Canceled)
				if n := len(contentsOf(t, target).Entries); n > 0 && n < len(contentsOf(t, source.Store).Entries) {
					partly++
				}
			}
			require.Greater(t, partly, 2, "never ended in the middle")
			require.Equal(t, contentsOf(t, source.Store), contentsOf(t, target))
			requireCopied(t, source.Store, target, smallCopies)
		})
	}
}

// TestCopyBesideAServer copies a bank that is in use. The copy is of one moment, and a second call brings the rest.
func TestCopyBesideAServer(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	for engine, url := range copyTargets() {
		t.Run("to "+engine, func(t *testing.T) {
			t.Parallel()
			source, target := newBranch(t), banktest.OpenStore(t, url(t))
			numbers := source.busy(t, 4, 20)
			worked := 0
			work := func(Progress) { // between any two pages
				from, to := numbers[worked%4], numbers[(worked+3)%4]
				worked++
				_, err := source.Bank.Transfer(context.Background(), banktest.OwnerOf(from), bank.TransferParams{
					Account: from, To: to, Amount: 1, IdempotencyKey: fmt.Sprint("work-", worked),
				})
				require.NoError(t, err)
			}
			before := contentsOf(t, source.Store)
			_, err := copyBank(context.Background(), source.Store, target, smallCopies, work)
			require.NoError(t, err)
			require.Equal(t, before, contentsOf(t, target))
			require.Positive(t, worked)
			report := requireCopied(t, source.Store, target, smallCopies)
			require.EqualValues(t, 2*worked, report.Entries)
		})
	}
}

// TestCopyForgetsWhatTheSourceForgot checks rows that a purge has deleted, and a session that only the target has.
func TestCopyForgetsWhatTheSourceForgot(t *testing.T) {
	t.Parallel()
	for engine, url := range copyTargets() {
		t.Run("to "+engine, func(t *testing.T) {
			t.Parallel()
			source, target := newBranch(t), banktest.OpenStore(t, url(t))
			ctx := context.Background()
			number := source.open(t, 100).Number
			source.deposit(t, number, 1, "kept")
			first := source.deposit(t, number, 1, "again")
			_, err := source.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
			require.NoError(t, err)
			requireCopied(t, source.Store, target, smallCopies)
			branchOn(t, target).startSession(t, number)
			requireCopied(t, source.Store, target, smallCopies)

			source.Clock.Pass(10 * 24 * time.Hour)
			require.EqualValues(t, 3, source.Purge(t))
			// The key is claimed anew while the clock is wrong: the new row comes before the old one that conflicts with it.
			source.Clock.Pass(-20 * 24 * time.Hour)
			second := source.deposit(t, number, 1, "again")
			require.NotEqual(t, first.Transaction.ID, second.Transaction.ID)
			requireCopied(t, source.Store, target, smallCopies)
			require.Len(t, contentsOf(t, target).Keys, 1)
		})
	}
}

// TestCopyFailsOnMissingEntries checks that entries without predecessors, which a verified source cannot have,
// are an error and not an endless search.
func TestCopyFailsOnMissingEntries(t *testing.T) {
	t.Parallel()
	for held := range 5 {
		source, target := newBranch(t), newBranch(t).Store
		source.Tamper(t, "DELETE FROM transactions WHERE account_number = $1 AND sequence = 3", int64(source.busy(t, 3, 10)[0]))
		size := sizes{page: 2, batch: 2, held: held}
		var err error
		require.NoError(t, source.Store.View(context.Background(), func(ctx context.Context, q db.Querier) error {
			c := newCopier(context.Background(), ctx, q, target, size, &Report{}, unwatched)
			require.NoError(t, c.customers())
			require.NoError(t, c.accounts())
			err = c.entries()
			return nil
		}))
		require.ErrorIs(t, err, errOrder, held)
	}
}

// TestCopyStopsAtTheFirstError lets the target fail at each step, and resumes from there.
func TestCopyStopsAtTheFirstError(t *testing.T) {
	t.Parallel()
	source, target := newBranch(t), newBranch(t).Store
	number := source.busy(t, 3, 10)[0]
	source.deposit(t, number, 1, "key")
	_, err := source.Auth.Login(context.Background(), auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
	require.NoError(t, err)
	boom := errors.New("boom")
	for failing := 1; ; failing++ {
		updates := 0
		var err error
		require.NoError(t, source.Store.View(context.Background(), func(ctx context.Context, q db.Querier) error {
			c := newCopier(context.Background(), ctx, q, target, smallCopies, &Report{}, unwatched)
			c.batch.update = func(fn query) error {
				updates++
				breaks := updates == failing
				return target.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
					if err := fn(ctx, q); err != nil || !breaks {
						return err
					}
					return boom // when only the commit was left
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
		require.Equal(t, failing, updates, "it continued after the error")
	}
	require.Equal(t, contentsOf(t, source.Store), contentsOf(t, target))
}

// TestCopyKeepsItsSnapshotAlive checks that the source is queried often enough while the target has much to do:
// PostgreSQL ends a snapshot that is idle for 10 seconds.
func TestCopyKeepsItsSnapshotAlive(t *testing.T) {
	t.Parallel()
	source, target := newBranch(t), newBranch(t)
	number := source.open(t, 100).Number
	requireCopied(t, source.Store, target.Store, smallCopies)
	for range 20 { // sessions that the source does not have
		target.startSession(t, number)
	}
	source.busy(t, 3, 10)
	updates, alone, most := 0, 0, 0
	require.NoError(t, source.Store.View(context.Background(), func(ctx context.Context, q db.Querier) error {
		c := newCopier(context.Background(), ctx, q, target.Store, smallCopies, &Report{}, unwatched)
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
