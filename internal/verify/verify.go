// Package verify proves a bank from what its database holds: each account from its entries, by the ledger's own rules, money in all from
// the accounts, and the audit trail from its events.
package verify

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// Report is what a verification has counted.
type Report struct {
	Customers int64
	Accounts  int64
	Entries   int64
	Reversals int64   // of the entries
	Holds     int64   // in every status
	Runs      int64   // of standing orders
	Events    int64   // of the audit trail
	Totals    []Total // ordered by currency code
}

// Total holds the sums of one currency. Balances = Opened + Deposited - Withdrawn, and TransferredIn = TransferredOut.
type Total struct {
	Currency                      string
	Balances                      int64
	Opened, Deposited, Withdrawn  int64
	TransferredIn, TransferredOut int64
	Settled                       []Settled // ordered by their codes; Balances is the sum of them
	legs                          uint64    // sum of the out legs' digests minus the in legs'; 0 if all are paired
}

// Settled is what deposits and initial deposits have debited to a settlement code, and withdrawals have credited to it.
type Settled struct {
	Via             string
	Debits, Credits int64
}

// BrokenEntry is the first fault that a verification has found in the ledger.
type BrokenEntry struct {
	Account  ledger.AccountNumber
	Sequence int64 // 0 for the account itself
	Reason   string
}

func (e *BrokenEntry) Error() string {
	if e.Sequence == 0 {
		return fmt.Sprintf("%v: account %s: %s", errLedger, e.Account, e.Reason)
	}
	return fmt.Sprintf("%v: account %s, entry %d: %s", errLedger, e.Account, e.Sequence, e.Reason)
}

const page = 1000 // accounts, or entries

// verifier checks every account's history on one snapshot.
type verifier struct {
	q        db.Querier
	report   Report
	totals   map[string]*Total
	spent    *spendings            // of the account that is being verified
	captures map[uuid.UUID]capture // likewise, by the hold
	progress func(Report)

	explained int64 // holds whose captures or money an account explains

	cancelled func() error // called between two pages
}

// Run checks the whole ledger against its entries: every hash, sequence, balance and time, each transfer's two legs, and
// the conservation of money, what reversals reverse, and that customers and accounts belong together. Then it checks the audit trail. It reads one snapshot
// and can run beside a server. The error is
// a *BrokenEntry if the ledger is broken, and in most cases a *BrokenEvent if the audit trail is; the report then covers what
// comes before the fault. Run calls progress now and then.
func Run(ctx context.Context, s *store.Store, progress func(Report)) (Report, error) {
	var report Report
	err := s.View(ctx, func(snapshot context.Context, q db.Querier) error {
		var err error
		report, err = Snapshot(snapshot, q, ctx.Err, progress)
		return err
	})
	return report, err
}

// Snapshot is Run on the caller's snapshot. It calls cancelled between two pages, since a snapshot's own context is never
// cancelled.
func Snapshot(ctx context.Context, q db.Querier, cancelled func() error, progress func(Report)) (Report, error) {
	v := verifier{q: q, totals: map[string]*Total{}, progress: progress, cancelled: cancelled}
	err := v.types(ctx)
	if err == nil {
		err = v.accounts(ctx)
	}
	if err == nil {
		err = v.whole(ctx)
	}
	if err == nil {
		err = v.reversals(ctx)
	}
	if err == nil {
		err = v.holds(ctx)
	}
	if err == nil {
		err = v.customers(ctx)
	}
	if err == nil {
		err = v.requests(ctx)
	}
	if err == nil {
		err = v.standingOrders(ctx)
	}
	if err == nil {
		err = v.events(ctx)
	}
	for _, currency := range slices.Sorted(maps.Keys(v.totals)) {
		v.report.Totals = append(v.report.Totals, *v.totals[currency])
	}
	return v.report, err
}

// types compares the database's table of types with the program's: the sums of movements rely on it.
func (v *verifier) types(ctx context.Context) error {
	rows, err := v.q.ListTransactionTypes(ctx)
	if err == nil && !slices.Equal(rows, store.TransactionTypes()) {
		err = fmt.Errorf("%w: its table of types was changed", errLedger)
	}
	return err
}

func (v *verifier) accounts(ctx context.Context) error {
	after := int64(0)
	for {
		rows, err := v.q.ListAccountsByNumber(ctx, db.ListAccountsByNumberParams{AfterNumber: after, RowLimit: page})
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			if err := v.account(ctx, &row); err != nil {
				return err
			}
			after = row.AccountNumber
		}
		if err := v.pause(); err != nil {
			return err
		}
	}
}

