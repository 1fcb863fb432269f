package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestFrozenAndClosedAccounts: what stops which movement, and where the refusal points.
func TestFrozenAndClosedAccounts(t *testing.T) {
	t.Parallel()
	frozen := func(debits, credits bool, until time.Time) *Rules {
		return &Rules{Freeze: Freeze{Debits: debits, Credits: credits, Until: until}}
	}
	debits, credits, both := frozen(true, false, time.Time{}), frozen(false, true, time.Time{}), frozen(true, true, time.Time{})
	closed := &Rules{Closed: true}
	in, out := deposit(1), taking(1, morning)
	paying := transfer(1, 2, 1)
	for _, c := range []struct {
		name              string
		sender, recipient *Rules
		posting           Posting
		want              *Refusal
	}{
		{"a deposit", debits, nil, in, nil},
		{"a deposit", credits, nil, in, errCreditsFrozen},
		{"a deposit", both, nil, in, errCreditsFrozen},
		{"a deposit", closed, nil, in, ErrAccountClosed},
		{"a withdrawal", debits, nil, out, errDebitsFrozen},
		{"a withdrawal", credits, nil, out, nil},
		{"a withdrawal", closed, nil, out, ErrAccountClosed},
		{"a transfer", debits, nil, paying, errDebitsFrozen},
		{"a transfer", credits, nil, paying, nil},
		{"a transfer", closed, nil, paying, ErrAccountClosed},
		{"a transfer", nil, debits, paying, nil},
		{"a transfer", nil, credits, paying, errRecipientFrozen},
		{"a transfer", nil, closed, paying, errRecipientClosed},
		{"a transfer", debits, closed, paying, errDebitsFrozen},
		{"a withdrawal before the end", frozen(true, true, morning.Add(1)), nil, out, errDebitsFrozen},
		{"a withdrawal at the end", frozen(true, true, morning), nil, out, nil},
		{"a deposit after the end", frozen(true, true, morning.Add(-1)), nil, in, nil},
	} {
		ada, bob := opened(t, 1, 10), opened(t, 2, 10)
		ada.Rules, bob.Rules = c.sender, c.recipient
		entries, err := Decide(c.posting, map[AccountNumber]Account{1: ada, 2: bob})
		if c.want == nil {
			require.NoError(t, err, c.name)
			continue
		}
		require.Equal(t, error(c.want), err, c.name)
		require.Empty(t, entries)
	}
}
