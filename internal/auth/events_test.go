package auth_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

func TestEverySignInAndSignOutLeavesAnEvent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	br := newBranch(t)
	number := br.open(t, 0).Number
	var callers []auth.Caller
	for range 4 {
		tokens, err := br.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
		require.NoError(t, err)
		caller, err := br.Auth.Authenticate(ctx, auth.Caller{}, tokens.Access)
		require.NoError(t, err)
		callers = append(callers, caller)
	}
	for range 2 { // the second one has nothing left to end
		require.NoError(t, br.Auth.Logout(ctx, callers[0], ""))
	}
	require.NoError(t, br.Auth.EndSession(ctx, callers[1], callers[2].Session))
	for range 2 {
		require.NoError(t, br.Auth.EndOtherSessions(ctx, callers[1]))
	}
	line := func(kind audit.EventType, actor, detail string) string {
		return fmt.Sprintf("%s %s %s %s", kind, number, actor, detail)
	}
	require.Equal(t, []string{
		line(auth.EventSignedIn, number.String(), callers[0].Session.String()), line(auth.EventSignedIn, number.String(), callers[1].Session.String()),
		line(auth.EventSignedIn, number.String(), callers[2].Session.String()), line(auth.EventSignedIn, number.String(), callers[3].Session.String()),
		line(auth.EventSignedOut, number.String(), callers[0].Session.String()),
		line(auth.EventSignedOut, number.String(), callers[2].Session.String()),
		line(auth.EventSignedOut, number.String(), "all others"),
	}, storetest.Events(t, br.URL))
}

// TestRefusedTokensOfStaffLeaveAnEvent uses tokens of an ended session, of an expired one, and of a former administrator.
// Customers' tokens leave none.
func TestRefusedTokensOfStaffLeaveAnEvent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	br := newBranch(t)
	admin, customer := br.open(t, 0).Number, br.open(t, 0).Number
	_, err := br.Bank.SetRole(ctx, operator, admin, auth.RoleAdmin)
	require.NoError(t, err)
	refused := func() (count int) {
		for _, line := range storetest.Events(t, br.URL) {
			if strings.HasPrefix(line, string(auth.EventStaffTokenRefused)) {
				require.Equal(t, fmt.Sprintf("%s %s anonymous getAccount", auth.EventStaffTokenRefused, admin), line)
				count++
			}
		}
		return count
	}
	from := func(last int) auth.Caller {
		return auth.Caller{Address: fmt.Sprintf("203.0.%d.9", last), RequestID: "chosen", ServerRequestID: "own", Operation: "getAccount"}
	}
	ended, expired := map[ledger.AccountNumber]auth.Tokens{}, map[ledger.AccountNumber]auth.Tokens{}
	for _, number := range []ledger.AccountNumber{admin, customer} {
		ended[number], err = br.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
		require.NoError(t, err)
		caller, err := br.Auth.Authenticate(ctx, from(0), ended[number].Access)
		require.NoError(t, err)
		require.NoError(t, br.Auth.Logout(ctx, caller, ""))
		expired[number], err = br.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
		require.NoError(t, err)
	}
	require.Zero(t, refused())
	for i, number := range []ledger.AccountNumber{customer, admin} {
		_, err = br.Auth.Authenticate(ctx, from(1), ended[number].Access)
		requireCode(t, auth.CodeTokenRevoked, err)
		require.Equal(t, i, refused(), "an access token of an ended session")
	}
	_, err = br.Auth.RefreshTokens(ctx, from(2), ended[admin].Refresh)
	requireCode(t, auth.CodeTokenRevoked, err)
	require.Equal(t, 2, refused(), "a refresh token of an ended session")

	_, err = br.Bank.SetRole(ctx, operator, admin, auth.RoleCustomer) // a former administrator's tokens are still recorded
	require.NoError(t, err)
	br.Clock.Pass(auth.AccessLifetime)
	for i, number := range []ledger.AccountNumber{customer, admin} {
		_, err = br.Auth.Authenticate(ctx, from(3), expired[number].Access)
		requireCode(t, auth.CodeInvalidToken, err)
		require.Equal(t, 2+i, refused(), "an expired access token")
	}
	for i, number := range []ledger.AccountNumber{customer, admin} {
		caller := from(4)
		caller.Account, caller.Role = number, auth.RoleCustomer
		require.NoError(t, br.Auth.RecordRefusedStaff(ctx, caller, number))
		require.Equal(t, 3+i, refused(), "a session of a former administrator")
	}

	before := refused()
	for range 100 {
		_, err = br.Auth.Authenticate(ctx, from(5), ended[admin].Access)
		requireCode(t, auth.CodeInvalidToken, err) // it has expired by now
	}
	br.Clock.Pass(time.Minute) // ids of one moment are in no order
	require.NoError(t, br.Auth.FlushRepeats(ctx))
	page, err := br.Bank.ListAccountEvents(ctx, banktest.OwnerOf(admin), bank.ListAccountEventsParams{Account: admin, Type: auth.EventStaffTokenRefused, Limit: 1})
	require.NoError(t, err)
	require.Equal(t, int64(99), page.Events[0].Count)
	t.Logf("100 uses of one ended token are %d events", len(storetest.Events(t, br.URL))-before)
	_, err = verify.Run(ctx, br.Store, func(verify.Report) {})
	require.NoError(t, err)
}

