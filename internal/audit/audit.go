// Package audit is an event of the audit trail, and the chain that its events form. The bank records events, and a verification
// proves their chain.
package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// EventType is the kind of an event. The bank has the list of them.
type EventType string

// WholeBank is the account of an event that concerns no particular account.
const WholeBank ledger.AccountNumber = 0

// Event is one record of the audit trail. Events are added and never changed.
type Event struct {
	ID              uuid.UUID
	Type            EventType
	Account         ledger.AccountNumber // that it is about, or WholeBank; after a failed sign-in or reset it may not exist, and it is 0 for many failures
	Actor           string               // an account number, "admin_key", "operator" or "anonymous"
	Address         string               // the client's IP address, or its network if Count failures came from several addresses
	RequestID       string               // echoed in the response
	ServerRequestID string               // assigned by the server
	Timestamp       time.Time
	Count           int64       // number of occurrences; more than 1 only for failures
	Detail          string      // for programs: an operationId, "customer>admin", a session's id; never a secret
	Sequence        int64       // 1, 2, 3 … over the whole bank
	Previous        ledger.Hash // the previous event's; zeros for the first
	Hash            ledger.Hash
}

// ChainHash returns the hash of an event. The contract's introduction specifies this encoding for clients; it must never change. No value
// contains a line feed.
func (e *Event) ChainHash() ledger.Hash {
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
		"timestamp=" + ledger.FormatTime(e.Timestamp),
		"count=" + strconv.FormatInt(e.Count, 10),
		"detail=" + e.Detail,
	}, "\n")))
}
