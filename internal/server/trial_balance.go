package server

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

const mediaJSON = "application/json"

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
				return "-" + ledger.Money(-sum).Decimal(r.Decimals)
			}
			return ledger.Money(sum).Decimal(r.Decimals)
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
