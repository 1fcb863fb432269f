// Package statement writes an account's month as CSV and as PDF. It knows nothing of HTTP.
package statement

import (
	"encoding/csv"
	"encoding/hex"
	"io"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/bank"
)

// WriteCSV writes a statement as the contract describes it (RFC 4180).
func WriteCSV(w io.Writer, s *bank.Statement) error {
	code := s.Account.Currency
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][]string{
		{"date", "sequence", "type", "description", "counterparty_account", "money_in", "money_out", "balance", "currency",
			"transaction_id", "hash"},
		{bank.FormatTime(s.From), strconv.FormatInt(s.FirstBefore, 10), "opening_balance", "", "", "", "", s.Opening.Decimal(code), code, "", ""},
	}
	last := s.FirstBefore
	for i := range s.Transactions {
		rows = append(rows, csvRow(&s.Transactions[i]))
		last = s.Transactions[i].Sequence
	}
	rows = append(rows, []string{
		bank.FormatTime(s.To), strconv.FormatInt(last, 10), "closing_balance", "", "", s.MoneyIn.Decimal(code), s.MoneyOut.Decimal(code),
		s.Closing.Decimal(code), code, "", hashText(s.Hash),
	})
	return out.WriteAll(rows)
}

func csvRow(t *bank.Transaction) []string {
	in, away := t.Amount.Decimal(t.Currency), ""
	if t.Type.Takes() {
		in, away = away, in
	}
	counterparty := ""
	if t.Transfer != uuid.Nil {
		counterparty = t.Counterparty.String()
	}
	return []string{
		bank.FormatTime(t.Timestamp), strconv.FormatInt(t.Sequence, 10), string(t.Type), harmless(t.Description), counterparty,
		in, away, t.BalanceAfter.Decimal(t.Currency), t.Currency, t.ID.String(), hashText(t.Hash),
	}
}

// hashText is empty for the hash of nothing.
func hashText(hash bank.Hash) string {
	if hash == (bank.Hash{}) {
		return ""
	}
	return hex.EncodeToString(hash[:])
}

// harmless puts an apostrophe before what a spreadsheet would take for a formula, as OWASP advises. Descriptions are written
// by whoever sends money.
func harmless(text string) string {
	// Some spreadsheets look past leading spaces and take full-width signs for the plain ones.
	if first := strings.TrimLeft(text, " \u00a0\u3000"); first != "" && strings.ContainsAny(string([]rune(first)[0]), "=+-@\t\r＝＋－＠") {
		return "'" + text
	}
	return text
}
