package bank

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

func TestCursorsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	b := newBranch(t).bank
	locked := true
	accounts := accountCursor{Locked: &locked, Query: `ада%_\"`, Age: 1 << 52, Number: 100000000008}
	transactions := transactionCursor{Account: 100000000008, Type: ledger.TypeDeposit, From: 1, To: 1 << 60, Next: uuid.Max}
	number := ledger.AccountNumber(100000000008)
	events := eventCursor{Type: auth.EventLoginFailed, Account: &number, Before: uuid.Max}

	text, err := b.cursors.Seal("accounts", accounts)
	require.NoError(t, err)
	require.Regexp(t, `^[A-Za-z0-9_.-]+$`, text, "a cursor must need no escaping in a URL")
	var gotAccounts accountCursor
	require.NoError(t, b.cursors.Open(text, "accounts", &gotAccounts))
	require.Equal(t, accounts, gotAccounts)

	text, err = b.cursors.Seal(historyCursors, transactions)
	require.NoError(t, err)
	var gotTransactions transactionCursor
	require.NoError(t, b.cursors.Open(text, historyCursors, &gotTransactions))
	require.Equal(t, transactions, gotTransactions)

	text, err = b.cursors.Seal("events", events)
	require.NoError(t, err)
	var gotEvents eventCursor
	require.NoError(t, b.cursors.Open(text, "events", &gotEvents))
	require.Equal(t, events, gotEvents)
}

func TestTamperedCursorsAreRefused(t *testing.T) {
	t.Parallel()
	b := newBranch(t).bank
	sealed := transactionCursor{Account: 100000000008, Next: uuid.Max}
	text, err := b.cursors.Seal(historyCursors, sealed)
	require.NoError(t, err)
	encode, decode := base64.RawURLEncoding.EncodeToString, base64.RawURLEncoding.DecodeString
	first, second, found := strings.Cut(text, ".")
	require.True(t, found)

	refused := func(text, list string) {
		position := transactionCursor{Account: 1, Next: uuid.Max}
		requireCode(t, ledger.CodeInvalidRequest, b.cursors.Open(text, list, &position))
		require.Equal(t, transactionCursor{Account: 1, Next: uuid.Max}, position, "a refused cursor must leave no trace")
	}
	for part, encoded := range []string{first, second} {
		content, err := decode(encoded)
		require.NoError(t, err)
		for i := range 8 * len(content) {
			changed := append([]byte(nil), content...)
			changed[i/8] ^= 1 << (i % 8)
			parts := []string{first, second}
			parts[part] = encode(changed)
			refused(strings.Join(parts, "."), historyCursors)
		}
		for length := range len(encoded) {
			parts := []string{first, second}
			parts[part] = encoded[:length]
			refused(strings.Join(parts, "."), historyCursors)
		}
	}
	for i := range text {
		for _, other := range []byte("A_-.=+ \x00\xff") {
			changed := []byte(text)
			changed[i] = other
			var position transactionCursor
			if b.cursors.Open(string(changed), historyCursors, &position) == nil {
				// The last character of each part has bits that are ignored.
				require.Equal(t, sealed, position)
			}
		}
	}
	for _, list := range []string{"accounts", "events", "", historyCursors + "\n"} {
		refused(text, list)
	}
	for _, text := range []string{"", ".", "..", "a", "e30", "e30.", ".e30", text + ".", "." + text, second + "." + first, strings.Repeat("A", 1<<16)} {
		refused(text, historyCursors)
	}
}

func TestCursorsOfAnotherBankAreRefused(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ours := br.bank.cursors
	br.reopen(t, func(who *auth.Config, _ *Config) { who.SecretKey += "x" })
	text, err := br.bank.cursors.Seal("events", eventCursor{})
	require.NoError(t, err)
	requireCode(t, ledger.CodeInvalidRequest, ours.Open(text, "events", &eventCursor{}))
}

// A cursor carries its filters: continuing with other filters, or with some where there were none, would silently skip
// entries.
func TestCursorsKeepTheirFilters(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	br := newBranch(t)
	account := br.open(t, 10)
	owner := ownerOf(account.Number)
	for range 3 {
		br.clock.pass(time.Second)
		_, err := br.bank.Deposit(ctx, owner, DepositParams{Account: account.Number, Amount: 1})
		require.NoError(t, err)
		_, err = br.auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: br.open(t, 0).Number, Pin: wrongPin})
		requireCode(t, auth.CodeInvalidCredentials, err)
	}
	noLock := false
	transactions := func(p ListTransactionsParams) (string, error) {
		p.Account, p.Limit = account.Number, 1
		page, err := br.bank.ListTransactions(ctx, owner, p)
		return page.NextCursor, err
	}
	accounts := func(p ListAccountsParams) (string, error) {
		p.Limit = 1
		page, err := br.bank.AdminListAccounts(ctx, operator, p)
		return page.NextCursor, err
	}
	events := func(p ListEventsParams) (string, error) {
		p.Limit = 1
		page, err := br.bank.AdminListEvents(ctx, operator, p)
		return page.NextCursor, err
	}
	now := br.clock.Now()
	long := now.Add(-time.Hour)
	for name, list := range map[string]func(cursor string, filtered bool) (string, error){
		"transactions by type": func(cursor string, filtered bool) (string, error) {
			return transactions(ListTransactionsParams{Cursor: cursor, Type: when(filtered, ledger.TypeDeposit)})
		},
		"transactions from": func(cursor string, filtered bool) (string, error) {
			return transactions(ListTransactionsParams{Cursor: cursor, From: when(filtered, long)})
		},
		"transactions to": func(cursor string, filtered bool) (string, error) {
			return transactions(ListTransactionsParams{Cursor: cursor, To: when(filtered, now)})
		},
		"accounts by lock": func(cursor string, filtered bool) (string, error) {
			return accounts(ListAccountsParams{Cursor: cursor, Locked: when(filtered, &noLock)})
		},
		"accounts by name": func(cursor string, filtered bool) (string, error) {
			return accounts(ListAccountsParams{Cursor: cursor, Query: when(filtered, "ada")})
		},
		"events by type": func(cursor string, filtered bool) (string, error) {
			return events(ListEventsParams{Cursor: cursor, Type: when(filtered, auth.EventLoginFailed)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			requireFiltersKept(t, list)
		})
	}
}

// when returns a value, or the zero value for no filter.
func when[T any](filtered bool, value T) T {
	if filtered {
		return value
	}
	var none T
	return none
}

func requireFiltersKept(t *testing.T, list func(cursor string, filtered bool) (string, error)) {
	t.Helper()
	unfiltered, err := list("", false)
	require.NoError(t, err)
	require.NotEmpty(t, unfiltered)
	filtered, err := list("", true)
	require.NoError(t, err)
	require.NotEmpty(t, filtered)
	for _, allowed := range []struct {
		cursor string
		with   bool
	}{{unfiltered, false}, {filtered, true}, {filtered, false}} {
		_, err := list(allowed.cursor, allowed.with)
		require.NoError(t, err)
	}
	_, err = list(unfiltered, true)
	require.Error(t, err, "a cursor without a filter was continued with one")
	requireCode(t, ledger.CodeInvalidRequest, err)
}
