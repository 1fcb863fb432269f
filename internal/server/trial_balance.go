package server

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

const mediaJSON = "application/json"

// AdminTrialBalance answers GET /admin/trial-balance.
func (s *Server) AdminTrialBalance(ctx context.Context, request api.AdminTrialBalanceRequestObject) (api.AdminTrialBalanceResponseObject, error) {
	at, err := timeOf("query/at", request.Params.At)
	if err != nil {
		return nil, err
	}
	media := preferred(scopeOf(ctx).request.Header.Values("Accept"), mediaJSON, mediaCSV)
	if media == "" {
		return nil, &problem{code: "not_acceptable", detail: "A trial balance comes as application/json or text/csv."}
	}
	balance, err := s.bank.AdminTrialBalance(ctx, scopeOf(ctx).caller, at)
	if err != nil {
		return nil, err
	}
	if media == mediaCSV {
		return csvTrialBalance(balance.Rows)
	}
	return api.AdminTrialBalance200JSONResponse{Body: api.TrialBalance{
		At: ledger.FormatTime(balance.At),
		Data: each(balance.Rows, func(r bank.TrialBalanceRow) api.TrialBalanceRow {
			return api.TrialBalanceRow{
				Currency: r.Currency, Ledger: api.TrialBalanceRowLedger(ledgerOf(r)), Via: nilIfZero(r.Via),
				Debits: r.Debits, Credits: r.Credits, Balance: r.Debits - r.Credits,
			}
		}),
	}}, nil
}

func ledgerOf(r bank.TrialBalanceRow) string {
	if r.Via == "" {
		return "customers"
	}
	return "settlement"
}

func csvTrialBalance(rows []bank.TrialBalanceRow) (api.AdminTrialBalanceResponseObject, error) {
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	out.UseCRLF = true
	lines := [][]string{{"currency", "ledger", "via", "debits", "credits", "balance"}}
	for _, r := range rows {
		decimal := func(sum int64) string {
			if sum < 0 {
				return "-" + ledger.Money(-sum).Decimal(r.Currency)
			}
			return ledger.Money(sum).Decimal(r.Currency)
		}
		lines = append(lines, []string{
			r.Currency, ledgerOf(r), r.Via, decimal(r.Debits), decimal(r.Credits), decimal(r.Debits - r.Credits),
		})
	}
	if err := out.WriteAll(lines); err != nil {
		return nil, fmt.Errorf("write a trial balance as CSV: %w", err)
	}
	return api.AdminTrialBalance200TextcsvCharsetUtf8Response{Body: &text, ContentLength: int64(text.Len())}, nil
}
