package verify_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

func (l *histories) verify() (verify.Report, error) {
	return verify.Run(context.Background(), l.Store, func(verify.Report) {})
}

func TestVerifyCountsASoundLedger(t *testing.T) {
	t.Parallel()
	l := newHistories(t)
	report, err := l.verify()
	require.NoError(t, err)
	require.Equal(t, verify.Report{Customers: 4, Accounts: 4, Entries: 15, Totals: []verify.Total{
		{Currency: "EUR", Balances: 901, Opened: 900, Deposited: 1, Settled: []verify.Settled{{Via: "cash", Debits: 901}}},
		{
			Currency: "USD", Balances: 12_300, Opened: 12_000, Deposited: 507, Withdrawn: 207, TransferredIn: 400, TransferredOut: 400,
			Settled: []verify.Settled{{Via: "cash", Debits: 12_507, Credits: 207}},
		},
	}}, report)
	// rechain itself breaks nothing when it rewrites an unchanged chain.
	for _, account := range []ledger.AccountNumber{l.ada, l.bob, l.cy, l.eva} {
		l.rechain(t, account)
	}
	again, err := l.verify()
	require.NoError(t, err)
	require.Equal(t, report, again)
}

func TestTheDatabaseRefusesToChangeItsHistory(t *testing.T) {
	t.Parallel()
	l := newHistories(t)
	file := storetest.Raw(t, l.URL)
	for _, statement := range []string{
		"UPDATE transactions SET amount = amount + 1", "UPDATE transactions SET description = description", "DELETE FROM transactions",
		"DELETE FROM transactions WHERE sequence = 3",
	} {
		_, err := file.Exec(statement)
		require.ErrorContains(t, err, "append-only", statement)
	}
	_, err := l.verify()
	require.NoError(t, err)
}

// tampering is one way to falsify a ledger, and the places that a verification may name. If the two legs of a transfer contradict
// each other, it is impossible to tell which one is wrong.
type tampering struct {
	name   string
	change func(t *testing.T, l *histories)
	places func(l *histories) []place
	reason string
}

func at(pick func(l *histories) ledger.AccountNumber, sequence int64) func(l *histories) []place {
	return func(l *histories) []place { return []place{{pick(l), sequence}} }
}

func ada(l *histories) ledger.AccountNumber { return l.ada }
func bob(l *histories) ledger.AccountNumber { return l.bob }
func cy(l *histories) ledger.AccountNumber  { return l.cy }
func eva(l *histories) ledger.AccountNumber { return l.eva }

// rentLegs are the two legs of ada's transfer to bob.
func rentLegs(l *histories) []place { return []place{{l.ada, 4}, {l.bob, 2}} }

func edits(pick func(l *histories) ledger.AccountNumber, sequence int64, column string, value any) func(t *testing.T, l *histories) {
	return func(t *testing.T, l *histories) {
		t.Helper()
		l.edit(t, pick(l), sequence, column, value)
	}
}

func editsAccount(pick func(l *histories) ledger.AccountNumber, assignment string) func(t *testing.T, l *histories) {
	return func(t *testing.T, l *histories) {
		t.Helper()
		l.Tamper(t, "UPDATE accounts SET "+assignment+" WHERE account_number = $1", int64(pick(l)))
	}
}

func removes(pick func(l *histories) ledger.AccountNumber, sequences ...int64) func(t *testing.T, l *histories) {
	return func(t *testing.T, l *histories) {
		t.Helper()
		for _, sequence := range sequences {
			l.remove(t, pick(l), sequence)
		}
	}
}

// then recomputes the chains of accounts after a change, so that each account by itself is consistent again.
func then(change func(t *testing.T, l *histories), rechained ...func(l *histories) ledger.AccountNumber) func(t *testing.T, l *histories) {
	return func(t *testing.T, l *histories) {
		t.Helper()
		change(t, l)
		for _, pick := range rechained {
			l.rechain(t, pick(l))
		}
	}
}

const (
	balanceReason = "balance does not follow"
	hashReason    = "hash does not match"
	pairReason    = "other leg"
)

