package bank

import (
	"context"
	"errors"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/paging"
	"github.com/bankingcore/bankcore/internal/store"
)

// ListTransactionsParams holds the inputs of ListTransactions. A cursor carries the filters it was made with; filters sent
// with it must be the same.
type ListTransactionsParams struct {
	Account ledger.AccountNumber
	Match   EntryMatch
	From    time.Time // inclusive; zero for the beginning
	To      time.Time // exclusive; zero for the end
	Limit   int
	Cursor  string // "" for the first page
}

// TransactionPage is a part of a history, newest first.
type TransactionPage struct {
	Transactions []ledger.Entry
	NextCursor   string // "" on the last page
}

// readBounds limit the entries that one page reads, and those that each of its steps reads, including those that a filter skips. If the
// caller disconnects, a read ends at its next step. Between two steps, the connection serves others.
type readBounds struct{ page, pageStep int }

var defaultReadBounds = readBounds{page: 2_000, pageStep: 500}

// historyCursors names the list in the cursors' seals. The name was changed when cursors stopped holding a sequence, so older
// ones are refused.
const historyCursors = "history"

// transactionCursor is where a page begins, and its filters.
type transactionCursor struct {
	EntryMatch

	Account  ledger.AccountNumber `json:"a"`
	From, To int64                // microseconds; 0 for none
	Next     uuid.UUID            `json:"n"` // the entry with which the page begins
}

// ListTransactions returns a page of an account's history, for the account's owner and administrators.
func (b *Bank) ListTransactions(ctx context.Context, caller auth.Caller, p ListTransactionsParams) (TransactionPage, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, p.Account); err != nil {
		return TransactionPage{}, err
	}
	limit := paging.Size(p.Limit)
	asked := transactionCursor{Account: p.Account, EntryMatch: p.Match, From: micros(p.From), To: micros(p.To)}
	position, err := paging.Begin(b.cursors, p.Cursor, historyCursors, asked, func(position transactionCursor) bool {
		return position.continues(asked)
	})
	if err != nil {
		return TransactionPage{}, err
	}
	leave, err := b.readers.Enter(ctx, caller)
	if err != nil {
		return TransactionPage{}, err
	}
	defer leave()
	if position.Next, err = store.View(ctx, b.store, position.begin); err != nil {
		return TransactionPage{}, err
	}
	var page TransactionPage
	if page.Transactions, position.Next, err = b.walk(ctx, position, limit); err != nil || position.Next == uuid.Nil {
		return page, err
	}
	page.NextCursor, err = b.cursors.Seal(historyCursors, position)
	return page, err
}

// walk reads a page, and finds the entry with which the next one begins, or uuid.Nil after the last page. Entries never
// change, so its steps fit together.
func (b *Bank) walk(ctx context.Context, position transactionCursor, limit int) ([]ledger.Entry, uuid.UUID, error) {
	step := b.bounds.pageStep
	if position.EntryMatch == (EntryMatch{}) {
		step = limit + 1
	}
	var page []ledger.Entry
	for passed := 0; passed < b.bounds.page; passed += step {
		rows, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.ListTransactionsRow, error) {
			return q.ListTransactions(ctx, position.query(step))
		})
		if err != nil {
			return nil, uuid.Nil, err
		}
		for i := range rows {
			if !position.matches(&rows[i]) {
				continue
			}
			if len(page) == limit {
				return page, rows[i].ID, nil
			}
			page = append(page, listedTransaction(&rows[i]))
		}
		if len(rows) < step || rows[step-1].PreviousID == nil {
			return page, uuid.Nil, nil
		}
		position.Next = *rows[step-1].PreviousID
	}
	return page, position.Next, nil
}

// continues reports whether the requested filters, if any, match the cursor's.
func (c transactionCursor) continues(asked transactionCursor) bool {
	return c.Account == asked.Account && asked.EntryMatch.continues(&c.EntryMatch) && same(asked.From, c.From) && same(asked.To, c.To)
}

// begin returns the entry with which the page begins, and finds it for the first page.
func (c *transactionCursor) begin(ctx context.Context, q db.Querier) (uuid.UUID, error) {
	if c.Next != uuid.Nil {
		return c.Next, nil
	}
	account, err := accountByNumber(ctx, q, c.Account)
	if err != nil {
		return uuid.Nil, err
	}
	return account.tail.Near(ctx, q, c.before())
}

// before returns the end of the requested period.
func (c *transactionCursor) before() int64 {
	if c.To == 0 {
		return math.MaxInt64
	}
	return c.To
}

// query returns the parameters for entries of every type: those that a filter skips also count as read.
func (c *transactionCursor) query(rows int) db.ListTransactionsParams {
	return db.ListTransactionsParams{NewestID: c.Next, FromTime: c.From, ToTime: c.before(), RowLimit: int64(rows)}
}

func listedTransaction(row *db.ListTransactionsRow) ledger.Entry {
	return store.EntryOf((*db.Transaction)(row))
}

// transactionByID finds an entry of any account.
func transactionByID(ctx context.Context, q db.Querier, id uuid.UUID) (ledger.Entry, error) {
	row, err := q.TransactionByID(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return ledger.Entry{}, errNoTransaction
	}
	if err != nil {
		return ledger.Entry{}, err
	}
	return store.EntryOf(&row), nil
}

// micros returns a filter's time in the database's form, or 0 for none. It rounds up to a whole microsecond: no entry lies in
// between, so "at or after" and "before" keep their meaning.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(t.Add(time.Microsecond-time.Nanosecond).UnixMicro(), 1)
}

// EntryMatch selects the entries of a page. The zero EntryMatch matches every entry. No index serves it: one would cost each entry a page
// of its own, and a history is read back from its newest entry anyway, step by step.
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

// matches reports whether an entry is selected. It makes the cheap comparisons first.
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

// continues reports whether filters sent with a cursor, if any, are those that it was made with.
func (m *EntryMatch) continues(cursor *EntryMatch) bool {
	return same(m.Type, cursor.Type) && same(m.Reference, cursor.Reference) && same(m.Counterparty, cursor.Counterparty) &&
		same(m.Least, cursor.Least) && same(m.Most, cursor.Most) && same(m.Text, cursor.Text)
}

func same[T comparable](asked, made T) bool {
	var none T
	return asked == none || asked == made
}
