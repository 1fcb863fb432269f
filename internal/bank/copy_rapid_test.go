package bank

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// renew signs in, uses the session for a while, and may end it.
func (m *ledgerModel) renew(t *rapid.T) {
	k := m.book(t, "account")
	if k.locked() {
		t.Skip("nobody gets in")
	}
	ctx := context.Background()
	tokens, err := m.br.bank.Login(ctx, Caller{Address: "192.0.2.7", UserAgent: "test"}, LoginParams{Account: k.number, Pin: goodPin})
	require.NoError(t, err)
	k.wrong = 0
	for range rapid.IntRange(0, 3).Draw(t, "renewals") {
		tokens, err = m.br.bank.RefreshTokens(ctx, Caller{Address: "2001:db8::7"}, tokens.Refresh)
		require.NoError(t, err)
	}
	if rapid.Bool().Draw(t, "sign out") {
		caller, err := m.br.bank.Authenticate(ctx, Caller{}, tokens.Access)
		require.NoError(t, err)
		require.NoError(t, m.br.bank.Logout(ctx, caller, ""))
	}
}

// rehash changes a PIN, and changes it back.
func (m *ledgerModel) rehash(t *rapid.T) {
	k := m.book(t, "account")
	if k.locked() {
		t.Skip("nobody gets in")
	}
	for _, p := range []ChangePinParams{
		{Account: k.number, Current: goodPin, New: "739184"}, {Account: k.number, Current: "739184", New: goodPin},
	} {
		require.NoError(t, m.br.bank.ChangePin(context.Background(), ownerOf(k.number), p))
	}
	k.wrong = 0
}

func (m *ledgerModel) invite(t *rapid.T) {
	hours := rapid.IntRange(1, 9*24).Draw(t, "hours")
	_, err := m.br.bank.IssueInvitation(context.Background(), operator, IssueInvitationParams{Uses: 1, Lifetime: time.Duration(hours) * time.Hour})
	require.NoError(t, err)
}

func (m *ledgerModel) promote(t *rapid.T) {
	role := rapid.SampledFrom([]Role{RoleCustomer, RoleAdmin}).Draw(t, "role")
	_, err := m.br.bank.SetRole(context.Background(), operator, m.book(t, "account").number, role)
	require.NoError(t, err)
}

// runsPerBank limits how large a bank grows, since each copy verifies all of it.
const runsPerBank = 5

// TestCopyFollowsItsSource copies after each random stretch of a bank's life, sometimes into the same target as before. Banks
// are copied to this engine and to the other one in turn.
func TestCopyFollowsItsSource(t *testing.T) {
	t.Parallel()
	urls := slices.Collect(maps.Values(copyTargets()))
	runs, keys := 0, 0
	var br *branch
	var copied *store.Store
	rapid.Check(t, func(rt *rapid.T) {
		if runs%runsPerBank == 0 {
			url := urls[runs/runsPerBank%len(urls)]
			br, copied = newBranch(t), openStore(t, url(t))
		}
		runs++
		liveAndCopy(rt, br, copied, &keys)
	})
}

func liveAndCopy(t *rapid.T, br *branch, copied *store.Store, keys *int) {
	br.clock.pass(time.Duration(rapid.IntRange(0, 9*24).Draw(t, "hours")) * time.Hour)
	_, err := br.bank.Purge(context.Background())
	require.NoError(t, err)
	m := &ledgerModel{br: br, keys: keys}
	for len(m.books) < 2 {
		m.open(t)
	}
	for range 2 { // so that the source changes after the first copy
		m.live(t)
		size := rapid.IntRange(1, 9)
		requireCopied(t, br.store, copied, copySizes{
			page: size.Draw(t, "page"), batch: size.Draw(t, "batch"), held: rapid.IntRange(0, 3).Draw(t, "held"),
		})
	}
}

func (m *ledgerModel) live(t *rapid.T) {
	t.Repeat(map[string]func(*rapid.T){
		"open":      m.open,
		"deposit":   func(t *rapid.T) { m.move(t, ledger.TypeDeposit) },
		"withdraw":  func(t *rapid.T) { m.move(t, ledger.TypeWithdrawal) },
		"transfer":  func(t *rapid.T) { m.move(t, ledger.TypeTransferOut) },
		"transfer2": func(t *rapid.T) { m.move(t, ledger.TypeTransferOut) }, // twice as often as the others
		"repeat":    m.repeat,
		"wrong PIN": func(t *rapid.T) { m.login(t, wrongPin) },
		"lock":      m.lock,
		"unlock":    m.unlock,
		"session":   m.renew,
		"invite":    m.invite,
		"PIN":       m.rehash,
		"role":      m.promote,
		"clock": func(t *rapid.T) {
			m.br.clock.pass(time.Duration(rapid.Int64Range(-5_000_000, 5_000_000).Draw(t, "microseconds")) * time.Microsecond)
		},
	})
}