// TestConcurrentEventsAreOneChain records events concurrently, in transactions that also lock other rows.
func TestConcurrentEventsAreOneChain(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	ctx := context.Background()
	br := newBranch(t)
	numbers := []ledger.AccountNumber{br.open(t, 0).Number, br.open(t, 0).Number}
	const workers, rounds = 4, 8
	var all sync.WaitGroup
	failures := make(chan error, workers*rounds*6)
	for worker := range workers {
		all.Go(func() {
			number := numbers[worker%2]
			try := func(work func() error) { failures <- unlessRefused(patiently(work)) }
			for range rounds {
				var tokens auth.Tokens
				var caller auth.Caller
				try(func() (err error) {
					tokens, err = br.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
					return err
				})
				if tokens.Access != "" {
					try(func() (err error) { caller, err = br.Auth.Authenticate(ctx, auth.Caller{}, tokens.Access); return err })
					// A wrong PIN inside a session locks the session's and the account's row before the trail's end.
					try(func() error {
						return br.Auth.ChangePin(ctx, caller, auth.ChangePinParams{Account: number, Current: wrongPin, New: "60413"})
					})
					try(func() error { return br.Auth.EndOtherSessions(ctx, caller) })
				}
				try(func() error { _, err := br.Bank.UnlockAccount(ctx, operator, number); return err })
				try(func() error {
					return br.Auth.RecordRead(ctx, auth.Caller{AdminKey: true, Operation: "getAccount"}, number)
				})
			}
		})
	}
	go func() { all.Wait(); close(failures) }()
	for err := range failures {
		require.NoError(t, err)
	}
	report, err := verify.Run(ctx, br.Store, func(verify.Report) {})
	require.NoError(t, err)
	require.GreaterOrEqual(t, report.Events, int64(workers*rounds))
	require.NoError(t, br.Store.Close())
	if !storetest.OnSQLite() {
		require.Zero(t, deadlocks(t, br.URL))
	}
}

// deadlocks returns how many deadlocks PostgreSQL has counted. A server process reports its counts when it ends, at the
// latest.
func deadlocks(t *testing.T, url string) (count int) {
	t.Helper()
	pool := storetest.Raw(t, url)
	require.Eventually(t, func() bool {
		var others int
		require.NoError(t, pool.QueryRow(
			"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").Scan(&others))
		return others == 0
	}, time.Minute, 10*time.Millisecond)
	require.NoError(t, pool.QueryRow("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").Scan(&count))
	return count
}

// unlessRefused ignores refusals by the bank's rules.
func unlessRefused(err error) error {
	if _, refused := errors.AsType[*ledger.Refusal](err); refused {
		return nil
	}
	return err
}

// trailOf returns a branch with the given number of events.
func trailOf(t *testing.T, events int) *branch {
	t.Helper()
	br := newBranch(t)
	for i := range events {
		br.Clock.Pass(time.Second)
		require.NoError(t, br.Auth.RecordRead(context.Background(),
			auth.Caller{AdminKey: true, Address: "203.0.113.7", RequestID: fmt.Sprint("chosen-", i), ServerRequestID: uuid.NewString(), Operation: "getAccount"},
			ledger.AccountNumber(100_000_000_008)))
	}
	return br
}

func TestEventsAreNeverChanged(t *testing.T) {
	t.Parallel()
	br := trailOf(t, 3)
	zeros := storetest.Zeros(32)
	columns := `id, event_type, account_number, actor, client_address, request_id, timestamp, count, server_request_id, detail, sequence, previous_hash, hash`
	copied := func(sequence, previous string) string {
		return fmt.Sprintf(`INSERT INTO events (%s) SELECT CAST('%s' AS %s), event_type, account_number, actor, client_address, request_id, timestamp,
			count, server_request_id, detail, %s, %s, hash FROM events WHERE sequence = 3`, columns, uuid.NewString(), storetest.UUID(), sequence, previous)
	}
	statements := []string{
		"UPDATE events SET actor = 'anonymous'", "UPDATE events SET sequence = sequence + 10", "DELETE FROM events", "DELETE FROM events WHERE sequence = 3",
		"UPDATE event_chain SET sequence = 2", "UPDATE event_chain SET sequence = 4", "UPDATE event_chain SET hash = " + zeros, "DELETE FROM event_chain",
		copied("3", "previous_hash"), copied("4", "previous_hash"), copied("5", "hash"),
	}
	if storetest.OnSQLite() {
		statements = append(statements, "INSERT OR REPLACE INTO events SELECT * FROM events WHERE sequence = 3",
			"REPLACE INTO event_chain VALUES (1, 0, "+zeros+")", "UPDATE OR REPLACE events SET sequence = 1 WHERE sequence = 2")
	} else {
		statements = append(statements, "TRUNCATE events", "TRUNCATE event_chain")
	}
	before := storetest.Text(t, br.URL, "SELECT * FROM events ORDER BY sequence") + storetest.Text(t, br.URL, "SELECT * FROM event_chain")
	pool := storetest.Raw(t, br.URL)
	for _, statement := range statements {
		_, err := pool.Exec(statement)
		require.Error(t, err, statement)
	}
	require.Equal(t, before, storetest.Text(t, br.URL, "SELECT * FROM events ORDER BY sequence")+storetest.Text(t, br.URL, "SELECT * FROM event_chain"))
}
