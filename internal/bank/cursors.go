package bank

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bankingcore/bankcore/internal/credentials"
)

// Pages hold defaultPage items by default, and at most maxPage.
const (
	defaultPage = 50
	maxPage     = 200
)

var (
	errCursor        = invalid("query/cursor", "is not a cursor of this list")
	errCursorFilters = invalid("query/cursor", "was made with other filters; send the cursor alone, or start again without it")
)

func pageSize(limit int) int {
	if limit < 1 {
		return defaultPage
	}
	return min(limit, maxPage)
}

// pageOf makes a page from the rows of a query for one row more than limit. The extra row shows that another page follows;
// position returns where that page begins, given the last row of this one.
func pageOf[Row, Item any](b *Bank, list string, rows []Row, limit int, convert func(*Row) Item, position func(last *Row) any,
) (items []Item, nextCursor string, err error) {
	more := len(rows) > limit
	rows = rows[:min(len(rows), limit)]
	for i := range rows {
		items = append(items, convert(&rows[i]))
	}
	if more {
		nextCursor, err = b.sealCursor(list, position(&rows[len(rows)-1]))
	}
	return items, nextCursor, err
}

// sealCursor makes a list's position opaque and tamper-proof, so that a returned cursor needs no further checks.
func (b *Bank) sealCursor(list string, position any) (string, error) {
	payload, err := json.Marshal(position)
	if err != nil {
		return "", fmt.Errorf("encode a cursor: %w", err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode(payload) + "." + encode(cursorSeal(b.keys[0], list, payload)), nil
}

// openCursor decodes a position. It refuses one that was not made for this list.
func (b *Bank) openCursor(text, list string, position any) error {
	first, second, _ := strings.Cut(text, ".")
	payload, payloadErr := base64.RawURLEncoding.DecodeString(first)
	seal, sealErr := base64.RawURLEncoding.DecodeString(second)
	if payloadErr != nil || sealErr != nil || !b.sealed(seal, list, payload) {
		return errCursor
	}
	if err := json.Unmarshal(payload, position); err != nil {
		return fmt.Errorf("decode a sealed cursor: %w", err)
	}
	return nil
}

func (b *Bank) sealed(seal []byte, list string, payload []byte) bool {
	return slices.ContainsFunc(b.keys, func(keys *credentials.Keys) bool { return hmac.Equal(seal, cursorSeal(keys, list, payload)) })
}

func cursorSeal(keys *credentials.Keys, list string, payload []byte) []byte {
	return keys.MAC(credentials.ForCursors, list+"\n"+string(payload))[:16]
}

// micros returns a filter's time in the database's form, or 0 for none. It rounds up to a whole microsecond: no entry lies in
// between, so "at or after" and "before" keep their meaning.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(t.Add(time.Microsecond-time.Nanosecond).UnixMicro(), 1)
}
