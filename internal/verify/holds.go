package verify

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// capture sums up what the entries of an account have captured of a hold.
type capture struct {
	amount ledger.Money
	to     ledger.AccountNumber // 0 for withdrawals
	mixed  bool                 // not always the same account
}

// countCapture counts an entry that takes money of a hold of its account.
func (v *verifier) countCapture(e *ledger.Entry) {
	if e.Hold == uuid.Nil || !e.Type.Takes() {
		return
	}
	c, known := v.captures[e.Hold]
	c.mixed = c.mixed || known && c.to != e.Counterparty
	c.amount, c.to = c.amount+e.Amount, e.Counterparty
	v.captures[e.Hold] = c
}

// accountHolds checks the holds of the account that was just verified: what is left of them adds up to the account's held balance, and its
// entries match what they say was captured. It skips accounts without held or captured money, which holds checks.
func (v *verifier) accountHolds(ctx context.Context, row *db.Account) error {
	if row.Held == 0 && len(v.captures) == 0 {
		return nil
	}
	held := ledger.Money(0)
	params := db.ListHoldsParams{AccountNumber: row.AccountNumber, BeforeID: uuid.Max, RowLimit: page}
	for {
		rows, err := v.q.ListHolds(ctx, params)
		if err != nil {
			return err
		}
		for i := range rows {
			hold := store.HoldOf(&rows[i])
			taken := v.captures[hold.ID]
			if taken.amount != hold.Captured || taken.mixed || taken.amount > 0 && taken.to != hold.To {
				return brokenHold(&hold, "its captures are not those of the entries that name it")
			}
			delete(v.captures, hold.ID)
			if held += hold.Left(); hold.Left() > 0 || hold.Captured > 0 {
				v.explained++
			}
		}
		if len(rows) < page {
			break
		}
		params.BeforeID = rows[len(rows)-1].ID
		if err := v.pause(); err != nil {
			return err
		}
	}
	number := ledger.AccountNumber(row.AccountNumber)
	if len(v.captures) > 0 {
		return &BrokenEntry{Account: number, Reason: "an entry names a hold that the account does not have"}
	}
	if held != ledger.Money(row.Held) {
		return &BrokenEntry{Account: number, Reason: "its held balance is not the sum of what is left of its pending holds"}
	}
	return nil
}

// holds checks each hold by itself, and that accountHolds has seen all of those that hold money or were captured.
func (v *verifier) holds(ctx context.Context) error {
	params, explained := db.ListHoldsByIDParams{RowLimit: page}, int64(0)
	for {
		rows, err := v.q.ListHoldsByID(ctx, params)
		if err != nil {
			return err
		}
		v.report.Holds += int64(len(rows))
		for i := range rows {
			hold := store.HoldOf(&rows[i])
			if reason := inconsistent(&hold); reason != "" {
				return brokenHold(&hold, reason)
			}
			if hold.Left() > 0 || hold.Captured > 0 {
				explained++
			}
		}
		if len(rows) < page {
			break
		}
		params.AfterID = rows[len(rows)-1].ID
		if err := v.pause(); err != nil {
			return err
		}
	}
	if explained != v.explained {
		return fmt.Errorf("%w: there are holds whose captures no entry explains, or whose money no account holds", errLedger)
	}
	return nil
}

// inconsistent returns what is wrong with a hold by itself, or "".
func inconsistent(h *ledger.Hold) string {
	switch {
	case h.Amount < 1 || h.Captured < 0 || h.Captured > h.Amount:
		return "more was captured than was held"
	case (h.Status == ledger.HoldPending) != h.ClosedAt.IsZero():
		return "its status and its end do not agree"
	case h.Status == ledger.HoldPending && h.Captured == h.Amount, h.Status == ledger.HoldCaptured && h.Captured == 0:
		return "its status and its captures do not agree"
	case h.Status == ledger.HoldExpired && !h.ClosedAt.Equal(h.ExpiresAt),
		(h.Status == ledger.HoldCaptured || h.Status == ledger.HoldVoided) && !h.ClosedAt.Before(h.ExpiresAt):
		return "it has not ended when its status says"
	}
	return ""
}

func brokenHold(h *ledger.Hold, reason string) error {
	return fmt.Errorf("%w: hold %s of account %s: %s", errLedger, h.ID, h.Account, reason)
}