// entryTamperings change entries and leave the chain unchanged.
var entryTamperings = []tampering{
	{"amount", edits(ada, 2, "amount", 501), at(ada, 2), balanceReason},
	{"amount of an opening", edits(cy, 1, "amount", 1), at(cy, 1), balanceReason},
	{"negative amount", edits(ada, 2, "amount", -500), at(ada, 2), balanceReason},
	{"balance_after", edits(ada, 3, "balance_after", 10_301), at(ada, 3), balanceReason},
	{"negative balance_after", edits(ada, 3, "balance_after", -1), at(ada, 3), balanceReason},
	{"hash", edits(bob, 2, "hash", make([]byte, 32)), at(bob, 2), hashReason},
	{"hash of the last entry", edits(ada, 7, "hash", make([]byte, 32)), at(ada, 7), hashReason},
	{"hash with a byte more", func(t *testing.T, l *histories) {
		t.Helper()
		l.Tamper(t, "UPDATE transactions SET hash = $1 WHERE account_number = $2 AND sequence = 2", make([]byte, 33), int64(l.bob))
	}, at(bob, 2), hashReason},
	{"description", edits(ada, 2, "description", "Cash."), at(ada, 2), hashReason},
	{"description of an opening", edits(ada, 1, "description", "x"), at(ada, 1), hashReason},
	{"timestamp, later", edits(ada, 7, "timestamp", int64(4e15)), at(ada, 7), hashReason},
	{"timestamp, earlier", edits(ada, 3, "timestamp", 1), at(ada, 3), "time is before"},
	{"id", edits(ada, 3, "id", uuid.NewString()), at(ada, 3), hashReason},
	{"type, taking to giving", edits(ada, 3, "transaction_type", store.TypeNumber(ledger.TypeDeposit)), at(ada, 3), balanceReason},
	{"type, of the same direction", edits(ada, 4, "transaction_type", store.TypeNumber(ledger.TypeWithdrawal)), at(ada, 4), hashReason},
	{"type, which does not exist", edits(ada, 2, "transaction_type", 6), at(ada, 2), hashReason},
	{"type, which is no number of one", edits(ada, 2, "transaction_type", -1), at(ada, 2), hashReason},
	{"currency", edits(ada, 3, "currency", "EUR"), at(ada, 3), "currency"},
	{"counterparty", func(t *testing.T, l *histories) {
		t.Helper()
		l.edit(t, l.ada, 4, "counterparty_account", int64(l.cy))
	}, at(ada, 4), hashReason},
	{"transfer_id", edits(bob, 4, "transfer_id", uuid.NewString()), at(bob, 4), hashReason},
	{"two entries change places", func(t *testing.T, l *histories) {
		t.Helper()
		l.edit(t, l.ada, 6, "sequence", 100)
		l.edit(t, l.ada, 7, "sequence", 6)
		l.edit(t, l.ada, 100, "sequence", 7)
	}, at(ada, 6), balanceReason},
	{"first entry deleted", removes(ada, 1), at(ada, 2), "entry 1 is missing"},
	{"middle entry deleted", removes(ada, 3), at(ada, 4), "entry 3 is missing"},
	{"last entry deleted", removes(bob, 4), at(bob, 0), "its last entry"},
	{"last entries deleted that cancel out", removes(ada, 6, 7), at(ada, 0), "last entries are missing"},
	{"all entries deleted", removes(eva, 1, 2), at(eva, 0), "no opening entry"},
	{"an entry added", func(t *testing.T, l *histories) {
		t.Helper()
		l.addEntry(t, l.ada, 6, l.ada, 8)
	}, at(ada, 8), "no account's history"},
	{"an entry added beside another", func(t *testing.T, l *histories) {
		t.Helper()
		l.addEntry(t, l.ada, 6, l.ada, 5)
	}, at(ada, 5), "no account's history"},
	{"link", func(t *testing.T, l *histories) {
		t.Helper()
		l.edit(t, l.ada, 5, "previous_id", l.entries(t, l.ada)[1].ID)
	}, at(ada, 5), "does not name the previous entry"},
	{"link to itself", func(t *testing.T, l *histories) {
		t.Helper()
		l.edit(t, l.ada, 5, "previous_id", l.entries(t, l.ada)[4].ID)
	}, at(ada, 5), "does not name the previous entry"},
	{"link of an opening", edits(ada, 1, "previous_id", uuid.NewString()), at(ada, 1), "does not name the previous entry"},
	{"no link", edits(ada, 7, "previous_id", nil), at(ada, 7), "does not name the previous entry"},
}

// accountTamperings change accounts and leave their entries unchanged.
var accountTamperings = []tampering{
	{"balance", editsAccount(ada, "balance = balance + 1"), at(ada, 0), "its balance"},
	{"last sequence", editsAccount(ada, "last_sequence = 8"), at(ada, 0), "last entries are missing"},
	{"last hash", editsAccount(ada, "last_hash = "+storetest.Zeros(32)), at(ada, 0), "last hash"},
	{"last id", func(t *testing.T, l *histories) {
		t.Helper()
		editsAccount(ada, "last_id = '"+l.entries(t, l.ada)[5].ID.String()+"'")(t, l)
	}, at(ada, 0), "last id"},
	{"no last id", editsAccount(ada, "last_id = NULL"), at(ada, 0), "last id"},
	{"last hash cut short", editsAccount(ada, "last_hash = "+storetest.Zeros(31)), at(ada, 0), "last hash"},
	{"currency of an account", editsAccount(eva, "currency = 'USD'"), at(eva, 1), "currency"},
	{"account number", func(t *testing.T, l *histories) {
		t.Helper()
		l.Tamper(t, "UPDATE accounts SET account_number = account_number - account_number % 10 + (account_number + 1) % 10 WHERE account_number = $1", int64(l.cy))
	}, func(l *histories) []place {
		return []place{{l.cy/10*10 + (l.cy+1)%10, 0}, {l.cy, 1}}
	}, ""},
	{"account deleted", func(t *testing.T, l *histories) {
		t.Helper()
		l.Tamper(t, "DELETE FROM accounts WHERE account_number = $1", int64(l.eva))
	}, at(eva, 1), "no account"},
	{"entry of no account", func(t *testing.T, l *histories) {
		t.Helper()
		l.addEntry(t, l.ada, 1, 100_000_000_008, 1)
	}, at(func(*histories) ledger.AccountNumber { return 100_000_000_008 }, 1), "no account"},
}

