package bank

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
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// told returns the types, accounts, actors and details of the whole trail, oldest first.
func told(t *testing.T, br *branch) []string {
	t.Helper()
	rows := storetest.Text(t, br.url, `SELECT event_type || ' ' || account_number || ' ' || actor || ' ' || detail AS told FROM events ORDER BY sequence`)
	var lines []string
	for line := range strings.Lines(rows) {
		lines = append(lines, strings.TrimSpace(strings.TrimPrefix(line, "told=")))
	}
	return lines
}

func TestEverySignInAndSignOutLeavesAnEvent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	br := newBranch(t)
	number := br.open(t, 0).Number
	var callers []auth.Caller
	for range 4 {
		tokens, err := br.auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
		require.NoError(t, err)
		caller, err := br.auth.Authenticate(ctx, auth.Caller{}, tokens.Access)
		require.NoError(t, err)
		callers = append(callers, caller)
	}
	for range 2 { // the second one has nothing left to end
		require.NoError(t, br.auth.Logout(ctx, callers[0], ""))
	}
	require.NoError(t, br.auth.EndSession(ctx, callers[1], callers[2].Session))
	for range 2 {
		require.NoError(t, br.auth.EndOtherSessions(ctx, callers[1]))
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
	}, told(t, br))
}

func TestAChangeOfRoleTellsTheOldAndTheNewOne(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	number := br.open(t, 0).Number
	for _, role := range []auth.Role{auth.RoleAdmin, auth.RoleAdmin, auth.RoleCustomer} {
		_, err := br.bank.SetRole(context.Background(), operator, number, role)
		require.NoError(t, err)
	}
	require.Equal(t, []string{
		fmt.Sprintf("role_changed %s operator customer>admin", number), fmt.Sprintf("role_changed %s operator admin>customer", number),
	}, told(t, br))
}

// TestRefusedTokensOfStaffLeaveAnEvent uses tokens of an ended session, of an expired one, and of a former administrator.
// Customers' tokens leave none.
func TestRefusedTokensOfStaffLeaveAnEvent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	br := newBranch(t)
	admin, customer := br.open(t, 0).Number, br.open(t, 0).Number
	_, err := br.bank.SetRole(ctx, operator, admin, auth.RoleAdmin)
	require.NoError(t, err)
	refused := func() (count int) {
		for _, line := range told(t, br) {
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
		ended[number], err = br.auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
		require.NoError(t, err)
		caller, err := br.auth.Authenticate(ctx, from(0), ended[number].Access)
		require.NoError(t, err)
		require.NoError(t, br.auth.Logout(ctx, caller, ""))
		expired[number], err = br.auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
		require.NoError(t, err)
	}
	require.Zero(t, refused())
	for i, number := range []ledger.AccountNumber{customer, admin} {
		_, err = br.auth.Authenticate(ctx, from(1), ended[number].Access)
		requireCode(t, auth.CodeTokenRevoked, err)
		require.Equal(t, i, refused(), "an access token of an ended session")
	}
	_, err = br.auth.RefreshTokens(ctx, from(2), ended[admin].Refresh)
	requireCode(t, auth.CodeTokenRevoked, err)
	require.Equal(t, 2, refused(), "a refresh token of an ended session")

	_, err = br.bank.SetRole(ctx, operator, admin, auth.RoleCustomer) // a former administrator's tokens are still recorded
	require.NoError(t, err)
	br.clock.pass(auth.AccessLifetime)
	for i, number := range []ledger.AccountNumber{customer, admin} {
		_, err = br.auth.Authenticate(ctx, from(3), expired[number].Access)
		requireCode(t, auth.CodeInvalidToken, err)
		require.Equal(t, 2+i, refused(), "an expired access token")
	}
	for i, number := range []ledger.AccountNumber{customer, admin} {
		caller := from(4)
		caller.Account, caller.Role = number, auth.RoleCustomer
		require.NoError(t, br.auth.RecordRefusedStaff(ctx, caller, number))
		require.Equal(t, 3+i, refused(), "a session of a former administrator")
	}

	before := refused()
	for range 100 {
		_, err = br.auth.Authenticate(ctx, from(5), ended[admin].Access)
		requireCode(t, auth.CodeInvalidToken, err) // it has expired by now
	}
	br.clock.pass(time.Minute) // ids of one moment are in no order
	require.NoError(t, br.auth.FlushRepeats(ctx))
	page, err := br.bank.ListAccountEvents(ctx, ownerOf(admin), ListAccountEventsParams{Account: admin, Type: auth.EventStaffTokenRefused, Limit: 1})
	require.NoError(t, err)
	require.Equal(t, int64(99), page.Events[0].Count)
	t.Logf("100 uses of one ended token are %d events", len(told(t, br))-before)
	_, err = verify.Run(ctx, br.store, func(verify.Report) {})
	require.NoError(t, err)
}

