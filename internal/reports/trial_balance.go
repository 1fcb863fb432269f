package reports

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ids"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// TrialBalance holds the sums of all entries. For each currency the debits equal the credits.
type TrialBalance struct {
	At   time.Time
	Rows []TrialBalanceRow // ordered by currency, the customers last
}

// TrialBalanceRow holds the sums of one side of a currency. They are in minor units; unlike an amount, they may exceed MaxAmount.
type TrialBalanceRow struct {
	Currency        string
	Decimals        int    // of the currency
	Via             string // the settlement code; "" for the customers
	Debits, Credits int64
}

// AdminTrialBalance adds up all entries with a time up to a moment, or every entry for the zero time, for administrators. It counts the
// legs of transfers as the customers' debits and credits, so a leg that is missing shows.
func (s *Service) AdminTrialBalance(ctx context.Context, caller auth.Caller, at time.Time) (TrialBalance, error) {
	if err := s.auth.Require(ctx, caller, auth.ReportsRead, auth.AllAccounts); err != nil {
		return TrialBalance{}, err
	}
	now, until, last := s.now(), int64(math.MaxInt64), ids.Last
	if at.After(now) {
		return TrialBalance{}, ledger.Invalid("query/at", "is in the future")
	}
	if !at.IsZero() {
		// An entry's id is made no later than its time.
		now, until, last = at.UTC(), at.UnixMicro(), ids.FirstAt(at.Add(time.Microsecond))
	}
	leave, err := s.readers.Enter(ctx, caller)
	if err != nil {
		return TrialBalance{}, err
	}
	defer leave()
	sums, err := store.View(ctx, s.store, func(snapshot context.Context, q db.Querier) (trialSums, error) {
		sums := trialSums{}
		params := db.SumMovementsParams{ToTime: until, ToID: last, RowLimit: s.bounds.trialStep}
		for more := true; more; {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("%w: %w", store.ErrUnavailable, err)
			}
			rows, err := q.SumMovements(snapshot, params)
			if err != nil {
				return nil, err
			}
			var entries int64
			if params.AfterID, entries, err = sums.add(rows); err != nil {
				return nil, err
			}
			more = entries == params.RowLimit
		}
		return sums, nil
	})
	balance := TrialBalance{At: now, Rows: sums.rows()}
	for i := range balance.Rows {
		balance.Rows[i].Decimals = s.currencies.Decimals(balance.Rows[i].Currency)
	}
	return balance, err
}

// trialSums holds the sums by side.
type trialSums map[trialSide]*TrialBalanceRow

type trialSide struct{ currency, via string }

// add adds a step's sums. It returns the last entry of the step, and how many there were.
func (s trialSums) add(rows []db.SumMovementsRow) (last uuid.UUID, entries int64, err error) {
	for i := range rows {
		row := &rows[i]
		end, invalid := uuid.Parse(row.LastID)
		if err = errors.Join(err, invalid); bytes.Compare(end[:], last[:]) > 0 {
			last = end
		}
		if entries += row.Entries; row.Amount == 0 {
			continue
		}
		e := ledger.Entry{Type: store.TypeOf(row.TransactionType), Amount: ledger.Money(row.Amount), Via: row.Via}
		in, out := row.Amount, int64(0)
		if e.Type.Takes() {
			in, out = out, in
		}
		if via := e.SettledAgainst(); via != "" {
			err = errors.Join(err, s.side(row.Currency, via).count(in, out))
		}
		err = errors.Join(err, s.side(row.Currency, "").count(out, in))
	}
	return last, entries, err
}

func (s trialSums) side(currency, via string) *TrialBalanceRow {
	row := s[trialSide{currency, via}]
	if row == nil {
		row = &TrialBalanceRow{Currency: currency, Via: via}
		s[trialSide{currency, via}] = row
	}
	return row
}

// count adds to both sums.
func (r *TrialBalanceRow) count(debits, credits int64) error {
	if debits > math.MaxInt64-r.Debits || credits > math.MaxInt64-r.Credits {
		return fmt.Errorf("the movements in %s are more than a trial balance can add up", r.Currency)
	}
	r.Debits, r.Credits = r.Debits+debits, r.Credits+credits
	return nil
}

func (s trialSums) rows() []TrialBalanceRow {
	rows := make([]TrialBalanceRow, 0, len(s))
	for _, row := range s {
		rows = append(rows, *row)
	}
	slices.SortFunc(rows, func(a, b TrialBalanceRow) int {
		customersLast := 0
		if (a.Via == "") != (b.Via == "") {
			customersLast = -cmp.Compare(a.Via, b.Via)
		}
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), customersLast, cmp.Compare(a.Via, b.Via))
	})
	return rows
}