// forgeries change a ledger and then recompute the chains: only a comparison of a transfer's two legs still shows it.
var forgeries = []tampering{
	{"outgoing leg removed", then(removes(ada, 4), ada), at(bob, 2), pairReason},
	{"incoming leg removed", then(removes(bob, 2), bob), at(ada, 4), pairReason},
	{"amount of one leg", then(edits(bob, 2, "amount", 3000), bob), rentLegs, pairReason},
	{"transfer_id of one leg", then(edits(bob, 2, "transfer_id", uuid.NewString()), bob), rentLegs, pairReason},
	{"counterparty of one leg swapped", then(func(t *testing.T, l *histories) {
		t.Helper()
		l.edit(t, l.ada, 4, "counterparty_account", int64(l.cy))
	}, ada), rentLegs, pairReason},
	{"incoming leg moved to another account", then(func(t *testing.T, l *histories) {
		t.Helper()
		l.Tamper(t, `UPDATE transactions SET account_number = $1, sequence = 3, timestamp = timestamp + 1000000000
			WHERE account_number = $2 AND sequence = 2`, int64(l.cy), int64(l.bob))
	}, bob, cy), func(l *histories) []place { return []place{{l.ada, 4}, {l.cy, 3}} }, pairReason},
	{"incoming leg doubled", then(func(t *testing.T, l *histories) {
		t.Helper()
		l.addEntry(t, l.bob, 2, l.bob, 5)
	}, bob), func(l *histories) []place { return []place{{l.ada, 4}, {l.bob, 2}, {l.bob, 5}} }, ""},
	{"time set back", then(edits(ada, 3, "timestamp", 1), ada), at(ada, 3), "time is before"},
	{"type, which does not exist", then(edits(ada, 2, "transaction_type", 0), ada), at(ada, 2), "does not exist"},
	{"a second opening", then(edits(ada, 2, "transaction_type", store.TypeNumber(ledger.TypeAccountOpened)), ada), at(ada, 2), "does not fit"},
	{"an opening that is a deposit", then(edits(cy, 1, "transaction_type", store.TypeNumber(ledger.TypeDeposit)), cy), at(cy, 1), "does not fit"},
	{"a leg that is a deposit", then(edits(bob, 2, "transaction_type", store.TypeNumber(ledger.TypeDeposit)), bob), at(bob, 2), "does not fit"},
	{"balance below zero", then(edits(bob, 3, "amount", 5000), bob), at(bob, 3), ""},
	{"currency of a whole history", then(func(t *testing.T, l *histories) {
		t.Helper()
		l.Tamper(t, "UPDATE transactions SET currency = 'EUR' WHERE account_number = $1", int64(l.cy))
		editsAccount(cy, "currency = 'EUR'")(t, l)
	}, cy), func(l *histories) []place { return []place{{l.bob, 4}, {l.cy, 2}} }, pairReason},
}

func TestVerifyNamesWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for kind, all := range map[string][]tampering{"entry": entryTamperings, "account": accountTamperings, "forged": forgeries} {
		for _, c := range all {
			t.Run(kind+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				l := newHistories(t)
				want := c.places(l)
				c.change(t, l)
				var err error
				require.NotPanics(t, func() { _, err = l.verify() })
				var broken *verify.BrokenEntry
				require.ErrorAs(t, err, &broken)
				require.Contains(t, want, place{broken.Account, broken.Sequence}, err)
				require.Contains(t, broken.Reason, c.reason)
				require.ErrorContains(t, err, broken.Account.String())
				if broken.Sequence > 0 {
					require.ErrorContains(t, err, fmt.Sprintf("entry %d", broken.Sequence))
				}
			})
		}
	}
}

// TestVerifyKnowsEveryType changes the table that the sums of movements rely on.
func TestVerifyKnowsEveryType(t *testing.T) {
	t.Parallel()
	for _, statement := range []string{
		"UPDATE transaction_types SET direction = 1 WHERE name = 'withdrawal'",
		"UPDATE transaction_types SET name = 'gift' WHERE name = 'deposit'",
		"UPDATE transaction_types SET number = 8 WHERE number = 5",
		"DELETE FROM transaction_types WHERE number = 5",
		"INSERT INTO transaction_types VALUES (8, 'gift', 1)",
	} {
		t.Run(statement, func(t *testing.T) {
			t.Parallel()
			l := newHistories(t)
			l.Tamper(t, statement)
			_, err := l.verify()
			require.ErrorContains(t, err, "table of types")
		})
	}
}

func TestVerifyStopsForACallerWhoHasLeft(t *testing.T) {
	t.Parallel()
	br := banktest.New(t)
	br.Open(t, 100, "")
	ctx, leave := context.WithCancel(context.Background())
	_, err := verify.Run(ctx, br.Store, func(verify.Report) { leave() })
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorAs(t, err, new(*verify.BrokenEntry))
}
