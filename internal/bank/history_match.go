package bank

import (
	"strings"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/store"
)

// EntryMatch is what the entries of a page have in common. The zero EntryMatch matches every entry. No index serves it: one would cost
// each entry a page of its own, and a history is read back from its newest entry anyway, step by step.
type EntryMatch struct {
	Type         ledger.EntryType     `json:"t,omitempty"`
	Reference    string               `json:"r,omitempty"`
	Counterparty ledger.AccountNumber `json:"p,omitempty"`
	Least        ledger.Money         `json:"l,omitempty"`
	Most         ledger.Money         `json:"m,omitempty"` // 0 for any amount
	Text         string               `json:"q,omitempty"` // in the description, in the form for searching
}

// maxSearchText bounds the text to search for, which cursors carry. Some characters stand for whole words.
const maxSearchText = 300

// SearchText returns the form in which EntryMatch.Text is compared, whatever the case, marks, punctuation and spaces of a text.
func SearchText(text string) (string, error) {
	folded := names.Fold(text)
	if len(folded) > maxSearchText {
		return "", invalid("query/q", "is too long to search for")
	}
	return folded, nil
}

// matches reports whether an entry is among those that are looked for. What is cheap to compare comes first.
func (m *EntryMatch) matches(row *db.ListTransactionsRow) bool {
	switch {
	case m.Type != "" && row.TransactionType != store.TypeNumber(m.Type),
		m.Reference != "" && row.Reference != m.Reference,
		m.Counterparty != 0 && (row.CounterpartyAccount == nil || *row.CounterpartyAccount != int64(m.Counterparty)),
		row.Amount < int64(m.Least), m.Most != 0 && row.Amount > int64(m.Most):
		return false
	}
	return m.Text == "" || strings.Contains(names.Fold(row.Description), m.Text)
}

// continues reports whether filters that are sent with a cursor, if any, are those that it was made with.
func (m *EntryMatch) continues(cursor *EntryMatch) bool {
	return same(m.Type, cursor.Type) && same(m.Reference, cursor.Reference) && same(m.Counterparty, cursor.Counterparty) &&
		same(m.Least, cursor.Least) && same(m.Most, cursor.Most) && same(m.Text, cursor.Text)
}

func same[T comparable](asked, made T) bool {
	var none T
	return asked == none || asked == made
}
