// Package paging cuts lists into pages. A page ends with a cursor, from which the next one begins.
package paging

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// Pages hold defaultPage items by default, and at most maxPage.
const (
	defaultPage = 50
	maxPage     = 200
)

var (
	errCursor  = ledger.Invalid("query/cursor", "is not a cursor of this list")
	errFilters = ledger.Invalid("query/cursor", "was made with other filters; send the cursor alone, or start again without it")
)

// Size returns how many items a page holds if limit are asked for.
func Size(limit int) int {
	if limit < 1 {
		return defaultPage
	}
	return min(limit, maxPage)
}

// Cursors make and read the cursors of a bank's lists.
type Cursors struct{ keys credentials.Keyring }

// NewCursors returns cursors that are sealed with the first of the keys.
func NewCursors(keys credentials.Keyring) Cursors { return Cursors{keys} }

// Begin returns where a page begins: at the position of the cursor or, without one, at first. It refuses a cursor of another list, and one
// whose position does not continue what the request asks for. If continues is nil, every position of the list does.
func Begin[Position any](c Cursors, cursor, list string, first Position, continues func(Position) bool) (Position, error) {
	if cursor == "" {
		return first, nil
	}
	var position Position
	if err := c.Open(cursor, list, &position); err != nil {
		return position, err
	}
	if continues != nil && !continues(position) {
		return position, errFilters
	}
	return position, nil
}

// Of makes a page from the rows of a query for one row more than limit. The extra row shows that another page follows;
// position returns where that page begins, given the last row of this one.
func Of[Row, Item any](c Cursors, list string, rows []Row, limit int, convert func(*Row) Item, position func(last *Row) any,
) (items []Item, nextCursor string, err error) {
	more := len(rows) > limit
	rows = rows[:min(len(rows), limit)]
	for i := range rows {
		items = append(items, convert(&rows[i]))
	}
	if more {
		nextCursor, err = c.Seal(list, position(&rows[len(rows)-1]))
	}
	return items, nextCursor, err
}

// Seal makes a list's position opaque and tamper-proof, so that a returned cursor needs no further checks.
func (c Cursors) Seal(list string, position any) (string, error) {
	payload, err := json.Marshal(position)
	if err != nil {
		return "", fmt.Errorf("encode a cursor: %w", err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode(payload) + "." + encode(cursorSeal(c.keys[0], list, payload)), nil
}

// Open decodes a position. It refuses one that was not made for this list.
func (c Cursors) Open(text, list string, position any) error {
	first, second, _ := strings.Cut(text, ".")
	payload, payloadErr := base64.RawURLEncoding.DecodeString(first)
	seal, sealErr := base64.RawURLEncoding.DecodeString(second)
	if payloadErr != nil || sealErr != nil || !c.sealed(seal, list, payload) {
		return errCursor
	}
	if err := json.Unmarshal(payload, position); err != nil {
		return fmt.Errorf("decode a sealed cursor: %w", err)
	}
	return nil
}

func (c Cursors) sealed(seal []byte, list string, payload []byte) bool {
	return slices.ContainsFunc(c.keys, func(keys *credentials.Keys) bool { return hmac.Equal(seal, cursorSeal(keys, list, payload)) })
}

func cursorSeal(keys *credentials.Keys, list string, payload []byte) []byte {
	return keys.MAC(credentials.ForCursors, list+"\n"+string(payload))[:16]
}