// pause runs between two pages.
func (v *verifier) pause() error {
	v.progress(v.report)
	return v.cancelled()
}

func (v *verifier) count(t *ledger.Entry) {
	v.report.Entries++
	if t.Type.Reverses() {
		v.report.Reversals++
	}
	total := v.totals[t.Currency]
	if total == nil {
		total = &Total{Currency: t.Currency}
		v.totals[t.Currency] = total
	}
	amount := int64(t.Amount)
	total.settle(t)
	switch t.Type {
	case ledger.TypeAccountOpened:
		total.Opened += amount
	case ledger.TypeDeposit:
		total.Deposited += amount
	case ledger.TypeWithdrawal:
		total.Withdrawn += amount
	case ledger.TypeTransferOut:
		total.TransferredOut += amount
		total.legs += legDigest(t, t.Account, t.Counterparty)
	case ledger.TypeTransferIn:
		total.TransferredIn += amount
		total.legs -= legDigest(t, t.Counterparty, t.Account)
	case ledger.TypeReversalOut:
		total.reverse(t, &total.Withdrawn, &total.TransferredOut)
	case ledger.TypeReversalIn:
		total.reverse(t, &total.Deposited, &total.TransferredIn)
	}
}

// reverse counts a reversal as what it is: money that has left or come in, or that has moved between accounts.
func (t *Total) reverse(e *ledger.Entry, settled, transferred *int64) {
	switch {
	case e.Transfer == uuid.Nil:
		*settled += int64(e.Amount)
		return
	case e.Type.Takes():
		t.legs += legDigest(e, e.Account, e.Counterparty)
	default:
		t.legs -= legDigest(e, e.Counterparty, e.Account)
	}
	*transferred += int64(e.Amount)
}

// settle counts what an entry is settled against.
func (t *Total) settle(e *ledger.Entry) {
	via := e.SettledAgainst()
	if via == "" {
		return
	}
	at, found := slices.BinarySearchFunc(t.Settled, via, func(s Settled, via string) int { return cmp.Compare(s.Via, via) })
	if !found {
		t.Settled = slices.Insert(t.Settled, at, Settled{Via: via})
	}
	if e.Type.Takes() {
		t.Settled[at].Credits += int64(e.Amount)
	} else {
		t.Settled[at].Debits += int64(e.Amount)
	}
}

// legDigest returns the same digest for both legs of a transfer, or of its reversal. Summing digests reveals an unpaired leg among any number of
// them without keeping any in memory.
func legDigest(t *ledger.Entry, from, to ledger.AccountNumber) uint64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s %d %t %s", t.Transfer, from, to, t.Amount, t.Type.Reverses(), t.Hold))
	return binary.BigEndian.Uint64(sum[:8])
}

// whole checks what can only be seen across the whole ledger.
func (v *verifier) whole(ctx context.Context) error {
	entries, err := v.q.CountTransactions(ctx)
	if err != nil {
		return err
	}
	if entries != v.report.Entries {
		return v.stray(ctx)
	}
	for _, total := range v.totals {
		if total.legs != 0 || total.TransferredIn != total.TransferredOut {
			return v.unpaired(ctx)
		}
		if total.Balances != total.Opened+total.Deposited-total.Withdrawn {
			return fmt.Errorf("%w: money in %s is not conserved", errLedger, total.Currency)
		}
		settled := int64(0)
		for _, side := range total.Settled {
			settled += side.Debits - side.Credits
		}
		if settled != total.Balances {
			return fmt.Errorf("%w: what money in %s is settled against does not add up to the balances", errLedger, total.Currency)
		}
	}
	return nil
}

var errLedger = errors.New("the ledger is broken")

func (v *verifier) stray(ctx context.Context) error {
	row, err := v.q.StrayTransaction(ctx)
	if err != nil {
		return fmt.Errorf("%w: there are entries that are in no account's history: %w", errLedger, err)
	}
	return &BrokenEntry{Account: ledger.AccountNumber(row.AccountNumber), Sequence: row.Sequence, Reason: "it is in no account's history"}
}

func (v *verifier) unpaired(ctx context.Context) error {
	row, err := v.q.UnpairedTransfer(ctx)
	if err != nil {
		return fmt.Errorf("%w: the legs of transfers are not paired: %w", errLedger, err)
	}
	return &BrokenEntry{
		Account: ledger.AccountNumber(row.AccountNumber), Sequence: row.Sequence, Reason: "the transfer's other leg is missing, duplicated or different",
	}
}
