// Package statement writes the statement of an account's month as CSV and as PDF. It does not depend on HTTP.
package statement

import (
	"encoding/csv"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/reports"
)

// ByteOrderMark at the start of a file tells spreadsheets that it is UTF-8.
const ByteOrderMark = "\ufeff"

var csvHeader = []string{
	"date", "timestamp", "sequence", "type", "direction", "amount", "currency", "balance", "description", "counterparty_account",
	"transaction_id", "hash", "reference", "via", "hold_id", "reverses_id",
}

// WriteCSV writes a statement as the contract describes it (RFC 4180): one header, and a row for each entry. It writes no totals,
// because an accounting program would take them for payments.
func WriteCSV(w io.Writer, s *reports.Statement) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(csvHeader); err != nil {
		return err
	}
	for i := range s.Transactions {
		if err := out.Write(csvRow(s, &s.Transactions[i])); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func csvRow(s *reports.Statement, t *ledger.Entry) []string {
	at := t.Timestamp.In(s.From.Location())
	amount, direction := t.Amount.Decimal(s.Decimals), "in"
	if t.Type.Takes() {
		amount, direction = "-"+amount, "out"
	}
	counterparty := ""
	if t.Transfer != uuid.Nil {
		counterparty = t.Counterparty.String()
	}
	return []string{
		at.Format("2006-01-02"), at.Format("2006-01-02T15:04:05.000000Z07:00"), strconv.FormatInt(t.Sequence, 10), string(t.Type),
		direction, amount, t.Currency, t.BalanceAfter.Decimal(s.Decimals), escapeFormula(t.Description), counterparty,
		t.ID.String(), hex.EncodeToString(t.Hash[:]), escapeFormula(t.Reference), t.Via, idOrEmpty(t.Hold), idOrEmpty(t.Reverses),
	}
}

func idOrEmpty(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

// escapeFormula puts an apostrophe before text that a spreadsheet would take for a formula, as OWASP recommends: a description may come
// from another customer. Some programs end a cell at other characters too, so the text after those is checked as well.
func escapeFormula(text string) string {
	escaped := ""
	for {
		end := strings.IndexAny(text, ";|\t\r\n") + 1
		cell := text[:end]
		if end == 0 {
			cell = text
		}
		if beginsFormula(cell) {
			escaped += "'"
		}
		escaped += cell
		if end == 0 {
			return escaped
		}
		text = text[end:]
	}
}

// beginsFormula skips spaces and invisible characters, which some spreadsheets ignore, and recognizes full-width signs.
func beginsFormula(cell string) bool {
	ignored := func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(cell, ignored))
	return strings.ContainsRune("=+-@＝＋－＠", first)
}
