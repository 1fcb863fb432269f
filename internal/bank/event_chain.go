package bank

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/bankingcore/bankcore/internal/db"
)

// insertEvent appends an event to the chain, under an id made from the time.
func (b *Bank) insertEvent(ctx context.Context, q db.Querier, now time.Time, e Event) error {
	id, err := b.newID(now)
	if err != nil {
		return err
	}
	last, err := q.LockEventChain(ctx)
	if err != nil {
		return err
	}
	e.ID, e.Timestamp, e.Sequence = id, now, last.Sequence+1
	copy(e.Previous[:], last.Hash)
	e.Hash = e.chainHash()
	return q.InsertEvent(ctx, db.InsertEventParams{
		ID:              e.ID,
		EventType:       string(e.Type),
		AccountNumber:   int64(e.Account),
		Actor:           e.Actor,
		ClientAddress:   e.Address,
		RequestID:       e.RequestID,
		Timestamp:       e.Timestamp.UnixMicro(),
		Count:           e.Count,
		ServerRequestID: e.ServerRequestID,
		Detail:          e.Detail,
		Sequence:        e.Sequence,
		PreviousHash:    e.Previous[:],
		Hash:            e.Hash[:],
	})
}

// chainHash returns the hash of an event. The contract's introduction specifies this encoding for clients; it must never
// change. No value contains a line feed.
func (e *Event) chainHash() Hash {
	account := ""
	if e.Account != WholeBank {
		account = e.Account.String()
	}
	return sha256.Sum256([]byte(strings.Join([]string{
		"previous_hash=" + hex.EncodeToString(e.Previous[:]),
		"sequence=" + strconv.FormatInt(e.Sequence, 10),
		"id=" + e.ID.String(),
		"event_type=" + string(e.Type),
		"account_number=" + account,
		"actor=" + e.Actor,
		"client_address=" + e.Address,
		"request_id=" + e.RequestID,
		"server_request_id=" + e.ServerRequestID,
		"timestamp=" + FormatTime(e.Timestamp),
		"count=" + strconv.FormatInt(e.Count, 10),
		"detail=" + e.Detail,
	}, "\n")))
}
