package bank

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// VerifyReport is what a verification has counted.
type VerifyReport struct {
	Accounts int64
	Entries  int64
	Events   int64         // of the audit trail
	Totals   []VerifyTotal // ordered by currency code
}

// VerifyTotal holds the sums of one currency. Balances = Opened + Deposited - Withdrawn, and TransferredIn = TransferredOut.
type VerifyTotal struct {
	Currency                      string
	Balances                      int64
	Opened, Deposited, Withdrawn  int64
	TransferredIn, TransferredOut int64
	legs                          uint64 // sum of the out legs' digests minus the in legs'; 0 if all are paired
}

// BrokenEntry is the first fault that a verification has found in the ledger.
type BrokenEntry struct {
	Account  AccountNumber
	Sequence int64 // 0 for the account itself
	Reason   string
}

func (e *BrokenEntry) Error() string {
	if e.Sequence == 0 {
		return fmt.Sprintf("%v: account %s: %s", errLedger, e.Account, e.Reason)
	}
	return fmt.Sprintf("%v: account %s, entry %d: %s", errLedger, e.Account, e.Sequence, e.Reason)
}

const verifyPage = 1000 // accounts, or entries

// verifier checks every account's history on one snapshot.
type verifier struct {
	q        db.Querier
	report   VerifyReport
	totals   map[string]*VerifyTotal
	progress func(VerifyReport)

	cancelled func() error // called between two pages
}

// Verify checks the whole ledger against its entries: every hash, sequence, balance and time, each transfer's two legs, and
// the conservation of money. Then it checks the audit trail. It reads one snapshot and can run beside a server. The error is
// a *BrokenEntry if the ledger is broken, and in most cases a *BrokenEvent if the audit trail is; the report then covers what
// comes before the fault. Verify calls progress now and then.
func Verify(ctx context.Context, s *store.Store, progress func(VerifyReport)) (VerifyReport, error) {
	var report VerifyReport
	err := s.View(ctx, func(snapshot context.Context, q db.Querier) error {
		var err error
		report, err = verify(snapshot, q, ctx.Err, progress)
		return err
	})
	return report, err
}

// verify is Verify on the caller's snapshot. It calls cancelled between two pages.
func verify(ctx context.Context, q db.Querier, cancelled func() error, progress func(VerifyReport)) (VerifyReport, error) {
	v := verifier{q: q, totals: map[string]*VerifyTotal{}, progress: progress, cancelled: cancelled}
	err := v.types(ctx)
	if err == nil {
		err = v.accounts(ctx)
	}
	if err == nil {
		err = v.whole(ctx)
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
	if err != nil {
		return err
	}
	var want []db.TransactionType
	for number, kind := range numberedTypes[1:] {
		row := db.TransactionType{Number: int64(number) + 1, Name: string(kind), Direction: 1}
		if kind.Takes() {
			row.Direction = -1
		}
		want = append(want, row)
	}
	if !slices.Equal(rows, want) {
		return fmt.Errorf("%w: its table of types was changed", errLedger)
	}
	return nil
}

func (v *verifier) accounts(ctx context.Context) error {
	after := int64(0)
	for {
		rows, err := v.q.ListAccountsByNumber(ctx, db.ListAccountsByNumberParams{AfterNumber: after, RowLimit: verifyPage})
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

func (v *verifier) count(t *Transaction) {
	v.report.Entries++
	total := v.totals[t.Currency]
	if total == nil {
		total = &VerifyTotal{Currency: t.Currency}
		v.totals[t.Currency] = total
	}
	amount := int64(t.Amount)
	switch t.Type {
	case TypeAccountOpened:
		total.Opened += amount
	case TypeDeposit:
		total.Deposited += amount
	case TypeWithdrawal:
		total.Withdrawn += amount
	case TypeTransferOut:
		total.TransferredOut += amount
		total.legs += legDigest(t, t.Account, t.Counterparty)
	case TypeTransferIn:
		total.TransferredIn += amount
		total.legs -= legDigest(t, t.Counterparty, t.Account)
	}
}

// legDigest returns the same digest for both legs of a transfer. Summing digests reveals an unpaired leg among any number of
// them without keeping any in memory.
func legDigest(t *Transaction, from, to AccountNumber) uint64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s %d", t.Transfer, from, to, t.Amount))
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
	}
	return nil
}

var errLedger = errors.New("the ledger is broken")

func (v *verifier) stray(ctx context.Context) error {
	row, err := v.q.StrayTransaction(ctx)
	if err != nil {
		return fmt.Errorf("%w: there are entries that are in no account's history: %w", errLedger, err)
	}
	return &BrokenEntry{Account: AccountNumber(row.AccountNumber), Sequence: row.Sequence, Reason: "it is in no account's history"}
}

func (v *verifier) unpaired(ctx context.Context) error {
	row, err := v.q.UnpairedTransfer(ctx)
	if err != nil {
		return fmt.Errorf("%w: the legs of transfers are not paired: %w", errLedger, err)
	}
	return &BrokenEntry{
		Account: AccountNumber(row.AccountNumber), Sequence: row.Sequence, Reason: "the transfer's other leg is missing, duplicated or different",
	}
}
