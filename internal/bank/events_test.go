package bank

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// trail returns the whole audit trail, oldest first, read page by page.
func trail(t *testing.T, br *branch, p ListEventsParams) []audit.Event {
	t.Helper()
	var events []audit.Event
	p.Limit = 2
	for {
		page, err := br.bank.AdminListEvents(context.Background(), operator, p)
		require.NoError(t, err)
		events = append(page.Events, events...)
		for i := range page.Events[:max(len(page.Events)-1, 0)] {
			require.Greater(t, page.Events[i].ID.String(), page.Events[i+1].ID.String(), "newest first")
		}
		for i, j := 0, len(page.Events)-1; i < j; i, j = i+1, j-1 {
			events[i], events[j] = events[j], events[i]
		}
		if page.NextCursor == "" {
			return events
		}
		p.Cursor = page.NextCursor
	}
}

func TestEventsTellWhatHappened(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	br := newBranch(t)
	account, other := br.open(t, 0), br.open(t, 0)
	guest := auth.Caller{Address: "203.0.113.9", RequestID: "req-guess"}
	keyHolder := auth.Caller{AdminKey: true, Address: "203.0.113.1", RequestID: "req-unlock"}
	step := func() { br.clock.pass(time.Second) }

	for range 3 {
		step()
		_, err := br.auth.Login(ctx, guest, auth.LoginParams{Account: account.Number, Pin: wrongPin})
		requireCode(t, auth.CodeInvalidCredentials, err)
	}
	step()
	_, err := br.auth.Login(ctx, guest, auth.LoginParams{Account: account.Number, Pin: goodPin})
	requireCode(t, auth.CodeAccountLocked, err) // does not count as a guess
	step()
	_, err = br.auth.Login(ctx, guest, auth.LoginParams{Account: 999999999991, Pin: goodPin})
	requireCode(t, auth.CodeInvalidCredentials, err)
	step()
	_, err = br.bank.UnlockAccount(ctx, keyHolder, account.Number)
	require.NoError(t, err)
	step()
	_, err = br.bank.UnlockAccount(ctx, keyHolder, account.Number)
	requireCode(t, auth.CodeAccountNotLocked, err)
	br.clock.pass(5 * time.Second) // the wait after an unlock
	require.NoError(t, br.auth.ChangePin(ctx, ownerOf(account.Number), auth.ChangePinParams{Account: account.Number, Current: goodPin, New: "60413"}))
	step()
	for range 2 { // the second changes nothing
		_, err = br.bank.SetRole(ctx, operator, other.Number, auth.RoleAdmin)
		require.NoError(t, err)
	}

	type told struct {
		Type                      audit.EventType
		Account                   ledger.AccountNumber
		Actor, Address, RequestID string
	}
	want := []told{
		{auth.EventLoginFailed, account.Number, "anonymous", "203.0.113.9", "req-guess"},
		{auth.EventLoginFailed, account.Number, "anonymous", "203.0.113.9", "req-guess"},
		{auth.EventLoginFailed, account.Number, "anonymous", "203.0.113.9", "req-guess"},
		{auth.EventAccountLocked, account.Number, "anonymous", "203.0.113.9", "req-guess"},
		{auth.EventLoginFailed, 999999999991, "anonymous", "203.0.113.9", "req-guess"},
		{auth.EventAccountUnlocked, account.Number, "admin_key", "203.0.113.1", "req-unlock"},
		{auth.EventPinChanged, account.Number, account.Number.String(), "192.0.2.1", "test"},
		{EventRoleChanged, other.Number, "operator", "", "test"},
	}
	var got []told
	for _, e := range trail(t, br, ListEventsParams{}) {
		require.NotEqual(t, uuid.Nil, e.ID)
		require.Equal(t, time.UTC, e.Timestamp.Location())
		got = append(got, told{e.Type, e.Account, e.Actor, e.Address, e.RequestID})
	}
	// The lock follows the failure that caused it by a microsecond; their order is not checked here.
	require.ElementsMatch(t, want[2:4], got[2:4])
	require.Equal(t, append(want[:2:2], want[4:]...), append(got[:2:2], got[4:]...))

	require.Len(t, trail(t, br, ListEventsParams{Type: auth.EventLoginFailed}), 4)
	require.Len(t, trail(t, br, ListEventsParams{Account: &account.Number}), 6)
	require.Len(t, trail(t, br, ListEventsParams{Account: &account.Number, Type: auth.EventLoginFailed}), 3)
	require.Empty(t, trail(t, br, ListEventsParams{Account: new(ledger.AccountNumber)}))
	require.Equal(t, int64(4), br.auth.Counters.LoginsFailed.Load())
	require.Equal(t, int64(1), br.auth.Counters.AccountsLocked.Load())
}

func TestEventsAreForAdministrators(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	for _, caller := range []auth.Caller{{}, ownerOf(br.open(t, 0).Number)} {
		_, err := br.bank.AdminListEvents(context.Background(), caller, ListEventsParams{})
		requireCode(t, auth.CodeForbidden, err)
	}
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
	}, storetest.Events(t, br.url))
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
		require.Empty(t, storetest.Events(t, br.url))
	}
}
