package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// requests checks that every approved request for a movement has written the entry that was asked for.
func (v *verifier) requests(ctx context.Context) error {
	params := db.ListRequestsByIDParams{RowLimit: page}
	for {
		rows, err := v.q.ListRequestsByID(ctx, params)
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			if err := v.request(ctx, &rows[i]); err != nil {
				return err
			}
		}
		params.AfterID = rows[len(rows)-1].ID
		if err := v.pause(); err != nil {
			return err
		}
	}
}

func (v *verifier) request(ctx context.Context, row *db.Request) error {
	asked := map[string]ledger.EntryType{"deposit": ledger.TypeDeposit, "withdrawal": ledger.TypeWithdrawal}[row.Kind]
	if asked == "" || row.Status != "approved" {
		if row.ResultID != nil {
			return fmt.Errorf("%w: request %s names an entry that it cannot have written", errLedger, row.ID)
		}
		return nil
	}
	var wanted struct {
		Amount int64 `json:"amount"`
	}
	if err := json.Unmarshal([]byte(row.Wanted), &wanted); err != nil || row.ResultID == nil {
		return fmt.Errorf("%w: request %s is approved, but lacks its amount or its entry", errLedger, row.ID)
	}
	written, err := v.q.TransactionByID(ctx, *row.ResultID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || written.AccountNumber != row.AccountNumber || written.Amount != wanted.Amount || store.EntryOf(&written).Type != asked {
		return fmt.Errorf("%w: the entry that request %s has written is not what was asked for", errLedger, row.ID)
	}
	return nil
}
