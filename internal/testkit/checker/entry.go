package checker

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// The types of entries, as the contract names them.
const (
	Opened      = "account_opened"
	Deposit     = "deposit"
	Withdrawal  = "withdrawal"
	TransferIn  = "transfer_in"
	TransferOut = "transfer_out"
	ReversalIn  = "reversal_in"
	ReversalOut = "reversal_out"
)

// Entry is one entry of a history, as in the contract. Every member is part of the hash.
type Entry struct {
	ID           string `json:"id"`
	Account      string `json:"account_number"`
	Sequence     int64  `json:"sequence"`
	Type         string `json:"transaction_type"`
	Amount       int64  `json:"amount"`
	Currency     string `json:"currency"`
	BalanceAfter int64  `json:"balance_after"`
	Timestamp    string `json:"timestamp"`
	Description  string `json:"description"`
	Transfer     string `json:"transfer_id"`
	Counterparty string `json:"counterparty_account"`
	Reference    string `json:"reference"`
	Via          string `json:"via"`
	Hold         string `json:"hold_id"`
	Reverses     string `json:"reverses_id"`
	Hash         string `json:"hash"`
}

// parse returns the entry as the ledger knows it, apart from its link, which clients do not see.
func (e *Entry) parse() (entry ledger.Entry, err error) {
	entry = ledger.Entry{
		Sequence: e.Sequence, Type: ledger.EntryType(e.Type), Amount: ledger.Money(e.Amount), Currency: e.Currency,
		BalanceAfter: ledger.Money(e.BalanceAfter), Description: e.Description,
		Reference: e.Reference, Via: e.Via,
	}
	if entry.ID, err = uuid.Parse(e.ID); err != nil {
		return entry, err
	}
	if entry.Account, err = ledger.ParseAccountNumber(e.Account); err != nil {
		return entry, err
	}
	if entry.Timestamp, err = time.Parse(time.RFC3339Nano, e.Timestamp); err != nil || ledger.FormatTime(entry.Timestamp) != e.Timestamp {
		return entry, fmt.Errorf("the time is %q", e.Timestamp)
	}
	if e.Transfer != "" {
		if entry.Transfer, err = uuid.Parse(e.Transfer); err != nil {
			return entry, err
		}
		if entry.Counterparty, err = ledger.ParseAccountNumber(e.Counterparty); err != nil {
			return entry, err
		}
	}
	if entry.Hold, err = optionalID(e.Hold); err != nil {
		return entry, err
	}
	if entry.Reverses, err = optionalID(e.Reverses); err != nil {
		return entry, err
	}
	hash, err := hex.DecodeString(e.Hash)
	if err != nil || len(hash) != len(entry.Hash) {
		return entry, fmt.Errorf("the hash is %q", e.Hash)
	}
	entry.Hash = ledger.Hash(hash)
	return entry, nil
}

// optionalID parses an id, and returns uuid.Nil for "".
func optionalID(text string) (uuid.UUID, error) {
	if text == "" {
		return uuid.Nil, nil
	}
	return uuid.Parse(text)
}

// Follow returns what is wrong with an entry as the next one of an account, by the ledger's own rules, or "". Then it brings the
// account up to the entry.
func (e *Entry) Follow(account *ledger.Account) string {
	entry, err := e.parse()
	if err != nil {
		return "it does not have the contract's form: " + err.Error()
	}
	entry.Previous = account.Last
	reason := entry.Follows(account)
	*account = entry.State()
	return reason
}

// Change returns what the entry adds to its account's balance.
func (e *Entry) Change() int64 {
	if ledger.EntryType(e.Type).Takes() {
		return -e.Amount
	}
	return e.Amount
}