// TestMovingMoneyNeverWaitsForTheTrail checks that deposits, withdrawals, transfers and openings write no event, and proceed
// while another transaction holds the trail's end.
func TestMovingMoneyNeverWaitsForTheTrail(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	br := newBranch(t)
	if !storetest.OnSQLite() { // with its single writer, there is nothing to hold
		pool := storetest.Raw(t, br.url)
		tx, err := pool.Begin()
		require.NoError(t, err)
		defer func() { require.NoError(t, tx.Rollback()) }()
		_, err = tx.Exec("LOCK TABLE event_chain, events IN ACCESS EXCLUSIVE MODE")
		require.NoError(t, err)
	}
	deadline, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	numbers := []ledger.AccountNumber{br.open(t, 1000).Number, br.open(t, 1000).Number}
	for i := range 20 {
		from := numbers[i%2]
		_, err := br.bank.Deposit(deadline, ownerOf(from), DepositParams{Account: from, Amount: 5})
		require.NoError(t, err)
		_, err = br.bank.Withdraw(deadline, ownerOf(from), WithdrawParams{Account: from, Amount: 2})
		require.NoError(t, err)
		_, err = br.bank.Transfer(deadline, ownerOf(from), TransferParams{Account: from, To: numbers[(i+1)%2], Amount: 3})
		require.NoError(t, err)
	}
	if storetest.OnSQLite() {
		require.Empty(t, told(t, br))
	}
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
					tokens, err = br.auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
					return err
				})
				if tokens.Access != "" {
					try(func() (err error) { caller, err = br.auth.Authenticate(ctx, auth.Caller{}, tokens.Access); return err })
					// A wrong PIN inside a session locks the session's and the account's row before the trail's end.
					try(func() error {
						return br.auth.ChangePin(ctx, caller, auth.ChangePinParams{Account: number, Current: wrongPin, New: "60413"})
					})
					try(func() error { return br.auth.EndOtherSessions(ctx, caller) })
				}
				try(func() error { _, err := br.bank.UnlockAccount(ctx, operator, number); return err })
				try(func() error {
					return br.auth.RecordRead(ctx, auth.Caller{AdminKey: true, Operation: "getAccount"}, number)
				})
			}
		})
	}
	go func() { all.Wait(); close(failures) }()
	for err := range failures {
		require.NoError(t, err)
	}
	report, err := verify.Run(ctx, br.store, func(verify.Report) {})
	require.NoError(t, err)
	require.GreaterOrEqual(t, report.Events, int64(workers*rounds))
	require.NoError(t, br.store.Close())
	if !storetest.OnSQLite() {
		require.Zero(t, deadlocks(t, br.url))
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
		br.clock.pass(time.Second)
		require.NoError(t, br.auth.RecordRead(context.Background(),
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
	before := storetest.Text(t, br.url, "SELECT * FROM events ORDER BY sequence") + storetest.Text(t, br.url, "SELECT * FROM event_chain")
	pool := storetest.Raw(t, br.url)
	for _, statement := range statements {
		_, err := pool.Exec(statement)
		require.Error(t, err, statement)
	}
	require.Equal(t, before, storetest.Text(t, br.url, "SELECT * FROM events ORDER BY sequence")+storetest.Text(t, br.url, "SELECT * FROM event_chain"))
}
